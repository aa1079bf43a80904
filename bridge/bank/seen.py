"""What the bank shows, read in one go: a page of results, a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bridge.bank.asked import Asked
from bridge.mentors.because import because
from bridge.mentors.profiles import STEADY
from bridge.mentors.skills import LANGUAGES, Matcher, Skill, own_matcher
from bridge.model import AuthorKey
from bridge.storage import cards, directory, mentors, needs, readings, skills
from bridge.storage.cards import Card
from bridge.storage.database import Tx
from bridge.storage.needs import FoundMentor
from bridge.storage.readings import OnSkill, PostReading
from bridge.text.experience import Passage

RELATED = 6
DIFFERENT = 5  # words that the other writes about and this one does not
OFFERS = 8  # skills named on a card
POSTS_ON_SKILL = 3  # named with a skill
PASSAGES = 6  # quoted on a card
NEWEST = 8  # posts named on a card
NEWCOMERS = 6  # named under the mentors who wrote about a need
A_YEAR = timedelta(days=365)
FOCUSED, VARIED = 0.2, 0.08  # mean likeness of the posts with one another; between them nothing is said


@dataclass(frozen=True, slots=True)
class Line:
    """A mentor in a list; with what speaks for them, where there was a question."""

    card: Card
    found: FoundMentor | None = None
    on: OnSkill | None = None  # their posts on the skill that was asked for

    def why(self, tag: str) -> str:
        """The reason in one sentence, where there was a question."""
        best = self.found.posts[0] if self.found and self.found.posts else None
        if self.found is None:
            return ""
        return because(self.found.votes, self.found.words, best, tag, self.found.key.language)

    @property
    def words(self) -> list[str]:
        """What they write about, of all languages, heaviest first."""
        return self.card.words


@dataclass(frozen=True, slots=True)
class Found:
    """One page of an answer."""

    lines: Sequence[Line]
    total: int
    size: int  # of a page
    meant: Mapping[str, str] = field(default_factory=dict)  # {typed: understood}, where they differ
    unclear: bool = False  # the need says too little to look for anything
    newcomers: Sequence[Line] = ()  # who say they can help with what the need names, and have hardly written yet

    @property
    def pages(self) -> int:
        """How many there are."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Near:
    """A related mentor: what both write about, and what only the other does."""

    card: Card
    shared: Sequence[str]
    different: Sequence[str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A skill that somebody can help with, and their posts on it; `declared`: they say so themselves."""

    skill: Skill
    declared: bool
    on: OnSkill


@dataclass(frozen=True, slots=True)
class Whole:
    """A card with all that follows from it."""

    card: Card
    posts: Sequence[Any]
    posts_last_year: int
    first_post_at: datetime | None
    breadth: str  # "focused" | "varied" | ""
    near: Sequence[Near]
    offers: Sequence[Offer]
    passages: Sequence[tuple[PostReading, Passage]]  # that the author chose

    @property
    def provisional(self) -> bool:
        """Whether there is little to go by yet."""
        return self.card.posts < STEADY


def answer(tx: Tx, asked: Asked, *, snippets: bool = True) -> Found:
    """Mentors for what was asked: for a need best first, without one whoever published last first."""
    if not asked.need:
        return _everybody(tx, asked)
    results = needs.search(
        tx, asked.need, language=asked.filters.language or None, limit=asked.size, offset=asked.offset,
        fitting=partial(cards.fitting, tx, filters=asked.filters), snippets=snippets,
    )  # fmt: skip
    shown = cards.list_of(tx, [one.key.author for one in results.mentors])
    found = [Line(shown[one.key.author], one) for one in results.mentors if one.key.author in shown]
    lines = _on_skill(tx, asked, found)
    unclear = bool(results.language) and not results.words
    return Found(lines, results.total, asked.size, results.meant, unclear, _newcomers(tx, asked))


def _newcomers(tx: Tx, asked: Asked) -> list[Line]:
    """By the skills that the need names: nobody has votes who has not written."""
    named = {skill for spoken in LANGUAGES for skill in own_matcher().find(asked.need, spoken)}
    return [Line(card) for card in cards.list_new(tx, named, asked.filters, NEWCOMERS)] if named else []


def _everybody(tx: Tx, asked: Asked) -> Found:
    found, total = cards.list_page(tx, asked.filters, asked.size, asked.offset)
    return Found(_on_skill(tx, asked, [Line(card) for card in found]), total, asked.size)


def _on_skill(tx: Tx, asked: Asked, lines: list[Line]) -> list[Line]:
    if not asked.filters.skill:
        return lines
    on = readings.list_on_skills(tx, [line.card.key for line in lines], [asked.filters.skill], POSTS_ON_SKILL)
    return [replace(line, on=on.get((line.card.key, asked.filters.skill))) for line in lines]


def offers(tx: Tx, card: Card) -> list[Offer]:
    """What somebody offers, by their own word or by their posts, the strongest first."""
    ids = directory.list_offers_of(tx, card.key.blog_id, card.key.author_id, OFFERS)
    known = skills.list_of(tx, ids)
    on = readings.list_on_skills(tx, [card.key], known, POSTS_ON_SKILL)
    language = next(iter(card.languages), "en")
    declared = Matcher(known.values()).of_names(card.declared.get("offers", ()), language)
    nothing = OnSkill(0, [])
    return [Offer(known[id_], id_ in declared, on.get((card.key, id_), nothing)) for id_ in ids if id_ in known]


def whole(tx: Tx, card: Card, now: datetime) -> Whole:
    """All that a card says."""
    rows = [row for row in mentors.list_of(tx, card.key.blog_id, card.key.author_id) if row.listed]
    likeness = max((row.profile.concentration for row in rows), default=0.0)
    last_year, first = cards.rhythm(tx, card.key, now - A_YEAR)
    return Whole(
        card=card, posts=cards.newest_posts(tx, [card.key], NEWEST), posts_last_year=last_year, first_post_at=first,
        breadth="focused" if likeness >= FOCUSED else "varied" if likeness <= VARIED else "",
        near=near(tx, card, [row.key.id for row in rows], RELATED), offers=offers(tx, card),
        passages=readings.list_quotable(tx, card.key.blog_id, card.key.author_id)[:PASSAGES],
    )  # fmt: skip


def near(tx: Tx, card: Card, mentor_ids: Sequence[int], limit: int) -> list[Near]:
    """Mentors related to one, each once, best first."""
    best: dict[int, mentors.Line] = {}
    for mentor_id in mentor_ids:
        for line in mentors.related_list(tx, mentor_id):
            if line.mentor_id not in best or best[line.mentor_id].score < line.score:
                best[line.mentor_id] = line
    keys = mentors.keys(tx, best)
    others = cards.list_of(tx, [key.author for key in keys.values()])
    found: dict[AuthorKey, Near] = {}
    for line in sorted(best.values(), key=lambda line: (-line.score, line.mentor_id)):
        author = keys[line.mentor_id].author
        if author in others and author not in found:
            different = others[author].alone(card, line.reason.topics, DIFFERENT)
            found[author] = Near(others[author], line.reason.topics, different)
    return list(found.values())[:limit]
