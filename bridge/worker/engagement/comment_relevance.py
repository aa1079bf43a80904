"""What a comment says beside its post: how close it is to it, and whether it names what comes later in it.

Read once, when both are here, with the post and the weights of that moment; afterwards the comment's words go.
A comment whose post does not come is kept for seven days and then counted without.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from bridge.errors import BridgeError
from bridge.storage.content import posts as stored_posts
from bridge.storage.content.posts import PostSummary
from bridge.storage.core.database import Tx
from bridge.storage.engagement import comment_analysis, dirty
from bridge.storage.engagement.records import CommentAnalysis, UnanalysedComment
from bridge.storage.matching import epochs
from bridge.storage.matching.epochs import Epoch
from bridge.text.html import plain_text
from bridge.text.terms import WEIGHT_UNIT, Ints, TermCounts, Vector, count_terms, post_vector
from bridge.worker.context import Context
from bridge.worker.matching.profiles import vector_of_post
from bridge.worker.turns import UNFINISHED, Turn, TurnOutcome

READ_BATCH_COMMENTS = 200
MAX_WAIT_FOR_POST = timedelta(days=7)
SUBJECT_TERMS = 48  # terms of a post that stand for what it is about
INTRO_WORDS = 100  # words that anybody has seen


class NoEpoch(BridgeError):
    """There are no weights yet to compare with."""


def read_waiting_comments(context: Context, blog_id: str, turn: Turn | None = None) -> TurnOutcome:
    """Read all comments that can be read, for a turn; when the next one is given up, or None.

    Raises:
        NoEpoch: weights have to be made first.
    """
    now = context.clock()
    while True:
        with context.database.read() as tx:
            epoch = epochs.find_current(tx)
            unread = comment_analysis.list_unanalysed(tx, blog_id, READ_BATCH_COMMENTS)
            readable = [row for row in unread if row.post is not None or row.received_at + MAX_WAIT_FOR_POST <= now]
            if epoch is None and any(row.post is not None for row in readable):
                raise NoEpoch
            readings = _read(context, tx, epoch, readable)
        if readings:
            with context.database.begin() as tx:
                comment_analysis.record_analysis(tx, blog_id, readings)
                dirty.mark(tx, blog_id, {row.post_id for row in readable}, {row.commenter for row in readable})
        if len(unread) < READ_BATCH_COMMENTS or not readable:
            return min((row.received_at + MAX_WAIT_FOR_POST for row in unread if row not in readable), default=None)
        if turn is not None and turn.over:
            return UNFINISHED


def _read(context: Context, tx: Tx, epoch: Epoch | None, rows: list[UnanalysedComment]) -> list[CommentAnalysis]:
    posts = {post.id: post for post in stored_posts.list_by_ids(tx, sorted({row.post for row in rows if row.post}))}
    seen: dict[int, tuple[Vector, Ints, str]] = {}
    analyses: list[CommentAnalysis] = []
    for row in rows:
        deep, relevance, stated = False, None, "without its post"
        if row.post is not None and epoch is not None:
            if row.post not in seen:
                seen[row.post] = _post(context, tx, epoch, posts[row.post])
            vector, later, stated = seen[row.post]
            counts = TermCounts.from_bytes(row.terms)
            weights = context.frequencies(epoch).frequencies(tx, row.language, counts.ids.tolist())
            relevance = cosine_in_thousandths(post_vector(counts, weights), vector)
            deep = bool(np.isin(counts.ids, later).any())
        analyses.append(CommentAnalysis(row, deep, relevance, stated))
    return analyses


def _post(context: Context, tx: Tx, epoch: Epoch, post: PostSummary) -> tuple[Vector, Ints, str]:
    """A post's vector, its heavy terms that do not stand at its beginning, and which state of it this is."""
    vector = vector_of_post(context, tx, epoch, post)
    beginning = " ".join(plain_text(stored_posts.get_text(tx, post.id), language=post.language).split()[:INTRO_WORDS])
    intro_terms = count_terms(post.title, beginning, post.language).ids
    heavy = vector.heaviest(SUBJECT_TERMS).ids
    return vector, heavy[~np.isin(heavy, intro_terms)], f"{post.generation}.{post.revision} epoch {epoch.id}"


def cosine_in_thousandths(first: Vector, second: Vector) -> int:
    """Cosine of two unit vectors, in thousandths."""
    _, left, right = np.intersect1d(first.ids, second.ids, assume_unique=True, return_indices=True)
    products = first.weights[left].astype(object) * second.weights[right].astype(object)
    return int(sum(products) * 1000 // (WEIGHT_UNIT * WEIGHT_UNIT)) if len(left) else 0
