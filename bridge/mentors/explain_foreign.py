"""Why a mentor who writes in another language: the words, skills and sites that both share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bridge.mentors.cross_language import NO_MEANINGS, shared_form, word_id
from bridge.mentors.explain import MAX_STORED_TERMS, MAX_TOPICS, NamedPostIndex, Reason, best_post, is_distinctive
from bridge.mentors.profiles import Profile
from bridge.mentors.word_pairs import Meanings
from bridge.text.terms import Frequencies, Vector, cosine_addends

MAX_NAMED_SITES = 2  # that are named


@dataclass(frozen=True, slots=True)
class SharedFeatures:
    """What two share across languages, by what it adds to the score: (name, addend in 1e-9)."""

    topics: tuple[tuple[str, int], ...]  # words as the mentor writes them, skills as the reader calls them
    sites: tuple[tuple[str, int], ...]
    terms: tuple[int, ...]  # of the words, in the mentor's language


def find_shared_features(
    vector: Vector,
    mentor_vector: Vector,
    mentor: Profile,
    frequencies: Frequencies,
    sites: Mapping[int, str],
    skills: Mapping[int, str],
    learned: Meanings = NO_MEANINGS,
) -> SharedFeatures | None:
    """What is shared and can be named; None when there is nothing.

    Args:
        vector: what crosses languages of what is asked with.
        mentor_vector: the same of the mentor.
        frequencies: of the mentor's language, knowing their terms.
        sites: feature id → host, skills: feature id → label, of the mentor.
        learned: what words of the mentor's language mean in others.
    """
    words: dict[int, tuple[int, str]] = {}
    for term, surface in zip(mentor.vector.ids.tolist(), mentor.surfaces, strict=True):
        if is_distinctive(term, surface, frequencies):
            words |= {meaning.id: (term, surface) for meaning in learned.get(term, ())}
            if word := shared_form(surface):
                words[word_id(word)] = term, surface
    shared, parts = cosine_addends(vector, mentor_vector)
    topics, linked, terms = [], [], []
    for place in np.lexsort((shared, -parts)).tolist():
        number, part = int(shared[place]), int(parts[place])
        if not part:
            continue
        if number in words:
            topics.append((words[number][1], part))
            terms.append(words[number][0])
        elif number in skills:
            topics.append((skills[number], part))
        elif number in sites:
            linked.append((sites[number], part))
    return SharedFeatures(tuple(topics), tuple(linked), tuple(terms)) if topics or linked else None


def explain_foreign_mentor(
    shared: SharedFeatures, language: str, posts: NamedPostIndex, frequencies: Frequencies
) -> Reason:
    """The reason for showing a mentor who writes in `language`."""
    names = tuple(dict.fromkeys(name for name, _ in shared.topics))[:MAX_TOPICS]
    best = best_post(shared.terms[:MAX_TOPICS], posts, frequencies) if shared.terms else None
    terms = tuple(sorted((*shared.topics, *shared.sites), key=lambda item: (-item[1], item[0]))[:MAX_STORED_TERMS])
    sites = tuple(site for site, _ in shared.sites[:MAX_NAMED_SITES])
    if best is None:
        return Reason(names, terms, language=language, sites=sites)
    return Reason(names, terms, best.title, best.url, best.date, language=language, sites=sites)
