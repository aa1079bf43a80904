"""Which skills a post is about: named in its title, or again and again by its author as theirs.

One mention proves nothing. What is denied, looked for, handed to somebody else, quoted or credited is no mention; an
everyday word (`~` in the list) is one beside another name of the same skill, or where the text comes back to it often.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bridge.mentors.skill_words import SIGNS, NamePart, name_parts, placed_name_parts
from bridge.mentors.skills import NamedSkill, SkillMatcher

MIN_MENTIONS = 2  # in a text, of a skill that its title does not name
WORDS_PER_MENTION = 200  # so many words ask for one mention each
MAX_MENTIONS_ASKED = 5  # however long the text is
COMMON_FACTOR = 3  # so many times as often an everyday word has to be there
MIN_TITLED_COMMON = 2  # mentions in the text of an everyday word that stands in the title
SHORT_TEXT_WORDS = 100  # up to which one mention is enough
DENYING = frozenset(
    ["no", "not", "t", "never", "without", "nor", "neither", "sans", "pas", "jamais", "aucun", "aucune", "ni"]
)  # "t" as in "don't"
SEEKING = frozenset(
    ["looking", "seeking", "searching", "cherche", "cherchons", "recherche", "recherchons", "cherchais"]
)
HANDING = frozenset(
    {"hired", "hire", "hiring", "outsourced", "outsource"}
    | {"confie", "confier", "delegue", "deleguer", "embauche", "engage", "engager", "mandate"}
)
OWN_PEOPLE_AREA = "people"  # whose skills are about taking somebody on
DENIAL_REACH, SEEKING_REACH, HANDING_REACH = 3, 5, 4  # how many words before a name at most
REACHES = dict.fromkeys(DENYING, DENIAL_REACH) | dict.fromkeys(SEEKING, SEEKING_REACH)
REACHES_WITH_HANDING = REACHES | dict.fromkeys(HANDING, HANDING_REACH)
MAX_REACH = max(REACHES_WITH_HANDING.values())
MIN_QUOTED_WORDS = 4  # a shorter quotation is a way to write a word
QUOTATION = re.compile(r"«[^«»\n]{1,2000}»|“[^“”\n]{1,2000}”|\"[^\"\n]{1,2000}\"")
CREDITED = (
    *("photo", "image", "picture", "illustration", "credit", "credits", "translated", "translation", "traduit"),
    *("traduction", "crossposted", "cross-posted", "originally published", "originally posted", "publie a l'origine"),
)
CREDIT = re.compile(
    rf"^.{{0,80}}\b(?:{'|'.join(CREDITED)})\b.{{0,40}}(?:\bby\b|\bpar\b|:|\bon\b|\bfrom\b|©).{{0,200}}$",
    re.IGNORECASE,
)
MAX_CREDIT_CHARACTERS = 400  # of a line; a longer one is text
MAX_SPOKEN_NAMES = 24  # that are kept of a post


class PostSkills(NamedTuple):
    """What skills one post is about, and what it only mentions.

    What is only mentioned is no skill of its author. It says what the post is near to, in any language.
    """

    founded: dict[str, int]  # how often each is named
    titled: tuple[str, ...]  # those of them that the title names
    mentioned: tuple[str, ...]
    spoken: tuple[str, ...]  # names by which it speaks of the founded ones, folded as they stand there


def founded_skills(title: str, text: str, language: str, matcher: SkillMatcher) -> PostSkills:
    """The skills of a post.

    Args:
        title, text: plain.
    """
    return skills_of_parts(title, own_parts(text, language), language, matcher)


def own_parts(text: str, language: str) -> list[NamePart]:
    """The words and signs of a plain text that are its author's own."""
    return name_parts(own_words(text), language)


def skills_of_parts(title: str, parts: Sequence[NamePart], language: str, matcher: SkillMatcher) -> PostSkills:
    """What `founded_skills` answers, of a text that is taken apart already (`own_parts`)."""
    title_parts = name_parts(title, language)
    opened = list(matcher.named(title_parts, language))
    words = len([part for part in parts if part.word not in SIGNS])
    counted: Counter[str] = Counter()
    weighed: Counter[str] = Counter()  # in COMMON_FACTOR-ths of a mention
    names = Counter((named.skill, _as_written(title_parts, named)) for named in opened)
    for named in _own(parts, matcher, language):
        names[named.skill, _as_written(parts, named)] += 1
        counted[named.skill] += 1
        weighed[named.skill] += 1 if named.common else COMMON_FACTOR
    telling = {named.skill for named in opened if not named.common}
    titled = {named.skill for named in opened if named.skill in telling or counted[named.skill] >= MIN_TITLED_COMMON}
    asked = 1 if words <= SHORT_TEXT_WORDS else min(MAX_MENTIONS_ASKED, max(MIN_MENTIONS, words / WORDS_PER_MENTION))
    founded = titled | {skill for skill, often in weighed.items() if often >= asked * COMMON_FACTOR}
    counted.update(named.skill for named in opened)
    mentioned = tuple(sorted(counted.keys() - founded))
    spoken = sorted((name for name in names if name[0] in founded), key=lambda name: (-names[name], name))
    return PostSkills(
        {skill: counted[skill] for skill in sorted(founded)},
        tuple(sorted(titled)),
        mentioned,
        tuple(name for _, name in spoken[:MAX_SPOKEN_NAMES]),
    )


def _as_written(parts: Sequence[NamePart], named: NamedSkill) -> str:
    return " ".join([part.word for part in parts[named.first : named.last + 1]])


def naming_spans(text: str, language: str, matcher: SkillMatcher) -> dict[str, list[tuple[int, int]]]:
    """{skill: where a text names it as its author's, from the first letter to the last}; of a sentence or a text."""
    parts, places = placed_name_parts(text, language)
    spans: dict[str, list[tuple[int, int]]] = {}
    for named in _own(parts, matcher, language):
        spans.setdefault(named.skill, []).append((places[named.first][0], places[named.last][1]))
    return spans


def own_words(text: str) -> str:
    """Without what is quoted from others and what names who made a picture or a translation: blank in its place."""
    lowered = text.lower()
    if any(word in lowered for word in CREDITED):
        lines = text.split("\n")
        credits_ = (len(line) <= MAX_CREDIT_CHARACTERS and CREDIT.match(line) for line in lines)
        text = "\n".join(" " * len(line) if credit else line for line, credit in zip(lines, credits_, strict=True))
    return QUOTATION.sub(
        lambda quoted: quoted[0] if quoted[0].count(" ") < MIN_QUOTED_WORDS else "\n" + " " * (len(quoted[0]) - 1), text
    )


def _own(parts: Sequence[NamePart], matcher: SkillMatcher, language: str) -> Iterator[NamedSkill]:
    """What is named and neither denied nor looked for nor handed to others."""
    for named in matcher.named(parts, language):
        handing = matcher.skills[named.skill].area != OWN_PEOPLE_AREA
        if not _is_taken_back(parts, named.first, REACHES_WITH_HANDING if handing else REACHES):
            yield named


def _is_taken_back(parts: Sequence[NamePart], place: int, reaches: Mapping[str, int]) -> bool:
    """Whether a word before a name, in the same phrase, is one that reaches as far as to it."""
    for distance in range(1, min(place, MAX_REACH) + 1):
        word = parts[place - distance].word
        if distance <= reaches.get(word, 0):
            return True
        if word in SIGNS:
            return False
    return False
