"""Which of the words that two share a reason says: what the mentor is said to write about, then nouns.

A phrase says more than its words, and a verb or an adjective that two share says nothing: fewer topics, not worse ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from bridge.mentors.nouns import NEVER_ALONE, NEVER_SUBJECT, weak_words
from bridge.mentors.profiles import Profile
from bridge.text.terms import STOP_WORD_LANGUAGES
from bridge.text.tokens import fold


class Topic(NamedTuple):
    """A word or phrase as the mentor writes it, its terms, and what they add to the cosine in 1e-9."""

    word: str
    terms: tuple[int, ...]
    weight: int


def choose_topics(shared: Mapping[int, int], mentor: Profile, limit: int) -> list[Topic]:
    """The topics of a reason, those that add most first; one word where none is known to be a noun.

    Args:
        shared: term → what it adds to the cosine, of those that a reason may be made of.
    """
    topics = nameable_topics(shared, mentor)
    if not topics:
        # Made before there were subjects: all words are alike until the next refresh.
        has_subjects = bool(mentor.subjects or mentor.nameable)
        others = _words(shared, mentor, range(len(mentor.surfaces)), ())
        topics = [topic for topic in others if not _is_weak(topic.word)] or others
        limit = 1 if has_subjects else limit
    return sorted(topics, key=lambda topic: (-topic.weight, topic.terms))[:limit]


def nameable_topics(shared: Mapping[int, int], mentor: Profile) -> list[Topic]:
    """What the mentor is said to write about, and nouns beside; nothing of a profile that knows neither."""
    topics = [
        Topic(subject.word, subject.terms, sum(shared[term] for term in subject.terms))
        for subject in mentor.subjects
        if subject.terms and shared.keys() >= set(subject.terms)
    ]
    in_subjects = {term for topic in topics for term in topic.terms}
    return [*topics, *_words(shared, mentor, mentor.nameable, in_subjects)]


def _words(
    shared: Mapping[int, int], mentor: Profile, places: Collection[int], left_out: Collection[int]
) -> list[Topic]:
    terms = [(place, int(mentor.vector.ids[place])) for place in places]
    return [
        Topic(mentor.surfaces[place], (term,), shared[term])
        for place, term in terms
        if term in shared and term not in left_out
    ]


def _is_weak(word: str) -> bool:
    sections = (NEVER_SUBJECT, NEVER_ALONE)
    return any(fold(word) in weak_words(language, section) for language in STOP_WORD_LANGUAGES for section in sections)
