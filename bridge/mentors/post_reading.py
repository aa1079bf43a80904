"""What one post gives beside its words: passages of experience, requests, skills. Kept as JSON, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.mentors.founded_skills import own_parts, skills_of_parts
from bridge.mentors.nouns import NO_NOUNS, PostNouns, read_nouns
from bridge.mentors.skills import SkillMatcher
from bridge.model import stable_id
from bridge.text import experience
from bridge.text.budget import UNLIMITED, Budget
from bridge.text.experience import Passage

READING_VERSION = "11"  # changes with the patterns; posts read by another one are read again

LIST_SIGN = "|"  # between words that are kept in one string: no word holds it


@dataclass(frozen=True, slots=True)
class PostExperience:
    """What was read from one post. `disclosure`: its score in millionths; None: never counted (crisis, or a
    language without patterns)."""

    passages: tuple[Passage, ...] = ()
    requests: tuple[Passage, ...] = ()
    calls: tuple[Passage, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)  # those it is about (`founded_skills`) → how often named
    tagged: tuple[str, ...] = ()  # skills that its tags and categories stand for: offers in the author's own words
    disclosure: int | None = None
    titled: tuple[str, ...] = ()  # of the skills those that its title names
    mentioned: tuple[str, ...] = ()  # skills that it names without being about them
    nouns: PostNouns = NO_NOUNS  # what its text shows to be nouns, names and phrases
    spoken: tuple[str, ...] = ()  # names by which it speaks of the skills it is about

    @property
    def named_skills(self) -> tuple[str, ...]:
        """What it is about and what it mentions: signs that posts of any two languages may share."""
        return tuple(sorted({*self.skills, *self.mentioned}))

    def to_json(self) -> dict[str, Any]:
        """All but the score, which has a column of its own; without what is empty."""
        data: dict[str, Any] = {
            name: [_packed(passage) for passage in getattr(self, name)] for name in ("passages", "requests", "calls")
        }
        data |= {"skills": dict(self.skills), "tagged": list(self.tagged), "titled": list(self.titled)}
        data |= {"mentioned": list(self.mentioned), "spoken": LIST_SIGN.join(self.spoken)}
        data |= {name: LIST_SIGN.join(words) for name, words in self.nouns._asdict().items()}
        return {name: value for name, value in data.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], disclosure: int | None) -> PostExperience:
        """The way back."""
        passages, requests, calls = (
            tuple(_unpacked(item) for item in data.get(name, ())) for name in ("passages", "requests", "calls")
        )
        skills, tagged, titled = data.get("skills", {}), tuple(data.get("tagged", ())), tuple(data.get("titled", ()))
        mentioned = tuple(data.get("mentioned", ()))
        nouns = PostNouns(*(_unjoined(data.get(name, "")) for name in PostNouns._fields))
        spoken = _unjoined(data.get("spoken", ""))
        return cls(passages, requests, calls, skills, tagged, disclosure, titled, mentioned, nouns, spoken)


def read_post_experience(
    title: str, text: str, language: str, names: Iterable[str], matcher: SkillMatcher, budget: Budget = UNLIMITED
) -> PostExperience:
    """Read the plain text of a post.

    Args:
        title: plain as well.
        text: its words (`html.plain_text`).
        language: ISO 639-1 of the text.
        names: its tags and categories.
        matcher: knows the skills.
        budget: what it may cost.
    """
    passages = experience.read_experience(text, language, budget)
    budget.check()
    score = None if passages.score is None else round(passages.score * 10**6)
    tagged = matcher.of_names(names, language)
    parts = own_parts(text, language)
    skills = skills_of_parts(title, parts, language, matcher)
    quotable = (passages.passages, passages.requests, passages.calls)
    nouns = read_nouns(parts, text, language)
    return PostExperience(
        *quotable, skills.founded, tagged, score, skills.titled, skills.mentioned, nouns, skills.spoken
    )


def reading_fingerprint(matcher: SkillMatcher, left_out: frozenset[int] = frozenset()) -> str:
    """By which patterns and skills a post was read, and without which of its paragraphs."""
    state = f"{READING_VERSION}.{matcher.version}"
    return f"{state}.{stable_id('without', *sorted(left_out)) % 16**8:08x}" if left_out else state


def _packed(passage: Passage) -> list[Any]:
    return [passage.position, passage.text, passage.label, list(passage.patterns), passage.personal]


def _unpacked(data: list[Any]) -> Passage:
    position, text, label, why, personal = data
    return Passage(position, text, label, tuple(why), personal)


def _unjoined(words: str) -> tuple[str, ...]:
    return tuple(words.split(LIST_SIGN)) if words else ()
