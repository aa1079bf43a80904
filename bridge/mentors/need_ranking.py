"""Who can help with a need: posts vote for the mentors who wrote them.

A typed need is no profile: what counts is not what somebody mostly writes about but whether they have written about
*this*. So posts are scored (BM25: Robertson and Zaragoza, 2009) and the best vote; two ways of counting the votes are
merged by reciprocal ranks (RRF: Cormack et al., 2009), because neither holds on all kinds of blogs: the sum of
exponential votes (expCombMNZ: Macdonald and Ounis, 2006), and the likeness of the need and all that a mentor wrote.
Whose title says most of the need comes third, and for half: titles play with words.

Scores are integers in 1e-9. Ties are broken by the mentor's id. Views, comments and followers count nowhere.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bridge.mentors.indexed_posts import IndexedPost, MentorSize, occurrences
from bridge.mentors.rank_fusion import reciprocal_rank_fusion
from bridge.text.terms import WEIGHT_UNIT, Frequencies, Vector, unit_vector

BM25_K1, BM25_B = 1.2, 0.75
AVERAGE_POST_WORDS = (
    300  # words that carry a subject, of a blog post of some 600 words: frozen, so that scores can be replayed
)
MAX_VOTING_POSTS = 100
LIKENESS_SATURATION = 0.5  # steeper than in profiles: that a text says a word of the need counts, not how often
TITLE_WEIGHT = 0.5  # of the order by titles, beside the two by texts
POSTS_ALIKE = 0.1  # cosine of two posts of one mentor: assumed, not measured
MAX_NEED_WORDS = 32  # words of a need that are looked at


@dataclass(frozen=True, slots=True)
class WordVariant:
    """One way a word of a need may be written in a language: its term, and how much it counts (1: as typed)."""

    language: str
    term: int
    share: float


@dataclass(frozen=True, slots=True)
class NeedWord:
    """A word of a need, with all its ways; of those that a post holds the best one counts."""

    written: str
    ways: tuple[WordVariant, ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """A post that holds words of the need: its score, and which terms."""

    post_id: int
    mentor_id: int
    score: int
    terms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TitleTerms:
    """What the title of a post says, in which language."""

    language: str
    terms: frozenset[int]

    def says(self, way: WordVariant) -> bool:
        """Whether it holds a word that is written in this way."""
        return way.language == self.language and way.term in self.terms


@dataclass(frozen=True, slots=True)
class RankedMentor:
    """One mentor for a need; `votes` best first, empty for one who is found by the whole profile alone."""

    mentor_id: int
    score: int
    votes: tuple[Vote, ...]


def read_need(need: Sequence[tuple[str, tuple[WordVariant, ...]]]) -> list[NeedWord]:
    """Words with at least one way, each once, in the order typed."""
    seen: set[tuple[WordVariant, ...]] = set()
    words = []
    for written, ways in need:
        if ways and ways not in seen:
            seen.add(ways)
            words.append(NeedWord(written, ways))
    return words[:MAX_NEED_WORDS]


def terms_of(words: Iterable[NeedWord]) -> set[int]:
    """The terms of all ways of some words."""
    return {way.term for word in words for way in word.ways}


def saturation(tf: float, words: float, average: float) -> float:
    """What the frequency of a term adds in BM25, between 0 and K1 + 1."""
    return tf * (BM25_K1 + 1) / (tf + BM25_K1 * (1 - BM25_B + BM25_B * words / average))


def vote(
    words: Sequence[NeedWord],
    posts: Sequence[IndexedPost],
    frequencies: Mapping[str, Frequencies],
    limit: int = MAX_VOTING_POSTS,
) -> list[Vote]:
    """The posts that say most about a need, best first; posts that say nothing do not vote."""
    votes = []
    weights = _weights_of_ways(words, posts, frequencies, 1)
    for place, counts in occurrences(terms_of(words), posts).items():
        post = posts[place]
        score, terms = _bm25(weights[post.language], counts, post.words, AVERAGE_POST_WORDS)
        if score:
            votes.append(Vote(post.id, post.mentor_id, score, terms))
    return sorted(votes, key=lambda ballot: (-ballot.score, ballot.post_id))[:limit]


def _weights_of_ways(
    words: Sequence[NeedWord], posts: Iterable[IndexedPost], frequencies: Mapping[str, Frequencies], power: int
) -> dict[str, list[list[tuple[int, float]]]]:
    """{language of a post: of each word of the need its ways in it (term, share · idf to a power)}."""
    return {
        language: [
            [
                (way.term, way.share * frequencies[language].idf(way.term) ** power)
                for way in word.ways
                if way.language == language
            ]
            for word in words
        ]
        for language in sorted({post.language for post in posts})
    }


def _bm25(
    weights: Sequence[Sequence[tuple[int, float]]], counts: Mapping[int, int], length: int, average: float
) -> tuple[int, tuple[int, ...]]:
    score = 0
    terms = []
    for ways in weights:
        best, by = 0, 0
        for term, weight in ways:
            if term in counts:
                part = round(weight * saturation(counts[term], length, average) * WEIGHT_UNIT)
                if part > best:
                    best, by = part, term
        if best:
            score += best
            terms.append(by)
    return score, tuple(terms)


# -- ways to count votes: {mentor: figure}, more is better ------------------------------------------------


def exp_comb_mnz(votes: Sequence[Vote]) -> dict[int, float]:
    """expCombMNZ: number of voting posts × Σ exp(score - best score)."""
    top = max((ballot.score for ballot in votes), default=0)
    sums: dict[int, float] = defaultdict(float)
    count: dict[int, int] = defaultdict(int)
    for ballot in votes:
        sums[ballot.mentor_id] += math.exp((ballot.score - top) / WEIGHT_UNIT)
        count[ballot.mentor_id] += 1
    return {mentor: count[mentor] * total for mentor, total in sums.items()}


def whole_likeness(
    words: Sequence[NeedWord],
    posts: Sequence[IndexedPost],
    sizes: Mapping[int, MentorSize],
    frequencies: Mapping[str, Frequencies],
) -> dict[int, float]:
    """How like the need everything is that a mentor has written, the oldest post as much as the newest.

    A cosine up to a factor: the length of a post is taken from its number of terms, that of the sum of a mentor's posts
    from how alike posts of one person usually are.
    """
    sums: dict[int, float] = defaultdict(float)
    weights = _weights_of_ways(words, posts, frequencies, 2)
    for place, counts in occurrences(terms_of(words), posts).items():
        post = posts[place]
        shared = 0.0
        for ways in weights[post.language]:
            best = 0.0
            for term, weight in ways:
                if term in counts:
                    best = max(best, weight * _flat(counts[term]))
            shared += best
        sums[post.mentor_id] += shared / math.sqrt(len(post.terms) // 10)
    return {mentor: total / _length_of_sum(sizes[mentor].posts) for mentor, total in sums.items()}


def _flat(tf: int) -> float:
    return tf * (LIKENESS_SATURATION + 1) / (tf + LIKENESS_SATURATION)


def _length_of_sum(posts: int) -> float:
    return math.sqrt(posts + POSTS_ALIKE * posts * (posts - 1))


def large_document_bm25(
    words: Sequence[NeedWord],
    posts: Sequence[IndexedPost],
    sizes: Mapping[int, MentorSize],
    frequencies: Mapping[str, Frequencies],
) -> dict[int, float]:
    """BM25 of all posts of a mentor put together (Balog's large document), over the posts that were found."""
    together: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    language: dict[int, str] = {}
    for place, counts in occurrences(terms_of(words), posts).items():
        mentor = posts[place].mentor_id
        language[mentor] = posts[place].language
        for term, tf in counts.items():
            together[mentor][term] += tf
    average = max(1.0, sum(size.words for size in sizes.values()) / max(1, len(sizes)))
    weights = _weights_of_ways(words, posts, frequencies, 1)
    return {
        mentor: _bm25(weights[language[mentor]], counts, sizes[mentor].words, average)[0]
        for mentor, counts in together.items()
    }


def best_title(
    words: Sequence[NeedWord],
    votes: Sequence[Vote],
    titles: Mapping[int, TitleTerms],
    frequencies: Mapping[str, Frequencies],
) -> dict[int, float]:
    """How much of the need that title says of a mentor's voting posts which says most of it."""
    best: dict[int, float] = defaultdict(float)
    for ballot in votes:
        title = titles.get(ballot.post_id)
        if title is None or title.terms.isdisjoint(ballot.terms):
            continue
        idf = frequencies[title.language].idf
        spoken = sum(
            max((way.share * idf(way.term) for way in word.ways if title.says(way)), default=0.0) for word in words
        )
        best[ballot.mentor_id] = max(best[ballot.mentor_id], spoken)
    return best


def need_vector(words: Sequence[NeedWord], language: str, frequencies: Frequencies) -> Vector:
    """The need as a vector among those of a language: beside profiles, as a post would be."""
    shares: dict[int, float] = {}
    for word in words:
        for way in word.ways:
            if way.language == language:
                shares[way.term] = max(shares.get(way.term, 0.0), way.share)
    ids = np.array(sorted(shares), np.int64)
    return unit_vector(ids, [shares[term] * frequencies.idf(term) for term in ids.tolist()])


def rank_for_need(
    words: Sequence[NeedWord],
    votes: Sequence[Vote],
    posts: Sequence[IndexedPost],
    sizes: Mapping[int, MentorSize],
    frequencies: Mapping[str, Frequencies],
    titles: Mapping[int, TitleTerms],
    offering: Sequence[int] = (),
) -> list[RankedMentor]:
    """Mentors for a need, best first.

    Args:
        votes: from `vote`.
        posts: all that were found of the mentors in `sizes`.
        sizes: of every mentor with a vote.
        frequencies: by language, knowing all terms of the need.
        titles: of the posts that vote.
        offering: mentors who offer the skill that the need names, the strongest first, with or without a vote.
    """
    of_mentor: dict[int, list[Vote]] = defaultdict(list)
    for ballot in votes:
        of_mentor[ballot.mentor_id].append(ballot)
    likeness = whole_likeness(words, posts, sizes, frequencies)
    total = reciprocal_rank_fusion(
        (
            (1.0, exp_comb_mnz(votes)),
            (1.0, {mentor: like for mentor, like in likeness.items() if mentor in of_mentor}),
            (1.0, {mentor: len(offering) - place for place, mentor in enumerate(offering)}),
            (TITLE_WEIGHT, best_title(words, votes, titles, frequencies)),
        )
    )
    order = sorted(total, key=lambda mentor: (-total[mentor], mentor))
    return [RankedMentor(mentor, total[mentor], tuple(of_mentor[mentor])) for mentor in order]
