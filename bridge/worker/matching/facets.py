"""What an author has lived, from stored posts, summed up as facets."""

from __future__ import annotations

import numpy as np

from bridge.mentors.facets import Facets, compute_facets
from bridge.storage.content import posts as stored_posts
from bridge.storage.core.database import Tx
from bridge.storage.matching.profiles import MentorRow
from bridge.text.terms import TermCounts


def facets_of_mentor(tx: Tx, row: MentorRow) -> Facets:
    """How personal and in-depth a mentor writes."""
    terms = row.profile.vector.ids
    posts = stored_posts.list_by_author(tx, row.key.blog_id, row.key.author_id, row.key.language)
    lengths = []
    for post in posts:
        ids, words = TermCounts.ids_in(post.counts)
        lengths.append((int(np.isin(ids, terms, assume_unique=True).sum()), words))
    return compute_facets([post.disclosure for post in posts], lengths)
