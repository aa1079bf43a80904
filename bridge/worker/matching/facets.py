"""What an author has lived, from stored posts, summed up as facets."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bridge.mentors.facets import Facets, compute_facets
from bridge.storage.content.posts import PostSummary
from bridge.storage.matching.profiles import MentorRow
from bridge.text.terms import TermCounts


def facets_of_mentor(row: MentorRow, posts: Iterable[PostSummary]) -> Facets:
    """How personal and in-depth a mentor writes; `posts`: those of the author, of which some are in the language."""
    terms = row.profile.vector.ids
    in_language = [post for post in posts if post.language == row.key.language]
    lengths = []
    for post in in_language:
        ids, words = TermCounts.ids_in(post.counts)
        lengths.append((int(np.isin(ids, terms, assume_unique=True).sum()), words))
    return compute_facets([post.disclosure for post in in_language], lengths)
