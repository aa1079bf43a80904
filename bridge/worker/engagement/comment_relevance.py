"""What a comment says beside its post: how close it is to it, and whether it names what comes later in it.

Read once, when both are here, with the post and the weights of that moment; afterwards the comment's words go.
A comment whose post does not come is kept for seven days and then counted without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
READ_BATCH_POSTS = 20  # whose texts are in memory together
MAX_WAIT_FOR_POST = timedelta(days=7)
SUBJECT_TERMS = 48  # terms of a post that stand for what it is about
INTRO_WORDS = 100  # words that anybody has seen


class NoEpoch(BridgeError):
    """There are no weights yet to compare with."""


@dataclass(frozen=True, slots=True)
class WaitingComments:
    """What a turn has left of the comments that were to be read."""

    again: TurnOutcome  # when the next one is given up, if any
    readings: Sequence[CommentAnalysis] = ()  # read last, and still to be recorded: with what is counted of them


def read_waiting_comments(context: Context, blog_id: str, turn: Turn | None = None) -> WaitingComments:
    """Read all comments that can be read, for a turn, and record them but for the last portion.

    Raises:
        NoEpoch: weights have to be made first.
    """
    now = context.clock()
    while True:
        with context.database.read() as tx:
            unread = comment_analysis.list_unanalysed(tx, blog_id, READ_BATCH_COMMENTS)
            readable = [row for row in unread if row.post is not None or row.received_at + MAX_WAIT_FOR_POST <= now]
            with_post = any(row.post is not None for row in readable)
            epoch = epochs.find_current(tx) if with_post else None
            if with_post and epoch is None:
                raise NoEpoch
            readings = _read(context, tx, epoch, readable)
        if len(unread) < READ_BATCH_COMMENTS or not readable:
            given_up = (row.received_at + MAX_WAIT_FOR_POST for row in unread if row not in readable)
            return WaitingComments(min(given_up, default=None), readings)
        record_readings(context, blog_id, readings)
        if turn is not None and turn.over:
            return WaitingComments(UNFINISHED)


def record_readings(context: Context, blog_id: str, readings: Sequence[CommentAnalysis]) -> None:
    """Keep what was read of comments; they are to be counted."""
    if readings:
        with context.database.begin() as tx:
            comment_analysis.record_analysis(tx, blog_id, readings)
            read = [analysis.comment for analysis in readings]
            dirty.mark(tx, blog_id, {row.post_id for row in read}, {row.commenter for row in read})


def _read(context: Context, tx: Tx, epoch: Epoch | None, rows: list[UnanalysedComment]) -> list[CommentAnalysis]:
    seen = {} if epoch is None else _posts(context, tx, epoch, {row.post for row in rows if row.post is not None})
    analyses: list[CommentAnalysis] = []
    for row in rows:
        deep, relevance, stated = False, None, "without its post"
        if row.post is not None and epoch is not None:
            vector, later, stated = seen[row.post]
            counts = TermCounts.from_bytes(row.terms)
            weights = context.frequencies(epoch).frequencies(tx, row.language, counts.ids.tolist())
            relevance = cosine_in_thousandths(post_vector(counts, weights), vector)
            deep = bool(np.isin(counts.ids, later).any())
        analyses.append(CommentAnalysis(row, deep, relevance, stated))
    return analyses


def _posts(context: Context, tx: Tx, epoch: Epoch, post_ids: set[int]) -> dict[int, tuple[Vector, Ints, str]]:
    ids, read = sorted(post_ids), {}
    for start in range(0, len(ids), READ_BATCH_POSTS):
        for post, text in stored_posts.list_with_text(tx, ids[start : start + READ_BATCH_POSTS]):
            read[post.id] = _post(context, tx, epoch, post, text)
    return read


def _post(context: Context, tx: Tx, epoch: Epoch, post: PostSummary, text: str) -> tuple[Vector, Ints, str]:
    """A post's vector, its heavy terms that do not stand at its beginning, and which state of it this is."""
    vector = vector_of_post(context, tx, epoch, post)
    beginning = " ".join(plain_text(text, language=post.language).split()[:INTRO_WORDS])
    intro_terms = count_terms(post.title, beginning, post.language).ids
    heavy = vector.heaviest(SUBJECT_TERMS).ids
    return vector, heavy[~np.isin(heavy, intro_terms)], f"{post.generation}.{post.revision} epoch {epoch.id}"


def cosine_in_thousandths(first: Vector, second: Vector) -> int:
    """Cosine of two unit vectors, in thousandths."""
    _, left, right = np.intersect1d(first.ids, second.ids, assume_unique=True, return_indices=True)
    products = first.weights[left].astype(object) * second.weights[right].astype(object)
    return int(sum(products) * 1000 // (WEIGHT_UNIT * WEIGHT_UNIT)) if len(left) else 0
