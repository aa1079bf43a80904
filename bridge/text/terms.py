"""Terms with weights: counts of a post, frozen document frequencies, unit vectors in fixed point.

A weight is an integer in units of 1e-9. Sums and products of integers are exact, so they come out the same in
any order and on any machine; logarithms are rounded into that unit before anything is added.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bridge.model import stable_id
from bridge.text.tokens import counted_tokens, fold, stop_words

WEIGHT_UNIT = 10**9
# A handful of posts says little about how common a word is: a small bank counts as part of a larger one.
MIN_CORPUS_POSTS = 100
MIN_CORPUS_AUTHORS = 20
STOP_WORD_LANGUAGES = ("en", "fr")  # languages whose joining words are known
MIN_FOREIGN_STOP_WORDS = 4  # different ones of another language, from which on a text is in two
TF_SATURATION = 0.8  # measured against .3 to 1, and 1 + ln tf: later authors are found better, hubs shrink
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@lru_cache(maxsize=500_000)
def term_id(term: str) -> int:
    """The stable number of a term."""
    return stable_id("term", term)


@dataclass(frozen=True, slots=True)
class TermCounts:
    """Terms of one post by ascending id: how often, and the word most often written for them."""

    ids: Ints
    tf: Ints
    surfaces: tuple[str, ...]
    words: int

    def to_bytes(self) -> bytes:
        """Compact and the same for the same counts."""
        surfaces = zlib.compress("\n".join(self.surfaces).encode(), 6)
        head = struct.pack("<II", self.words, len(self.ids))
        return head + self.ids.astype("<i8").tobytes() + self.tf.astype("<i4").tobytes() + surfaces

    @classmethod
    def from_bytes(cls, raw: bytes) -> TermCounts:
        """The way back."""
        ids, tf, words = cls.numbers_in(raw)
        text = zlib.decompress(raw[8 + 12 * len(ids) :]).decode()
        return cls(ids, tf, tuple(text.split("\n")) if len(ids) else (), words)

    @staticmethod
    def ids_in(raw: bytes) -> tuple[Ints, int]:
        """(term ids, words) alone, without unpacking the rest."""
        words, count = struct.unpack_from("<II", raw)
        return np.frombuffer(raw, "<i8", count, 8).astype(np.int64), words

    @staticmethod
    def numbers_in(raw: bytes) -> tuple[Ints, Ints, int]:
        """(term ids, how often each, words), without unpacking what was written for them."""
        ids, words = TermCounts.ids_in(raw)
        return ids, np.frombuffer(raw, "<i4", len(ids), 8 + 8 * len(ids)).astype(np.int64), words


NO_TERMS = TermCounts(np.array([], np.int64), np.array([], np.int64), (), 0)


def count_terms(title: str, text: str, language: str) -> TermCounts:
    """Count the terms of a post; its title counts twice."""
    parts = [(counted_tokens(part, language), weight) for part, weight in ((title, 2), (text, 1))]
    strange = foreign_stop_words((word for part_tokens, _ in parts for _, word in part_tokens), language)
    frequency: dict[str, int] = {}
    written: dict[str, dict[str, int]] = {}
    words = 0
    for part_tokens, weight in parts:
        for (stemmed, word), times in part_tokens.items():
            if word in strange:
                continue
            frequency[stemmed] = frequency.get(stemmed, 0) + weight * times
            forms = written.setdefault(stemmed, {})
            forms[word] = forms.get(word, 0) + weight * times
            words += times * (weight == 1)
    ordered = sorted((term_id(term), term) for term in frequency)
    surfaces = tuple(_usual(written[term]) for _, term in ordered)
    return TermCounts(
        np.array([number for number, _ in ordered], np.int64),
        np.array([frequency[term] for _, term in ordered], np.int64),
        surfaces,
        words,
    )


def _usual(forms: Mapping[str, int]) -> str:
    """The word most often written, of equals the one written first."""
    return max(forms, key=forms.__getitem__)


def foreign_stop_words(words: Iterable[str], language: str) -> frozenset[str]:
    """Words that only join others in another language, of a text that mixes two: its own list does not know them.

    One or two prove nothing, for some mean something here: an English "car" is no French one.
    """
    distinct = set(words)
    accented = [word for word in distinct if not word.isascii()]
    left_out: set[str] = set()
    for code in STOP_WORD_LANGUAGES:
        joining = stop_words(code) if code != language else frozenset()
        foreign = (distinct & joining).union(word for word in accented if fold(word) in joining)
        if len(foreign) >= MIN_FOREIGN_STOP_WORDS:
            left_out |= foreign
    return frozenset(left_out)


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Frozen frequencies of an epoch for one language: posts (`df`) and authors (`adf`) that use a term."""

    posts: int
    authors: int
    of: Mapping[int, tuple[int, int]]  # term id → (df, adf); an unknown term counts as used once

    def idf(self, term: int) -> float:
        """ln(1 + (M - df + .5) / (df + .5)), Robertson and Spärck Jones, kept above zero."""
        return _idf(self.posts, self.of.get(term, (1, 1))[0])

    def author_idf(self, term: int) -> float:
        """ln(1 + N / adf)."""
        return _author_idf(self.authors, self.of.get(term, (1, 1))[1])


@lru_cache(maxsize=100_000)
def _idf(total: int, df: int) -> float:
    total = max(MIN_CORPUS_POSTS, total, df)
    return round(math.log(1 + (total - df + 0.5) / (df + 0.5)) * WEIGHT_UNIT) / WEIGHT_UNIT


@lru_cache(maxsize=100_000)
def _author_idf(total: int, adf: int) -> float:
    return round(math.log(1 + max(MIN_CORPUS_AUTHORS, total, adf) / max(1, adf)) * WEIGHT_UNIT) / WEIGHT_UNIT


def _saturated(tf: Ints) -> Floats:
    """BM25's tf part, steep: a word said ten times says little more than said twice, stuffed or not."""
    return tf * (TF_SATURATION + 1) / (tf + TF_SATURATION)


@dataclass(frozen=True, slots=True)
class Vector:
    """Sparse, by ascending term id, of length 1 (weights in 1e-9)."""

    ids: Ints
    weights: Ints

    def to_bytes(self) -> bytes:
        """Ids, then weights."""
        return self.ids.astype("<i8").tobytes() + self.weights.astype("<i8").tobytes()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Vector:
        """The way back."""
        return cls.read(raw, len(raw) // 16, 0)

    @classmethod
    def read(cls, raw: bytes, count: int, at: int) -> Vector:
        """One of `count` terms that stands in `raw` from byte `at` on; nothing is copied, nothing may be written."""
        both = np.frombuffer(raw, "<i8", 2 * count, at).astype(np.int64, copy=False)
        return cls(both[:count], both[count:])

    def heaviest(self, count: int) -> Vector:
        """Its `count` heaviest terms, ties by id; not of length 1 any more."""
        best = np.sort(np.lexsort((self.ids, -self.weights))[:count])
        return Vector(self.ids[best], self.weights[best])

    def without(self, terms: Ints) -> Vector:
        """The same without some terms; not of length 1 any more."""
        keep = ~np.isin(self.ids, terms)
        return Vector(self.ids[keep], self.weights[keep])


EMPTY_VECTOR = Vector(np.array([], np.int64), np.array([], np.int64))


def unit_vector(ids: Ints, weights: Floats | Iterable[float]) -> Vector:
    """A vector of length 1; terms whose weight rounds to nothing are dropped."""
    values = np.fromiter(weights, np.float64, len(ids))
    length = math.sqrt(math.fsum((values * values).tolist()))
    if not length:
        return EMPTY_VECTOR
    fixed = np.rint(values / length * WEIGHT_UNIT).astype(np.int64)
    is_counted = fixed > 0
    return Vector(ids[is_counted], fixed[is_counted])


def post_vector(counts: TermCounts, frequencies: Frequencies) -> Vector:
    """Saturated tf · idf, brought to length 1: a long post counts as much as a short one."""
    return unit_vector(counts.ids, _saturated(counts.tf) * _idfs(counts.ids, frequencies))


def post_vectors(stored: Sequence[bytes], frequencies_of: Callable[[list[int]], Frequencies]) -> list[Vector]:
    """The same of the stored counts of many posts of one language, which use much the same terms.

    `frequencies_of`: gives frequencies that know these terms.
    """
    if not stored:
        return []
    numbers = [TermCounts.numbers_in(raw) for raw in stored]
    used, places = np.unique(np.concatenate([ids for ids, _, _ in numbers]), return_inverse=True)
    idfs = _idfs(used, frequencies_of(used.tolist()))[places]
    ends = np.cumsum([len(ids) for ids, _, _ in numbers])[:-1]
    return [
        unit_vector(ids, _saturated(tf) * post_idfs)
        for (ids, tf, _), post_idfs in zip(numbers, np.split(idfs, ends), strict=True)
    ]


def _idfs(ids: Ints, frequencies: Frequencies) -> Floats:
    return np.array([frequencies.idf(term) for term in ids.tolist()], np.float64)


def cosine_addends(a: Vector, b: Vector) -> tuple[Ints, Ints]:
    """Shared term ids and what each adds to the cosine, in 1e-9 (rounded down each)."""
    shared, in_a, in_b = np.intersect1d(a.ids, b.ids, assume_unique=True, return_indices=True)
    return shared, a.weights[in_a] * b.weights[in_b] // WEIGHT_UNIT


def dot(a: Vector, b: Vector) -> int:
    """Cosine of two vectors of length 1, in 1e-9; exact and the same in any order."""
    return int(cosine_addends(a, b)[1].sum())
