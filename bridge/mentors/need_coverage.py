"""What of a need nobody writes about.

A word that stands in no list and in no post is as telling as one that everybody knows: "raising alpacas" is not
answered by whoever raised their prices. So each word weighs by how rare it is, the unknown ones most, and where those
that nobody speaks of weigh much of the need, nobody is right. That a word stands somewhere is not enough: who writes
much uses any word once in passing. A post speaks of it where it stands as densely as twice in a post of usual length.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bridge.mentors.indexed_posts import IndexedPost, occurrences
from bridge.mentors.need_ranking import AVERAGE_POST_WORDS, saturation

SPEAKING = saturation(2, AVERAGE_POST_WORDS, AVERAGE_POST_WORDS)
MISSING_SHARE = 0.4  # of the weight of a need that nobody writes about, from which on nobody is right
HELD_SHARE = 0.5  # of the weight of a need that a post holds, from which on it speaks of the need


@dataclass(frozen=True, slots=True)
class SubjectWord:
    """A word of a need by which more than asking is said: how much of the need it is, and what means the same.

    `in_parts`: its parts are words of the need as well, and say all of it.
    """

    written: str
    weight: float
    terms: Mapping[str, Collection[int]]  # by language
    in_parts: bool = False


def missing_words(words: Sequence[SubjectWord], posts: Sequence[IndexedPost]) -> tuple[str, ...]:
    """Those of the words that none of the posts speaks of, where they are much of what is said; otherwise none."""
    terms = {term for word in words for some in word.terms.values() for term in some}
    counts = [(posts[place], often) for place, often in occurrences(terms, posts).items()]
    there = [any(_density(word, post, often) >= SPEAKING for post, often in counts) for word in words]
    weighed = [(word, spoken) for word, spoken in zip(words, there, strict=True) if spoken or not word.in_parts]
    missing = [word for word, spoken in weighed if not spoken]
    share = sum(word.weight for word in missing) / max(sum(word.weight for word, _ in weighed), 1e-9)
    return tuple(word.written for word in missing) if share >= MISSING_SHARE else ()


def deciding_words(words: Sequence[SubjectWord]) -> list[SubjectWord]:
    """The fewest and rarest of the words of which every post that speaks of the need holds at least one."""
    rarest = sorted(words, key=lambda word: (-word.weight, word.written))
    fewest = next(n for n in range(len(rarest) + 1) if _held_share(words, rarest[n:]) < HELD_SHARE)
    return rarest[:fewest]


def words_held(words: Sequence[SubjectWord], posts: Sequence[IndexedPost]) -> dict[int, tuple[str, ...]]:
    """{post that speaks of the need: the words of it that the post holds}.

    It depends on that post alone: whatever else is written, a post that was delivered to who follows a need stays.
    """
    terms = {term for word in words for some in word.terms.values() for term in some}
    speaking = {}
    for place, often in occurrences(terms, posts).items():
        post = posts[place]
        there = [word for word in words if not often.keys().isdisjoint(word.terms.get(post.language, ()))]
        if _held_share(words, there) >= HELD_SHARE:
            speaking[post.id] = tuple(word.written for word in there)
    return speaking


def _held_share(words: Sequence[SubjectWord], there: Sequence[SubjectWord]) -> float:
    weighed = sum(word.weight for word in words if word in there or not word.in_parts)
    return sum(word.weight for word in there) / weighed if weighed else 0.0


def _density(word: SubjectWord, post: IndexedPost, often: Mapping[int, int]) -> float:
    times = sum(often.get(term, 0) for term in word.terms.get(post.language, ()))
    return saturation(times, post.words, AVERAGE_POST_WORDS)
