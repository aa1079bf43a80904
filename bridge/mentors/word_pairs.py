"""Words that mean the same in two languages, learned from posts that a blog says are translations of one another.

Counted over such pairs of posts: two words belong together as far as they stand in the same pairs (Dice's coefficient;
Smadja, McKeown and Hatzivassiloglou, 1996), and if each is the other's best. What both texts write alike crosses
without being learned. No dictionary, no model: the table grows with the bank, and is frozen with its epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bridge.model import stable_id
from bridge.text.terms import Floats, Ints, TermCounts
from bridge.text.tokens import fold

MIN_POST_PAIRS = 5  # pairs of posts in which both words stand
MAX_POST_PAIRS = 2_000  # pairs of posts that are learned from; more change little and take longer
COMPARE_BATCH_WORDS = 500  # words that are compared with all of the other language
LIKENESS_SCALE = 10**6
LanguageCounts = tuple[str, TermCounts]  # language, terms
AlignedTerms = tuple[Ints, Ints]  # terms of one text and of its translation, but for what both write alike


@dataclass(frozen=True, slots=True, order=True)
class WordPair:
    """Two words that translate each other; `language` comes first by letters. `likeness`: Dice in millionths."""

    language: str
    term: int
    other_language: str
    other: int
    likeness: int

    @property
    def id(self) -> int:
        """As a feature that both languages share (``mentors.cross_language``): even, being a sign by itself."""
        return stable_id("crossing pair", self.language, str(self.term), self.other_language, str(self.other)) & ~1


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word of one language is in another: the feature of both, the term there, how sure that is, in (0, 1]."""

    id: int
    language: str
    term: int
    likeness: float


Meanings = Mapping[int, Sequence[Meaning]]  # by term of one language


def meanings_by_language(pairs: Iterable[WordPair]) -> dict[str, dict[int, list[Meaning]]]:
    """{language: {term: its meanings in other languages}}."""
    meanings: dict[str, dict[int, list[Meaning]]] = {}
    for pair in pairs:
        sure = pair.likeness / LIKENESS_SCALE
        there = Meaning(pair.id, pair.other_language, pair.other, sure)
        back = Meaning(pair.id, pair.language, pair.term, sure)
        meanings.setdefault(pair.language, {}).setdefault(pair.term, []).append(there)
        meanings.setdefault(pair.other_language, {}).setdefault(pair.other, []).append(back)
    return meanings


def learn_word_pairs(translations: Iterable[tuple[LanguageCounts, LanguageCounts]]) -> list[WordPair]:
    """Pairs of words from pairs of texts, each in two languages; the same in any order."""
    aligned: dict[tuple[str, str], list[AlignedTerms]] = {}
    for both in translations:
        (language, text), (other_language, translation) = sorted(both, key=lambda side: side[0])
        if language != other_language:
            aligned.setdefault((language, other_language), []).append(_unlike(text, translation))
    return sorted(pair for languages, texts in aligned.items() for pair in _mutual(*languages, texts))


def _unlike(text: TermCounts, translation: TermCounts) -> AlignedTerms:
    words, others = [fold(word) for word in text.surfaces], [fold(word) for word in translation.surfaces]
    alike = set(words).intersection(others)
    return (
        text.ids[np.array([word not in alike for word in words], bool)],
        translation.ids[np.array([word not in alike for word in others], bool)],
    )


def _mutual(language: str, other_language: str, texts: Sequence[AlignedTerms]) -> list[WordPair]:
    here, there = [text for text, _ in texts], [translation for _, translation in texts]
    terms, others = _often(here), _often(there)
    if not len(terms) or not len(others):
        return []
    left, right = _where(here, terms), _where(there, others)
    best, dice = _best(left, right)
    back, _ = _best(right, left)
    return [
        WordPair(language, int(terms[n]), other_language, int(others[m]), round(float(dice[n]) * LIKENESS_SCALE))
        for n, m in enumerate(best.tolist())
        if m >= 0 and back[m] == n
    ]


def _often(texts: Sequence[Ints]) -> Ints:
    terms, counts = np.unique(np.concatenate(texts), return_counts=True)
    return terms[counts >= MIN_POST_PAIRS]


def _where(texts: Sequence[Ints], terms: Ints) -> np.typing.NDArray[np.float32]:
    """Texts × terms, 1 where a term stands in a text."""
    occurrence = np.zeros((len(texts), len(terms)), np.float32)
    for row, ids in enumerate(texts):
        occurrence[row, np.flatnonzero(np.isin(terms, ids, assume_unique=True))] = 1
    return occurrence


def _best(left: np.typing.NDArray[np.float32], right: np.typing.NDArray[np.float32]) -> tuple[Ints, Floats]:
    """For each term of one language the place of its best one in the other, and their Dice.

    -1 where none stands beside it often enough, or where several do so equally: then nothing tells which it is.
    """
    left_counts, right_counts = left.sum(0, dtype=np.float64), right.sum(0, dtype=np.float64)
    best, dice = np.full(left.shape[1], -1, np.int64), np.zeros(left.shape[1])
    for start in range(0, left.shape[1], COMPARE_BATCH_WORDS):
        part = slice(start, start + COMPARE_BATCH_WORDS)
        both = (left[:, part].T @ right).astype(np.float64)  # whole numbers far below 2^24: exact on any machine
        likeness = np.where(both >= MIN_POST_PAIRS, 2 * both / (left_counts[part, None] + right_counts), 0)
        dice[part] = likeness.max(1)
        alone = (likeness == dice[part, None]).sum(1) == 1
        best[part] = np.where(alone & (dice[part] > 0), likeness.argmax(1), -1)
    return best, dice
