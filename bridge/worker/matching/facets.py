"""What an author has lived, from stored posts, summed up as facets."""

from __future__ import annotations

import numpy as np

from bridge.mentors.facets import Facets, compute_facets
from bridge.storage.matching.profiles import MentorRow
from bridge.text.terms import TermCounts
from bridge.worker.matching.author_posts import AuthorPosts
from bridge.worker.matching.subject_words import SUBJECT_POSTS


def facets_of_mentor(row: MentorRow, posts: AuthorPosts) -> Facets:
    """How personal a mentor writes, by all posts in the language, and how in-depth, by the newest of them."""
    terms, language = row.profile.vector.ids, row.key.language
    in_language = [state for state in posts.states if state.language == language]
    lengths = []
    for post in posts.contents(state.id for state in in_language[:SUBJECT_POSTS]):
        ids, words = TermCounts.ids_in(post.counts)
        lengths.append((int(np.isin(ids, terms, assume_unique=True).sum()), words))
    return compute_facets([state.disclosure for state in in_language], lengths)
