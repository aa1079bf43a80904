"""A skill, and by which of its names somebody means it who mistypes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from bridge.text.spelling import allowed_slips, edit_distance
from bridge.text.tokens import fold, stem, tokens, words_of
from bridge.text.vocabulary import bundled_vocabulary

SKILL_LANGUAGES = ("en", "fr")
SURE_LETTERS = 12  # of a name; a shorter one is only meant where a word was typed that is none


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill. `id` never changes; an imported one has its URI as id."""

    id: str
    area: str
    labels: Mapping[str, str]  # language → label
    aliases: Mapping[str, tuple[str, ...]]  # language → other names
    common: frozenset[str] = frozenset()  # aliases that are everyday words as well: in a text they need company

    @property
    def address(self) -> str:
        """Its name in an address: of a URI the last part, which ESCO never gives twice."""
        return self.id.rsplit("/", 1)[-1]

    def label(self, language: str) -> str:
        """In the reader's language ("fr-CA", "en", …), else in English, else in any."""
        primary = language.replace("_", "-").split("-", 1)[0].lower()
        return self.labels.get(primary) or self.labels.get("en") or next(iter(self.labels.values()))


def is_narrower(typed: str, skill: Skill) -> bool:
    """Whether a name of a skill is an everyday word with a meaning of its own, which the label does not say
    ("beekeeping" of "raising animals"): who offers the skill need not know about that."""
    words = words_of(typed)
    return len(words) == 1 and any(_means_something_else(words[0], skill, language) for language in SKILL_LANGUAGES)


def _means_something_else(word: str, skill: Skill, language: str) -> bool:
    vocabulary = bundled_vocabulary()
    if not vocabulary.knows(word, language):
        return False
    label = {
        (spoken, stemmed) for spoken in SKILL_LANGUAGES for stemmed, _ in tokens(skill.labels.get(spoken, ""), spoken)
    }
    meant = {(way.language, stem(way.word, way.language)) for way in vocabulary.other_ways(word, language)}
    return label.isdisjoint({(language, stem(word, language))} | meant)


class _WrittenName(NamedTuple):
    folded: str
    letters: frozenset[str]
    skill: str
    is_label: bool


class WrittenNames:
    """All names of skills as they are written, by their length."""

    def __init__(self, skills: Iterable[Skill]) -> None:
        self._by_length: dict[int, list[_WrittenName]] = {}
        for skill in skills:
            for language in sorted({*skill.labels, *skill.aliases}):
                label = skill.labels.get(language, "")
                for name in dict.fromkeys((label, *skill.aliases.get(language, ()))):
                    folded = _spaced(name)
                    entry = _WrittenName(folded, frozenset(folded), skill.id, name == label)
                    self._by_length.setdefault(len(folded), []).append(entry)

    def skill_of(self, text: str) -> str | None:
        """The one skill whose name is nearest to a text, a slip or two away; None: none or several.

        Words that are right are read as no others: a short name is only meant where one is no word.
        """
        typed = _spaced(text)
        allowed = allowed_slips(typed)
        if not allowed or (len(typed) < SURE_LETTERS and not _has_unknown_word(typed)):
            return None
        nearest: dict[str, tuple[int, bool]] = {}
        for name in self._like(typed, allowed):
            slips = edit_distance(typed, name.folded, allowed)
            if slips <= allowed:
                nearest[name.skill] = min(nearest.get(name.skill, (slips, True)), (slips, not name.is_label))
        best = [skill for skill, near in nearest.items() if near == min(nearest.values())]
        return best[0] if len(best) == 1 else None

    def _like(self, typed: str, allowed: int) -> Iterator[_WrittenName]:
        # A slip spoils two pieces at most (letters swapped across their border): one is left as it was.
        pieces = 2 * allowed + 1
        borders = [len(typed) * piece // pieces for piece in range(pieces + 1)]
        letters = frozenset(typed)
        intact = [typed[start:end] for start, end in pairwise(borders)]
        for length in range(len(typed) - allowed, len(typed) + allowed + 1):
            for name in self._by_length.get(length, ()):
                if len(letters ^ name.letters) <= 2 * allowed and any(piece in name.folded for piece in intact):
                    yield name


def _spaced(name: str) -> str:
    """Folded, its words parted by single spaces, whatever they are joined by."""
    return " ".join(re.split(r"[\s_'’-]+", fold(name.strip())))


def _has_unknown_word(typed: str) -> bool:
    return not all(bundled_vocabulary().has_form(word) for word in words_of(typed))
