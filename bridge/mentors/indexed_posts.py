"""What the index holds of a post: which terms, and how often each.

A need is compared with some thousand posts at a time, so a post is kept packed and all are read at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bridge.text.terms import TermCounts, term_id
from bridge.text.tokens import tokens

LABEL_TIMES = 1  # that a tag or category counts, beside what the text says


def pack_terms(counts: TermCounts, labels: Iterable[str] = (), language: str = "") -> bytes:
    """Term ids by ascending id, then how often each, at most 65,535 times; `labels`: its tags and categories."""
    often = dict(zip(counts.ids.tolist(), counts.tf.tolist(), strict=True))
    for term in {term_id(stemmed) for label in labels for stemmed, _ in tokens(label.replace("_", " "), language)}:
        often[term] = often.get(term, 0) + LABEL_TIMES
    ids = np.array(sorted(often), np.int64)
    times = np.array([often[term] for term in ids.tolist()], np.int64)
    return ids.astype("<i8").tobytes() + np.minimum(times, 65_535).astype("<u2").tobytes()


def unpack_term_ids(packed: bytes) -> list[int]:
    """Only the ids."""
    return [int(term) for term in np.frombuffer(packed, "<i8", len(packed) // 10)]


@dataclass(frozen=True, slots=True)
class IndexedPost:
    """A post that a need may find; `terms` as packed by `pack_terms`."""

    id: int
    mentor_id: int
    language: str
    words: int
    terms: bytes

    def without(self, gone: Collection[int]) -> IndexedPost:
        """The same post as if it did not hold some terms."""
        count = len(self.terms) // 10
        ids, often = np.frombuffer(self.terms, "<i8", count), np.frombuffer(self.terms, "<u2", count, 8 * count)
        staying = ~np.isin(ids, sorted(gone))
        return self if staying.all() else replace(self, terms=ids[staying].tobytes() + often[staying].tobytes())


@dataclass(frozen=True, slots=True)
class MentorSize:
    """How much a mentor has written: indexed posts, and words in them."""

    posts: int
    words: int


def occurrences(terms: Collection[int], posts: Sequence[IndexedPost]) -> dict[int, dict[int, int]]:
    """{place of the post: {term: how often}} of the posts that hold any of some terms; all posts are read at once."""
    if not posts:
        return {}
    packed = [(post.terms, len(post.terms) // 10) for post in posts]
    ids = np.frombuffer(b"".join([packed_terms[: 8 * count] for packed_terms, count in packed]), "<i8")
    often = np.frombuffer(b"".join([packed_terms[8 * count :] for packed_terms, count in packed]), "<u2")
    ends = np.cumsum([count for _, count in packed])
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for term in sorted(terms):
        places = np.flatnonzero(ids == term)
        owners = np.searchsorted(ends, places, side="right").tolist()
        for owner, tf in zip(owners, often[places].tolist(), strict=True):
            counts[owner][term] = tf
    return counts
