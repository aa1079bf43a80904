"""What everybody is measured against: chance, more-like-this, the plain centroid."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from bridge.evaluation.corpus import CorpusPost
from bridge.mentors.need_ranking import saturation
from bridge.mentors.similarity import dot_products
from bridge.model import MentorKey
from bridge.text.terms import WEIGHT_UNIT, Frequencies, Ints, TermCounts, Vector, dot, post_vector

MLT_TERMS = 25


class MoreLikeThis:
    """The related-posts idea carried over to blogs: the 25 heaviest terms of a post (tf · idf, as Lucene's
    MoreLikeThis picks them) asked with BM25 of whole blogs. `least`: how often a term must stand in the post.
    """

    def __init__(self, groups: Mapping[MentorKey, Sequence[CorpusPost]], least: int) -> None:
        self._least = least
        self._tf: dict[MentorKey, Counter[int]] = {}
        self._words: dict[MentorKey, int] = {}
        df: Counter[int] = Counter()
        for key, posts in groups.items():
            totals: Counter[int] = Counter()
            for post in posts:
                totals.update(dict(zip(post.counts.ids.tolist(), post.counts.tf.tolist(), strict=True)))
            self._tf[key], self._words[key] = totals, sum(post.counts.words for post in posts)
            df.update(totals.keys())
        self._average = max(1.0, sum(self._words.values()) / max(1, len(self._words)))
        self._known = Frequencies(len(groups), len(groups), {term: (count, count) for term, count in df.items()})

    def rank(self, counts: TermCounts) -> list[MentorKey]:
        """Everybody, best first."""
        weighed = [
            (-tf * self._known.idf(term), term)
            for term, tf in zip(counts.ids.tolist(), counts.tf.tolist(), strict=True)
            if tf >= self._least and term in self._known.of
        ]
        best = [term for _, term in sorted(weighed)[:MLT_TERMS]]
        scores = {key: self._score(key, best) for key in self._tf}
        return sorted(scores, key=lambda key: (-scores[key], key.id))

    def _score(self, key: MentorKey, terms: Sequence[int]) -> float:
        frequencies, words = self._tf[key], self._words[key]
        return sum(
            self._known.idf(term) * saturation(frequencies[term], words, self._average)
            for term in terms
            if term in frequencies
        )


class Centroid:
    """The mean of an author's unit post vectors, whole: no author weights, no cut, no decay, no hub correction."""

    def __init__(
        self, groups: Mapping[MentorKey, Sequence[CorpusPost]], frequencies: Mapping[str, Frequencies]
    ) -> None:
        self._frequencies = frequencies
        self._vectors = {
            key: _mean([self.vector(post.counts, key.language) for post in posts]) for key, posts in groups.items()
        }

    def vector(self, counts: TermCounts, language: str) -> Vector:
        """A post by itself."""
        return post_vector(counts, self._frequencies.get(language, Frequencies(1, 1, {})))

    def rank(self, counts: TermCounts, language: str) -> list[MentorKey]:
        """Everybody, best first."""
        vector = self.vector(counts, language)
        scores = dict(zip(self._vectors, dot_products(vector, list(self._vectors.values())), strict=True))
        return sorted(scores, key=lambda key: (-scores[key], key.id))

    def of(self, key: MentorKey) -> Vector:
        """An author's."""
        return self._vectors[key]

    def likeness(self, left: MentorKey, right: MentorKey) -> int:
        """Cosine of two authors."""
        return dot(self._vectors[left], self._vectors[right])


def _mean(vectors: Sequence[Vector]) -> Vector:
    ids: Ints = np.concatenate([vector.ids for vector in vectors])
    weights = np.concatenate([vector.weights for vector in vectors]).astype(np.float64)
    terms, place = np.unique(ids, return_inverse=True)
    sums = np.zeros(len(terms))
    np.add.at(sums, place, weights)
    length = float(np.sqrt((sums * sums).sum())) or 1.0
    return Vector(terms, np.rint(sums / length * WEIGHT_UNIT).astype(np.int64))


def random_order(keys: Sequence[MentorKey], seed: int) -> list[MentorKey]:
    """Everybody in any order."""
    shuffled = sorted(keys)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - repeatable on purpose
    return shuffled
