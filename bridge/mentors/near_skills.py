"""Which skills come nearest to a need that nobody wrote about, by the words of their names and what these mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from bridge.mentors.skill_names import SKILL_LANGUAGES, Skill
from bridge.text.tokens import fold, stem, tokens
from bridge.text.vocabulary import asking_words, bundled_vocabulary

MAX_NEED_CHARACTERS = 300  # of a need that are read
MAX_SKILLS = 2000  # that are compared, the most offered first
MIN_WAY_SHARE = 0.3  # of a way of a typed word: translations, no mere synonyms
MIN_OF_NEAREST = 0.3  # of the nearness of the nearest one
Words = frozenset[tuple[str, str]]  # (language, stem)


def near_skills(need: str, skills: Iterable[Skill], most: int) -> list[Skill]:
    """The skills that share words with a need, in whatever language, the nearest first.

    A word that few of them have in their names counts most.
    """
    need_words = _words_of_need(need[:MAX_NEED_CHARACTERS])
    named = [(skill, _words_of_skill(skill)) for skill in list(skills)[:MAX_SKILLS]]
    often = Counter(word for _, words in named for word in words)
    nearness = {skill.id: sum(1 / often[word] for word in sorted(words & need_words)) for skill, words in named}
    enough = max(nearness.values(), default=0.0) * MIN_OF_NEAREST
    near = [skill for skill, _ in named if nearness[skill.id] and nearness[skill.id] >= enough]
    return sorted(near, key=lambda skill: -nearness[skill.id])[:most]


def _words_of_need(need: str) -> Words:
    vocabulary = bundled_vocabulary()
    words: set[tuple[str, str]] = set()
    for language in SKILL_LANGUAGES:
        for stemmed, written in tokens(need, language):
            if fold(written) not in asking_words(language):
                words.add((language, stemmed))
                ways = [way for way in vocabulary.other_ways(written, language) if way.share >= MIN_WAY_SHARE]
                words |= {(way.language, stem(way.word, way.language)) for way in ways}
    return frozenset(words)


def _words_of_skill(skill: Skill) -> Words:
    return frozenset(
        word
        for language in SKILL_LANGUAGES
        for name in (skill.labels.get(language, ""), *skill.aliases.get(language, ()))
        for word in _words_of_name(name, language)
    )


@lru_cache(maxsize=20_000)
def _words_of_name(name: str, language: str) -> Words:
    """But for words by which people only ask ("managing cash flow")."""
    asking = asking_words(language)
    return frozenset((language, stemmed) for stemmed, written in tokens(name, language) if fold(written) not in asking)
