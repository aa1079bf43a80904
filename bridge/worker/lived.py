"""What an author has lived, from stored posts, summed up as facets."""

from __future__ import annotations

import numpy as np

from bridge.mentors.facets import Facets, facets
from bridge.storage import published
from bridge.storage.database import Tx
from bridge.storage.mentors import MentorRow
from bridge.text.terms import TermCounts


def facets_of(tx: Tx, row: MentorRow) -> Facets:
    """How personal and in-depth a mentor writes."""
    terms = row.profile.vector.ids
    posts = published.list_posts_of(tx, row.key.blog_id, row.key.author_id, row.key.language)
    lengths = []
    for post in posts:
        ids, words = TermCounts.ids_in(post.counts)
        lengths.append((int(np.isin(ids, terms, assume_unique=True).sum()), words))
    return facets([post.disclosure for post in posts], lengths)
