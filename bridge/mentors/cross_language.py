"""Nearness across languages, without translation: what a text in one language shares with one in another.

Words that both write alike (names, terms of a trade), with their beginnings as a weaker sign; words that were learned
to translate each other; the sites that both link to; the skills that both speak of, which have one id in every
language. All are features of one sparse vector, so that a score across languages is a cosine like any other, and
explained by its addends.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from bridge.mentors.word_pairs import Meanings
from bridge.model import stable_id
from bridge.text.terms import EMPTY_VECTOR, WEIGHT_UNIT, Frequencies, Vector, term_id
from bridge.text.text_quality import linked_host
from bridge.text.tokens import fold, stem, stop_words

ALL_LANGUAGES = "*"  # in an epoch: how many posts and authors have a site or skill, whatever their language
MAX_OTHER_LANGUAGES = 3  # other than its own in which a text is looked for, the largest first
WORD_SHARE, PREFIX_SHARE, SITE_SHARE, SKILL_SHARE = (
    1.0,
    0.3,
    0.5,
    0.1,
)  # shares of a cosine; skills are for the reason more than for it
MAX_FEATURES_OF_A_KIND = 256  # features of a kind that are kept of a profile
MAX_LOOKUP_FEATURES = 16  # the heaviest features, by which mentors of each other language are looked for
MIN_WORD_LETTERS = 3  # letters of a word
PREFIX_LETTERS = 5  # letters of a beginning
NO_MEANINGS: Meanings = MappingProxyType({})
STOP_WORD_LANGUAGES = ("en", "fr")  # whose words that only join others never count, whatever a text was read as


@dataclass(frozen=True, slots=True)
class PostFeatures:
    """What of one post crosses languages beside its words: the sites it links to but its own, the skills it names."""

    id: int
    language: str
    sites: frozenset[str]
    skills: frozenset[str]

    @classmethod
    def of(cls, post_id: int, language: str, url: str, hosts: Iterable[str], skills: Iterable[str]) -> PostFeatures:
        """A blog's own site and sites that anybody links to say nothing."""
        own_host = linked_host(url)
        sites = frozenset(host for host in hosts if host not in common_sites() and not _is_own(host, own_host))
        return cls(post_id, language, sites, frozenset(skills))

    def ids(self) -> list[int]:
        """As an epoch counts them."""
        return [*map(site_id, self.sites), *map(skill_id, self.skills)]


@dataclass(frozen=True, slots=True)
class FeatureCounts:
    """In how many posts each site and each skill stands."""

    sites: Counter[str] = field(default_factory=Counter)
    skills: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, posts: Iterable[PostFeatures]) -> FeatureCounts:
        """Of some posts."""
        posts = list(posts)
        return cls(
            Counter(site for post in posts for site in post.sites),
            Counter(skill for post in posts for skill in post.skills),
        )

    @classmethod
    def together(cls, parts: Iterable[FeatureCounts]) -> FeatureCounts:
        """Of all posts of some parts."""
        counts = cls()
        for part in parts:
            counts.sites.update(part.sites)
            counts.skills.update(part.skills)
        return counts

    def without_skills(self, refused: Collection[str]) -> FeatureCounts:
        """The same as if no post named some skills."""
        skills = {skill: count for skill, count in self.skills.items() if skill not in refused}
        return FeatureCounts(self.sites, Counter(skills))

    def ids(self) -> list[int]:
        """As an epoch counts them."""
        return [*map(site_id, self.sites), *map(skill_id, self.skills)]

    def to_json(self) -> list[dict[str, int]]:
        """As a document."""
        return [dict(sorted(self.sites.items())), dict(sorted(self.skills.items()))]

    @classmethod
    def from_json(cls, data: Sequence[Mapping[str, int]]) -> FeatureCounts:
        """The way back."""
        return cls(Counter(data[0]), Counter(data[1]))


def _is_own(host: str, own_host: str) -> bool:
    return bool(own_host) and (host == own_host or host.endswith(f".{own_host}") or own_host.endswith(f".{host}"))


@lru_cache(maxsize=1)
def common_sites() -> frozenset[str]:
    """Sites that anybody links to."""
    return _listed("common_sites.txt")


@lru_cache(maxsize=1)
def false_friends() -> frozenset[str]:
    """Folded words that look alike and mean something else."""
    return _listed("false_friends.txt")


def _listed(name: str) -> frozenset[str]:
    lines = (files("bridge.mentors") / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=200_000)
def word_id(word: str) -> int:
    """Of a folded word; even, as all that is a sign by itself."""
    return stable_id("crossing word", word) & ~1


@lru_cache(maxsize=200_000)
def prefix_id(letters: str) -> int:
    """Of the first letters of a word; odd, because it is no sign beside the word itself."""
    return stable_id("crossing beginning", letters) | 1


@lru_cache(maxsize=100_000)
def site_id(host: str) -> int:
    """Of a site that is linked to."""
    return stable_id("crossing site", host) & ~1


@lru_cache(maxsize=20_000)
def skill_id(skill: str) -> int:
    """Of a skill, in whatever language it was named."""
    return stable_id("crossing skill", skill) & ~1


@lru_cache(maxsize=200_000)
def shared_form(surface: str) -> str:
    """The folded word that another language may know, or ""."""
    word = fold(surface)
    if (
        len(word) < MIN_WORD_LETTERS
        or word in false_friends()
        or any(word in stop_words(language) for language in STOP_WORD_LANGUAGES)
    ):
        return ""
    return word


def other_languages(sizes: Mapping[str, tuple[int, int]], language: str) -> list[str]:
    """The largest languages of a bank but one."""
    others = sorted((name for name in sizes if name != language), key=lambda name: (-sizes[name][0], name))
    return others[:MAX_OTHER_LANGUAGES]


def terms_in_language(
    surfaces: Iterable[str], language: str, terms: Iterable[int] = (), learned: Meanings = NO_MEANINGS
) -> list[int]:
    """The terms that words would be in another language, and those that terms were learned to mean there."""
    alike = [term_id(stem(word, language)) for surface in surfaces if (word := shared_form(surface))]
    return alike + [meaning.term for term in terms for meaning in learned.get(term, ()) if meaning.language == language]


def cross_language_vector(
    vector: Vector,
    surfaces: Sequence[str],
    features: FeatureCounts,
    frequencies: Frequencies,
    others: Mapping[str, Frequencies],
    everybody: Frequencies,
    learned: Meanings = NO_MEANINGS,
) -> Vector:
    """What of a post or profile crosses languages, of length 1 or less; empty in a bank of one language.

    Args:
        vector: of the post or profile, with the word written for each of its terms.
        features: of the posts it is made of.
        own: frequencies of its language; `others`: of the others, knowing `terms_in` of its words and their meanings.
        everybody: frequencies of sites and skills over all languages.
        learned: what its terms mean in other languages; a word counts as much as that is sure.
    """
    if not others:
        return EMPTY_VECTOR
    words: dict[int, float] = {}
    beginnings: dict[int, float] = {}
    for term, weight, surface in zip(vector.ids.tolist(), vector.weights.tolist(), surfaces, strict=True):
        for meaning in learned.get(term, ()):
            if meaning.language in others:
                rare = min(1.0, others[meaning.language].idf(meaning.term) / frequencies.idf(term))
                words[meaning.id] = weight / WEIGHT_UNIT * rare * meaning.likeness
        word = shared_form(surface)
        if not word:
            continue
        # Rare in both languages: what another one uses every day is an accident.
        rarest = min(statistics.idf(term_id(stem(word, language))) for language, statistics in others.items())
        value = weight / WEIGHT_UNIT * min(1.0, rarest / frequencies.idf(term))
        words[word_id(word)] = words.get(word_id(word), 0.0) + value
        if len(word) >= PREFIX_LETTERS:
            begun = prefix_id(word[:PREFIX_LETTERS])
            beginnings[begun] = beginnings.get(begun, 0.0) + value
    sites = {site_id(site): count for site, count in features.sites.items()}
    skills = {skill_id(skill): count for skill, count in features.skills.items()}
    return _together(
        (WORD_SHARE, words),
        (PREFIX_SHARE, beginnings),
        (SITE_SHARE, _weighed(sites, everybody)),
        (SKILL_SHARE, _weighed(skills, everybody)),
    )


def _weighed(counted: Mapping[int, int], everybody: Frequencies) -> dict[int, float]:
    return {number: count / (count + 1) * everybody.author_idf(number) for number, count in counted.items()}


def _together(*kinds: tuple[float, Mapping[int, float]]) -> Vector:
    """One vector, of which each kind of feature has its share; the heaviest of each kind are kept."""
    present = sum(share for share, values in kinds if values) or 1.0
    weights: dict[int, int] = {}
    for share, values in kinds:
        length = math.sqrt(math.fsum(value * value for value in values.values()))
        heaviest = sorted(values, key=lambda number: (-values[number], number))[:MAX_FEATURES_OF_A_KIND]
        for number in heaviest if length else ():
            weights[number] = round(math.sqrt(share / present) * values[number] / length * WEIGHT_UNIT)
    ids = sorted(number for number, weight in weights.items() if weight)
    return Vector(np.array(ids, np.int64), np.array([weights[number] for number in ids], np.int64))


def lookup_vector(crossing: Vector, languages: Iterable[str]) -> Vector:
    """The heaviest features, as they are to be looked for in other languages."""
    best = crossing.heaviest(MAX_LOOKUP_FEATURES)
    parts = [keyed_by_language(best, language) for language in languages]
    if not parts or not len(best.ids):
        return EMPTY_VECTOR
    ids, weights = np.concatenate([part.ids for part in parts]), np.concatenate([part.weights for part in parts])
    order = np.argsort(ids)
    return Vector(ids[order], weights[order])


def keyed_by_language(vector: Vector, language: str) -> Vector:
    """The same features, named so that only those of one language are found by them."""
    ids = vector.ids ^ np.int64(stable_id("crossing language", language))
    order = np.argsort(ids)
    return Vector(ids[order], vector.weights[order])
