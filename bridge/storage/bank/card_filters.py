"""Which cards may be shown now, and which of them somebody looks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, literal, select

from bridge.model import BlogState
from bridge.storage.bank.tables import card_languages, cards
from bridge.storage.blogs.tables import blogs
from bridge.storage.content.tables import authors
from bridge.storage.matching.tables import facets, mentors, pairing_skills

PERCENTILE_COLUMNS = {"personal": facets.c.personal_percentile, "in-depth": facets.c.depth_percentile}
KIND_COLUMNS = {"stage": cards.c.stage, "availability": cards.c.availability, "format": cards.c.formats}
FACET_PERCENTILE = 60  # percentile within the language from which on a mentor has a facet (TREC Blog Track, 2009)
RESPONSIVE = "responsive"
RESPONSIVE_MINUTES = 48 * 60  # minutes: who answers half of the comments before that is responsive
FACET_NAMES = (*PERCENTILE_COLUMNS, RESPONSIVE)
# A skill is offered from a weight on that no word in passing reaches (mentors.pairing.offer_strength).
SKILL_IS_OFFERED = and_(pairing_skills.c.side == "offer", pairing_skills.c.weight >= 10**8)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a card must have; "" is anything."""

    language: str = ""
    region: str = ""
    stage: str = ""
    availability: str = ""
    format: str = ""
    skill: str = ""  # that they offer, by id
    facets: frozenset[str] = frozenset()  # of FACETS

    def __bool__(self) -> bool:
        return any(
            (self.language, self.region, *(getattr(self, kind) for kind in KIND_COLUMNS), self.skill, self.facets)
        )


def spaced(kinds: Iterable[str]) -> str:
    """Kinds as a column holds them: with a space around each."""
    names = [kind for kind in kinds if kind]
    return f" {' '.join(names)} " if names else ""


def select_public(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Who may be shown now: takes part, on a connected blog, with enough written."""
    return (
        select(*columns)
        .select_from(cards)
        .join(authors, and_(authors.c.blog_id == cards.c.blog_id, authors.c.remote_id == cards.c.author_id))
        .join(blogs, blogs.c.id == cards.c.blog_id)
        .where(cards.c.shown, authors.c.takes_part, blogs.c.state == BlogState.CONNECTED)
    )


def apply_filters(statement: Select[*tuple[Any, ...]], filters: Filters) -> Select[*tuple[Any, ...]]:
    """A statement over cards, narrowed down to those that fit."""
    if filters.language:
        written = card_languages.c.language == filters.language
        statement = statement.join(card_languages, and_(card_languages.c.slug == cards.c.slug, written))
    if filters.region:
        statement = statement.where(cards.c.region == filters.region)
    for name, column in KIND_COLUMNS.items():
        if kind := getattr(filters, name):
            statement = statement.where(column.contains(spaced([kind]), autoescape=True))
    if filters.skill:
        mine = and_(pairing_skills.c.blog_id == cards.c.blog_id, pairing_skills.c.author_id == cards.c.author_id)
        statement = statement.join(pairing_skills, mine).where(
            SKILL_IS_OFFERED, pairing_skills.c.skill == filters.skill
        )
    if RESPONSIVE in filters.facets:  # only as long as the blog sends comments for statistics
        statement = statement.where(cards.c.reply_minutes < RESPONSIVE_MINUTES, blogs.c.statistics)
    for name in sorted(filters.facets.intersection(PERCENTILE_COLUMNS)):
        same = and_(mentors.c.blog_id == cards.c.blog_id, mentors.c.author_id == cards.c.author_id, mentors.c.listed)
        marked = select(literal(1)).where(
            same, facets.c.mentor_id == mentors.c.id, PERCENTILE_COLUMNS[name] >= FACET_PERCENTILE
        )
        statement = statement.where(marked.correlate(cards).exists())
    return statement
