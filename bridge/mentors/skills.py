"""Skills: which are spoken of in a text, a tag or a declaration, and how each is called in the reader's language.

Our own list is `skills.tsv`; an operator may add the official ESCO skills (`bridge skills import`). A label or alias
is found by the stems of its words that carry meaning, at most four, in order and side by side, in one phrase.
Skills are for filters, offers and explanations; likeness is measured on words (see `text.terms`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from bridge.text.tokens import APOSTROPHES, fold, stem

SKILL_LANGUAGES = ("en", "fr")
SKILL_COLUMNS = ("id", "area", "en", "fr", "aliases_en", "aliases_fr")
MAX_ALIAS_STEMS = 4  # stems of an alias
WORD = re.compile(r"[^\W_][\w+#&/-]*")
# Words that only join others. Fewer than a search leaves out: "first employee" and "time management" need theirs.
JOINING_WORDS = frozenset((files("bridge.text") / "data" / "joining.txt").read_text(encoding="utf-8").split())
SKILL_ID_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PHRASE_END = r"[.!?…;:()\n«»“”\"]"  # of a phrase
WORDS_AND_PHRASE_ENDS = re.compile(rf"{WORD.pattern}|{PHRASE_END}")


class InvalidSkillList(ValueError):
    """The list of skills breaks its own rules; says where and how."""


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill. `id` never changes; an imported one has its URI as id."""

    id: str
    area: str
    labels: Mapping[str, str]  # language → label
    aliases: Mapping[str, tuple[str, ...]]  # language → other names

    @property
    def address(self) -> str:
        """Its name in an address: of a URI the last part, which ESCO never gives twice."""
        return self.id.rsplit("/", 1)[-1]

    def label(self, language: str) -> str:
        """In the reader's language ("fr-CA", "en", …), else in English, else in any."""
        wanted = language.replace("_", "-").split("-", 1)[0].lower()
        return self.labels.get(wanted) or self.labels.get("en") or next(iter(self.labels.values()))


def parse_skills(text: str, name: str = "skills.tsv") -> tuple[Skill, ...]:
    """Read and check a list.

    Raises:
        BadSkills: naming the line: a wrong column, an empty label, an id that is odd or there twice, a name that two
            skills claim, or one that no text could ever be matched by.
    """
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    if not lines or tuple(lines[0].split("\t")) != SKILL_COLUMNS:
        raise InvalidSkillList(
            f"{name}: the first line has to name the columns {', '.join(SKILL_COLUMNS)}, parted by tabs"
        )
    found: list[Skill] = []
    claimed: dict[tuple[str, tuple[str, ...]], str] = {}
    for row in csv.DictReader(io.StringIO("\n".join(lines)), delimiter="\t", quoting=csv.QUOTE_NONE):
        where = f"{name}: {row.get('id') or 'a line without id'}"
        if None in row or any(value is None for value in row.values()):
            raise InvalidSkillList(f"{where}: needs exactly {len(SKILL_COLUMNS)} columns")
        if not SKILL_ID_PATTERN.fullmatch(row["id"]) or any(row["id"] == skill.id for skill in found):
            raise InvalidSkillList(f"{where}: an id is unique, of small letters, digits and hyphens")
        if not row["area"] or not row["en"] or not row["fr"]:
            raise InvalidSkillList(f"{where}: area and both labels are needed")
        skill = Skill(
            row["id"],
            row["area"],
            {language: row[language] for language in SKILL_LANGUAGES},
            {language: _aliases(row[f"aliases_{language}"]) for language in SKILL_LANGUAGES},
        )
        _claim(skill, claimed, where)
        found.append(skill)
    return tuple(found)


def _aliases(cell: str) -> tuple[str, ...]:
    return tuple(alias.strip() for alias in cell.split(";") if alias.strip())


def _claim(skill: Skill, claimed: dict[tuple[str, tuple[str, ...]], str], where: str) -> None:
    for language in SKILL_LANGUAGES:
        for alias in skill.aliases[language]:
            stems = stems_of(alias, language)
            if not 1 <= len(stems) <= MAX_ALIAS_STEMS:
                raise InvalidSkillList(
                    f"{where}: “{alias}” has {len(stems)} words of meaning; 1 to {MAX_ALIAS_STEMS} are used"
                )
            owner = claimed.setdefault((language, stems), skill.id)
            if owner != skill.id:
                raise InvalidSkillList(f"{where}: “{alias}” already leads to {owner}")


def stems_of(name: str, language: str) -> tuple[str, ...]:
    """The stems that stand for a name."""
    words = WORD.findall(APOSTROPHES.sub(" ", name.lower()))
    return tuple(found for word in words if (found := _stem_of(word, language)) is not None)


@lru_cache(maxsize=200_000)
def _stem_of(word: str, language: str) -> str | None:
    """None: it only joins others; "": no word but the end of a phrase, which stands in no name."""
    if not word[0].isalnum():
        return ""
    return None if fold(word) in JOINING_WORDS else stem(word, language)


@lru_cache(maxsize=1)
def bundled_skills() -> tuple[Skill, ...]:
    """The list that comes with the bridge, checked when it is first read."""
    return parse_skills((files("bridge.mentors") / "skills.tsv").read_text(encoding="utf-8"))


class SkillMatcher:
    """Finds skills in texts; made once for a list of skills, whose state its version names."""

    def __init__(self, skills: Iterable[Skill], version: str = "0") -> None:
        self.version = version
        self.skills = {skill.id: skill for skill in skills}
        self._names: dict[str, dict[tuple[str, ...], str]] = {}
        self._longest: dict[str, dict[str, int]] = {}  # first stem → stems of the longest name that begins so
        for skill in self.skills.values():
            for language in sorted({*skill.labels, *skill.aliases}):
                for alias in skill.aliases.get(language, ()):
                    self._add(language, stems_of(alias, language), skill.id)
                # A label of one word describes ("selling"): as a name it would be found everywhere.
                label = stems_of(skill.labels.get(language, ""), language)
                self._add(language, label if len(label) > 1 else (), skill.id)

    def _add(self, language: str, stems: tuple[str, ...], skill: str) -> None:
        if not 1 <= len(stems) <= MAX_ALIAS_STEMS:
            return
        # The first to claim a name keeps it: aliases before labels, our own list before an imported one.
        self._names.setdefault(language, {}).setdefault(stems, skill)
        longest = self._longest.setdefault(language, {})
        longest[stems[0]] = max(longest.get(stems[0], 0), len(stems))

    def find(self, text: str, language: str) -> dict[str, int]:
        """Skill id → how often it is named in a plain text; the longest name wins where several begin."""
        longest, names = self._longest.get(language), self._names.get(language, {})
        found: dict[str, int] = {}
        if longest is None:
            return found
        stems = [
            stem
            for part in WORDS_AND_PHRASE_ENDS.findall(APOSTROPHES.sub(" ", text.lower()))
            if (stem := _stem_of(part, language)) is not None
        ]
        after = 0  # what has been named already names nothing else
        for place, first in enumerate(stems):
            if first not in longest or place < after:
                continue
            for length in range(min(longest[first], len(stems) - place), 0, -1):
                skill = names.get(tuple(stems[place : place + length]))
                if skill is not None:
                    found[skill] = found.get(skill, 0) + 1
                    after = place + length
                    break
        return found

    def usual_name(self, skill: str, language: str) -> tuple[str, ...]:
        """The stems by which a skill is spoken of in a language: of its first alias, else of its label, else none."""
        known = self.skills[skill]
        named = (*known.aliases.get(language, ()), known.labels.get(language, ""))
        return next((stems for name in named if 1 <= len(stems := stems_of(name, language)) <= MAX_ALIAS_STEMS), ())

    def of_names(self, names: Iterable[str], language: str) -> tuple[str, ...]:
        """Skills that tags, categories or declared offers stand for, in their order: read in their own language
        first, then in the others; what names no skill is left to the words."""
        found: dict[str, None] = {}
        for name in names:
            spaced = name.replace("-", " ").replace("_", " ")
            for tried in dict.fromkeys((language, *SKILL_LANGUAGES)):
                here = self.find(spaced, tried)
                if here:
                    found |= dict.fromkeys(here)
                    break
        return tuple(found)


@lru_cache(maxsize=1)
def bundled_matcher() -> SkillMatcher:
    """For the list that comes with the bridge."""
    return SkillMatcher(bundled_skills())


# -- ESCO ------------------------------------------------------------------------------------------

ESCO_COLUMNS = ("conceptType", "conceptUri", "preferredLabel", "altLabels")


def parse_esco(text: str, name: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(URI, label, other labels) of every skill in one file of the official download (skills_<language>.csv).

    Raises:
        BadSkills: the file has another layout, or a line is broken.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [column for column in ESCO_COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise InvalidSkillList(
            f"{name}: no column {', '.join(missing)}. Expected is skills_<language>.csv of the ESCO download in CSV."
        )
    for number, row in enumerate(reader, 2):
        if row["conceptType"] != "KnowledgeSkillCompetence":
            continue
        uri, label = (row["conceptUri"] or "").strip(), (row["preferredLabel"] or "").strip()
        if not uri.startswith(("http://", "https://")) or not label or None in row:
            raise InvalidSkillList(f"{name}: line {number} has no URI or no label")
        yield uri, label, tuple(one.strip() for one in (row["altLabels"] or "").split("\n") if one.strip())
