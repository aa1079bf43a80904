"""What an author has lived, from stored posts: read again when patterns or skills changed, and summed up as facets."""

from __future__ import annotations

import json

import numpy as np

from bridge.mentors.facets import Facets, facets
from bridge.mentors.lived import read_post, read_with
from bridge.model import AuthorKey
from bridge.storage import content, readings
from bridge.storage.database import Tx
from bridge.storage.mentors import MentorRow
from bridge.text.html import plain_text
from bridge.text.terms import TermCounts
from bridge.worker.context import Context

AT_ONCE = 20  # posts


def read_again(context: Context, author: AuthorKey) -> None:
    """Posts that were read by other patterns or skills than those of now."""
    while True:
        with context.database.read() as tx:
            matcher = context.matcher(tx)
            state = read_with(matcher)
            rows = readings.list_unread(tx, author.blog_id, author.author_id, state, AT_ONCE)
        if not rows:
            return
        read = []
        for row in rows:
            labels = json.loads(row.labels)
            names = (*labels.get("tags", ()), *labels.get("categories", ()))
            read.append((row, read_post(plain_text(row.content), row.language, names, matcher)))
        with context.database.begin() as tx:
            readings.store(tx, read, state)


def facets_of(tx: Tx, row: MentorRow) -> Facets:
    """How personal and in-depth a mentor writes."""
    terms = row.profile.vector.ids
    posts = content.list_posts_of(tx, row.key.blog_id, row.key.author_id, row.key.language)
    lengths = []
    for post in posts:
        ids, words = TermCounts.ids_in(post.counts)
        lengths.append((int(np.isin(ids, terms, assume_unique=True).sum()), words))
    return facets([post.disclosure for post in posts], lengths)
