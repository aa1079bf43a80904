"""Skills: which are spoken of in a text, a tag or a declaration, and how each is called in the reader's language.

Our own list is `skills.tsv`; an operator may add the official ESCO skills (`bridge skills import`). A label or alias
is found by forms of its words that carry meaning, at most four, in order and side by side (`mentors.skill_words`).
Skills are for filters, offers and explanations; likeness is measured on words (see `text.terms`).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import NamedTuple

from bridge.mentors.skill_names import SKILL_LANGUAGES as SKILL_LANGUAGES
from bridge.mentors.skill_names import Skill as Skill
from bridge.mentors.skill_names import WrittenNames
from bridge.mentors.skill_words import (
    ACUTE,
    BREAK,
    END,
    JOINING,
    MAX_JOINING_WORDS,
    NamePart,
    name_parts,
    words_of_name,
)
from bridge.text.tokens import tokens

SKILL_COLUMNS = ("id", "area", "en", "fr", "aliases_en", "aliases_fr")
MAX_NAME_CHARACTERS = 100  # of a text that may be the name of a skill
MAX_ALIAS_WORDS = 4  # words of an alias that mean something
NEEDS_COMPANY = "~"  # behind an alias that is an everyday word as well
SKILL_ID_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class InvalidSkillList(ValueError):
    """The list of skills breaks its own rules; says where and how."""


def parse_skills(text: str, name: str = "skills.tsv") -> tuple[Skill, ...]:
    """Read and check a list.

    Raises:
        InvalidSkillList: naming the line: a wrong column, an empty label, an id that is odd or there twice, a name that
            two skills claim, or one that no text could ever be matched by.
    """
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    if not lines or tuple(lines[0].split("\t")) != SKILL_COLUMNS:
        raise InvalidSkillList(
            f"{name}: the first line has to name the columns {', '.join(SKILL_COLUMNS)}, parted by tabs"
        )
    skills: list[Skill] = []
    claimed: dict[tuple[str, tuple[str, ...]], str] = {}
    for row in csv.DictReader(io.StringIO("\n".join(lines)), delimiter="\t", quoting=csv.QUOTE_NONE):
        where = f"{name}: {row.get('id') or 'a line without id'}"
        if None in row or any(value is None for value in row.values()):
            raise InvalidSkillList(f"{where}: needs exactly {len(SKILL_COLUMNS)} columns")
        if not SKILL_ID_PATTERN.fullmatch(row["id"]) or any(row["id"] == skill.id for skill in skills):
            raise InvalidSkillList(f"{where}: an id is unique, of small letters, digits and hyphens")
        if not row["area"] or not row["en"] or not row["fr"]:
            raise InvalidSkillList(f"{where}: area and both labels are needed")
        skill = Skill(
            row["id"],
            row["area"],
            {language: row[language] for language in SKILL_LANGUAGES},
            {language: _aliases(row[f"aliases_{language}"]) for language in SKILL_LANGUAGES},
            _common(row["aliases_en"]) | _common(row["aliases_fr"]),
        )
        _claim(skill, claimed, where)
        skills.append(skill)
    return tuple(skills)


def _aliases(cell: str) -> tuple[str, ...]:
    return tuple(alias.strip(f" {NEEDS_COMPANY}") for alias in cell.split(";") if alias.strip())


def _common(cell: str) -> frozenset[str]:
    return frozenset(
        alias.strip(f" {NEEDS_COMPANY}") for alias in cell.split(";") if alias.rstrip().endswith(NEEDS_COMPANY)
    )


def _claim(skill: Skill, claimed: dict[tuple[str, tuple[str, ...]], str], where: str) -> None:
    for language in SKILL_LANGUAGES:
        for alias in skill.aliases[language]:
            words = words_of_name(alias, language)
            if not 1 <= len(words) <= MAX_ALIAS_WORDS:
                raise InvalidSkillList(
                    f"{where}: “{alias}” has {len(words)} words of meaning; 1 to {MAX_ALIAS_WORDS} are used"
                )
            owner = claimed.setdefault((language, words), skill.id)
            if owner != skill.id:
                raise InvalidSkillList(f"{where}: “{alias}” already leads to {owner}")


@lru_cache(maxsize=1)
def bundled_skills() -> tuple[Skill, ...]:
    """The list that comes with the bridge, checked when it is first read."""
    return parse_skills((files("bridge.mentors") / "skills.tsv").read_text(encoding="utf-8"))


class NamedSkill(NamedTuple):
    """A skill that a text names: where, among its parts, and whether the name needs company (`~` in the list)."""

    skill: str
    first: int
    last: int
    common: bool


class SkillMatcher:
    """Finds skills in texts; made once for a list of skills, whose state its version names."""

    def __init__(self, skills: Iterable[Skill], version: str = "0") -> None:
        self.version = version
        self.skills = {skill.id: skill for skill in skills}
        self._single: dict[str, dict[str, tuple[str, bool]]] = {}  # language → name of one word → skill, `common`
        self._names: dict[str, dict[tuple[str, ...], tuple[str, bool]]] = {}
        self._seconds: dict[str, dict[str, set[str]]] = {}  # of names of several: first word → second words
        self._labels: dict[tuple[str, tuple[str, ...]], str] = {}
        self._whole_names: dict[str, dict[tuple[str, ...], str]] = {}  # as `_names_of` made them
        for skill in self.skills.values():
            for language in sorted({*skill.labels, *skill.aliases}):
                for alias in skill.aliases.get(language, ()):
                    common = alias in skill.common
                    self._add(language, words_of_name(alias, language), skill.id, common=common)
                # A label of one word describes ("selling"): as a name it would be found everywhere.
                label = words_of_name(skill.labels.get(language, ""), language)
                self._add(language, label if len(label) > 1 else (), skill.id, common=False)
                if label:
                    self._labels.setdefault((language, label), skill.id)

    def _add(self, language: str, words: tuple[str, ...], skill: str, *, common: bool) -> None:
        if not 1 <= len(words) <= MAX_ALIAS_WORDS:
            return
        # The first to claim a name keeps it: aliases before labels, our own list before an imported one.
        if len(words) == 1:
            for form in (words[0], words[0].removesuffix(ACUTE)):  # texts may leave an accent out
                self._single.setdefault(language, {}).setdefault(form, (skill, common))
        else:
            self._names.setdefault(language, {}).setdefault(words, (skill, common))
            self._seconds.setdefault(language, {}).setdefault(words[0], set()).add(words[1])

    def named(self, parts: Sequence[NamePart], language: str) -> Iterator[NamedSkill]:
        """Each skill that is named, in order; the longest name wins where several begin."""
        single, seconds = self._single.get(language, {}), self._seconds.get(language, {})
        names = self._names.get(language, {})
        after = 0  # what has been named already names nothing else
        for place, goes_on in _beginnings(parts, single, seconds):
            if place < after:
                continue
            part = parts[place]
            match, last = single.get(part.alone), place
            run = _run(parts, place, seconds[part.beside]) if goes_on else ()
            for length in range(len(run), 1, -1):
                words = tuple([parts[index].beside for index in run[:length]])
                if words in names:
                    match, last = names[words], run[length - 1]
                    break
            if match is not None:
                yield NamedSkill(match[0], place, last, match[1])
                after = last + 1

    def find(self, text: str, language: str) -> dict[str, int]:
        """Skill id → how often it is named in a plain text."""
        return dict(Counter(named.skill for named in self.named(name_parts(text, language), language)))

    def names_skill(self, word: str, language: str) -> bool:
        """Whether one word alone names a skill in a language, and means nothing else there."""
        skill, common = self._single.get(language, {}).get(next(iter(words_of_name(word, language)), ""), ("", True))
        return bool(skill) and not common

    def usual_name(self, skill: str, language: str) -> tuple[str, ...]:
        """The stems by which a skill is spoken of in a language: of its first alias, else of its label, else none."""
        details = self.skills[skill]
        named = (*details.aliases.get(language, ()), details.labels.get(language, ""))
        stems = (tuple(stem for stem, _ in tokens(name, language)) for name in named)
        return next((name_stems for name_stems in stems if 1 <= len(name_stems) <= MAX_ALIAS_WORDS), ())

    def of_whole_name(self, text: str) -> str | None:
        """The skill whose name in any language is all that a text says, be it in the plural, hyphenated or mistyped."""
        spaced = " ".join(re.split(r"[\s_-]+", text.strip()))
        if not spaced or len(spaced) > MAX_NAME_CHARACTERS:
            return None
        words = {language: words_of_name(spaced, language) for language in SKILL_LANGUAGES}
        names = {language: self._names_of(language) for language in SKILL_LANGUAGES}
        for language in SKILL_LANGUAGES:
            if skill := names[language].get(words[language]):
                return skill
        return self._mistyped_names.skill_of(text)

    @cached_property
    def _mistyped_names(self) -> WrittenNames:
        return WrittenNames(self.skills.values())

    def _names_of(self, language: str) -> dict[tuple[str, ...], str]:
        """Labels before other names; put together once, for every need is looked up among them."""
        if language not in self._whole_names:
            names = {words: skill for (code, words), skill in self._labels.items() if code == language}
            single: dict[tuple[str, ...], str] = {
                (word,): skill for word, (skill, _) in self._single.get(language, {}).items()
            }
            several = {words: skill for words, (skill, _) in self._names.get(language, {}).items()}
            self._whole_names[language] = {**single, **several, **names}
        return self._whole_names[language]

    def of_names(self, names: Iterable[str], language: str) -> tuple[str, ...]:
        """Skills that tags, categories or declared offers stand for, in their order: read in their own language
        first, then in the others; what names no skill is left to the words."""
        skills: dict[str, None] = {}
        for name in names:
            spaced = name.replace("_", " ")
            for tried in dict.fromkeys((language, *SKILL_LANGUAGES)):
                labelled = self._labels.get((tried, words_of_name(spaced, tried)))
                here = [labelled] if labelled else list(self.find(spaced, tried))
                if here:
                    skills |= dict.fromkeys(here)
                    break
        return tuple(skills)


def _beginnings(
    parts: Sequence[NamePart], single: Collection[str], seconds: Mapping[str, Collection[str]]
) -> list[tuple[int, bool]]:
    """(place of a word at which a name may begin, whether by the next word it may be one of several words)."""
    return [
        (place, goes_on)
        for place, (part, following) in enumerate(zip(parts, (*parts, END)[1:], strict=True))
        if (
            goes_on := part.beside in seconds
            and (following.alone == JOINING or following.beside in seconds[part.beside])
        )
        or part.alone in single
    ]


def _run(parts: Sequence[NamePart], first: int, seconds: Collection[str]) -> list[int]:
    """Places of words from one on that may be one name: nothing but a few joining words between, the second known."""
    run = [first]
    for place in range(first + 1, len(parts)):
        _, alone, beside = parts[place]
        if alone == BREAK or place - run[-1] > 1 + MAX_JOINING_WORDS:
            break
        if alone != JOINING:
            if len(run) == 1 and beside not in seconds:
                break
            run.append(place)
            if len(run) == MAX_ALIAS_WORDS:
                break
    return run


@lru_cache(maxsize=1)
def bundled_matcher() -> SkillMatcher:
    """For the list that comes with the bridge."""
    return SkillMatcher(bundled_skills())


# -- ESCO ------------------------------------------------------------------------------------------

ESCO_COLUMNS = ("conceptType", "conceptUri", "preferredLabel", "altLabels")


def parse_esco(text: str, name: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(URI, label, other labels) of every skill in one file of the official download (skills_<language>.csv).

    Raises:
        InvalidSkillList: the file has another layout, or a line is broken.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [column for column in ESCO_COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise InvalidSkillList(
            f"{name}: no column {', '.join(missing)}. Expected is skills_<language>.csv of the ESCO download in CSV."
        )
    for number, row in enumerate(_readable(reader, name), 2):
        if row["conceptType"] != "KnowledgeSkillCompetence":
            continue
        uri, label = (row["conceptUri"] or "").strip(), (row["preferredLabel"] or "").strip()
        if not uri.startswith(("http://", "https://")) or not label or None in row:
            raise InvalidSkillList(f"{name}: line {number} has no URI or no label")
        yield uri, label, tuple(alias.strip() for alias in (row["altLabels"] or "").split("\n") if alias.strip())


def _readable(reader: csv.DictReader[str], name: str) -> Iterator[dict[str, str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise InvalidSkillList(f"{name}: what follows line {reader.line_num} is no CSV ({error})") from None
