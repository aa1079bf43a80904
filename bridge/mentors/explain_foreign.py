"""Why a mentor who writes in another language: the nouns, skills and sites that both share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from bridge.mentors.cross_language import NO_MEANINGS, shared_form, word_id
from bridge.mentors.explain import (
    MAX_STORED_TERMS,
    MAX_TOPICS,
    NamedPostIndex,
    Reason,
    best_post,
    is_distinctive,
    steady_terms,
)
from bridge.mentors.profiles import Profile
from bridge.mentors.topics import Topic, choose_topics, nameable_topics
from bridge.mentors.word_pairs import Meanings
from bridge.text.terms import Frequencies, Vector, cosine_addends

MAX_NAMED_SITES = 2  # that are named


@dataclass(frozen=True, slots=True)
class SharedFeatures:
    """What two share across languages, by what it adds to the score: (name, addend in 1e-9)."""

    topics: tuple[tuple[str, int], ...]  # words as the mentor writes them, skills as the reader calls them
    sites: tuple[tuple[str, int], ...]
    said: tuple[Topic, ...]  # of the topics those that a reason says, best first


def find_shared_features(
    vector: Vector,
    mentor_vector: Vector,
    mentor: Profile,
    frequencies: Frequencies,
    sites: Mapping[int, str],
    skills: Mapping[int, str],
    learned: Meanings = NO_MEANINGS,
    asker_features: Collection[int] | None = None,
) -> SharedFeatures | None:
    """What is shared and can be named; None when there is nothing.

    Args:
        vector: what crosses languages of what is asked with.
        mentor_vector: the same of the mentor.
        frequencies: of the mentor's language, knowing their terms.
        sites: feature id → host, skills: feature id → label, of the mentor.
        learned: what words of the mentor's language mean in others.
        asker_features: of what the author who is asked for comes back to (`steady_features`).
    """
    words = _words_abroad(mentor, frequencies, learned)
    shared, parts = cosine_addends(vector, mentor_vector)
    addends = {int(shared[place]): int(parts[place]) for place in np.lexsort((shared, -parts)).tolist() if parts[place]}
    by_word, of_both, by_skill, topics, linked = dict[int, int](), dict[int, int](), list[Topic](), [], []
    steady = steady_terms(mentor)
    for number, part in addends.items():
        if number in words:
            term, surface = words[number]
            by_word[term] = by_word.get(term, 0) + part
            if (steady is None or term in steady) and (asker_features is None or number in asker_features):
                of_both[term] = by_word[term]
            topics.append((surface, part))
        elif number in skills:
            by_skill.append(Topic(skills[number], (), part))
            topics.append((skills[number], part))
        elif number in sites:
            linked.append((sites[number], part))
    if not (topics or linked):
        return None
    topics_named = [*_named(by_word, of_both, mentor, alone=not (by_skill or linked)), *by_skill]
    best = sorted(topics_named, key=lambda topic: (-topic.weight, topic.terms, topic.word))
    return SharedFeatures(tuple(topics), tuple(linked), tuple(best))


def _words_abroad(mentor: Profile, frequencies: Frequencies, learned: Meanings) -> dict[int, tuple[int, str]]:
    """Feature id → the term and the word of the mentor that cross by it."""
    words: dict[int, tuple[int, str]] = {}
    for term, surface in zip(mentor.vector.ids.tolist(), mentor.surfaces, strict=True):
        if is_distinctive(term, surface, frequencies):
            words |= {meaning.id: (term, surface) for meaning in learned.get(term, ())}
            if word := shared_form(surface):
                words[word_id(word)] = term, surface
    return words


def steady_features(profile: Profile, learned: Meanings = NO_MEANINGS) -> frozenset[int] | None:
    """As what it crosses languages what an author writes in more than one post; None where it cannot be told."""
    steady = steady_terms(profile)
    if steady is None:
        return None
    features = {meaning.id for term in steady for meaning in learned.get(term, ())}
    surfaces = zip(profile.vector.ids.tolist(), profile.surfaces, strict=True)
    forms = (shared_form(surface) for term, surface in surfaces if term in steady)
    return frozenset(features.union(word_id(form) for form in forms if form))


def _named(shared: Mapping[int, int], of_both: Mapping[int, int], mentor: Profile, *, alone: bool) -> list[Topic]:
    """The words that a reason says: what both come back to, or else one thing; one that is no noun only where nothing
    else is shared (`alone`)."""
    if not (mentor.subjects or mentor.nameable):  # made before there were subjects
        return choose_topics(shared, mentor, MAX_TOPICS) if shared else []
    if named := nameable_topics(of_both, mentor):
        return named
    if nameable_topics(shared, mentor) or (shared and alone):
        return choose_topics(shared, mentor, 1)
    return []


def explain_foreign_mentor(
    shared: SharedFeatures, language: str, posts: NamedPostIndex, frequencies: Frequencies
) -> Reason:
    """The reason for showing a mentor who writes in `language`."""
    names = tuple(dict.fromkeys(topic.word for topic in shared.said))[:MAX_TOPICS]
    terms_said = [term for topic in shared.said if topic.word in names for term in topic.terms]
    best = best_post(terms_said, posts, frequencies) if terms_said else None
    terms = tuple(sorted((*shared.topics, *shared.sites), key=lambda item: (-item[1], item[0]))[:MAX_STORED_TERMS])
    sites = tuple(site for site, _ in shared.sites[:MAX_NAMED_SITES])
    if best is None:
        return Reason(names, terms, language=language, sites=sites)
    return Reason(names, terms, best.title, best.url, best.date, language=language, sites=sites)
