"""The bank as a whole: how many there are, what can be asked for, which skills are offered. Never a whole card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from bridge.language_tags import language_code
from bridge.legible import one_line, web_address
from bridge.logs import make_each
from bridge.mentors.declared_kinds import ARRANGED, AVAILABILITY, FORMATS, ONLY_WRITTEN, STAGES_IN_ORDER
from bridge.storage.bank.card_filters import KIND_COLUMNS, SKILL_IS_OFFERED, Filters, apply_filters, select_public
from bridge.storage.bank.tables import card_languages, cards
from bridge.storage.blogs.tables import blogs
from bridge.storage.content.tables import authors
from bridge.storage.matching.tables import mentors, pairing_skills

CHOICES_PER_FILTER = 50  # of one kind: what authors write freely may be as many as they are


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What can be filtered by, because somebody is there: values in order, with how many cards fit."""

    language: Mapping[str, int]
    region: Mapping[str, int]
    stage: Mapping[str, int]
    availability: Mapping[str, int]
    format: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BlogFeed:
    """A blog to subscribe to; `language` where all of its mentors write in the same one."""

    name: str
    home_url: str
    language: str = ""
    last_post_at: datetime | None = None

    @property
    def feed_url(self) -> str:
        """WordPress's own feed."""
        return f"{self.home_url}/feed/"


def list_feeds(tx: Connection, filters: Filters, limit: int) -> list[BlogFeed]:
    """The blogs of all mentors who fit, whoever published last first."""
    spoken = card_languages.alias("spoken")  # beside the one that is filtered by
    first, last = func.min(spoken.c.language), func.max(spoken.c.language)
    newest = func.max(cards.c.last_post_at)
    rows = tx.execute(
        apply_filters(
            select_public(
                blogs.c.id,
                blogs.c.name,
                blogs.c.home_url,
                first.label("first"),
                last.label("last"),
                newest.label("newest"),
            ),
            filters,
        )
        .outerjoin(spoken, spoken.c.slug == cards.c.slug)
        .where(blogs.c.home_url != "")
        .group_by(blogs.c.id, blogs.c.name, blogs.c.home_url)
        .order_by(newest.desc(), blogs.c.id)
        .limit(limit)
    )
    return [feed for feed in make_each(rows, _feed, "blog") if feed.home_url]


def _feed(row: Row[*tuple[Any, ...]]) -> BlogFeed:
    home = web_address(row.home_url.rstrip("/"))
    spoken = row.first if row.first and row.first == row.last else ""
    return BlogFeed(one_line(row.name) or home, home, spoken, row.newest)


def list_for_search_engines(tx: Connection, limit: int) -> list[tuple[str, datetime]]:
    """(slug, last post) of the cards whose owners let search engines list them, by slug."""
    rows = tx.execute(
        select_public(cards.c.slug, cards.c.last_post_at)
        .where(authors.c.search_engines)
        .order_by(cards.c.slug)
        .limit(limit)
    )
    return [(row.slug, row.last_post_at) for row in rows]


def get_filter_choices(tx: Connection) -> FilterChoices:
    """The languages and declared values by which the cards that are shown can be filtered."""
    number = func.count().label("number")
    written = select_public(card_languages.c.language, number).join(
        card_languages, card_languages.c.slug == cards.c.slug
    )
    by_language = tx.execute(written.group_by(card_languages.c.language).order_by(card_languages.c.language))
    languages = {row.language: int(row.number) for row in by_language if language_code(row.language)}
    columns = (cards.c.region, *KIND_COLUMNS.values())
    rows = tx.execute(select_public(*columns, number).group_by(*columns)).all()
    counted = make_each(
        rows, lambda row: (one_line(row.region), [str(kinds).split() for kinds in row[1:-1]], row.number), "choice"
    )
    regions: Counter[str] = Counter()
    by_kind: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
    for region, kinds, cards_here in counted:
        regions[region] += cards_here
        for counter, names in zip(by_kind, kinds, strict=True):
            counter.update(dict.fromkeys(names, cards_here))
    named = {region: regions[region] for region in sorted(regions) if region}
    closed = [
        {name: counter[name] for name in every if counter[name]}
        for every, counter in zip(
            (STAGES_IN_ORDER, (*AVAILABILITY, ARRANGED), (*FORMATS, ONLY_WRITTEN)), by_kind, strict=True
        )
    ]
    return FilterChoices(languages, dict(list(named.items())[:CHOICES_PER_FILTER]), *closed)


def count_mentors_and_blogs(tx: Connection) -> tuple[int, int]:
    """How many mentors are shown, on how many blogs."""
    row = tx.execute(select_public(func.count(), func.count(cards.c.blog_id.distinct()))).one()
    return int(row[0]), int(row[1])


def list_offered_skills(tx: Connection) -> list[tuple[str, int]]:
    """(skill, how many mentors offer it), the most offered first."""
    mine = and_(pairing_skills.c.blog_id == cards.c.blog_id, pairing_skills.c.author_id == cards.c.author_id)
    number = func.count().label("number")
    rows = tx.execute(
        select_public(pairing_skills.c.skill, number)
        .join(pairing_skills, mine)
        .where(SKILL_IS_OFFERED)
        .group_by(pairing_skills.c.skill)
        .order_by(number.desc(), pairing_skills.c.skill)
    )
    return [(row.skill, row.number) for row in rows]


def list_offering_mentor_ids(tx: Connection, skill: str, language: str | None, limit: int) -> list[int]:
    """Listed mentors whose author offers a skill, the strongest first; `language`: only those who write in it."""
    mine = and_(pairing_skills.c.blog_id == cards.c.blog_id, pairing_skills.c.author_id == cards.c.author_id)
    same = and_(mentors.c.blog_id == cards.c.blog_id, mentors.c.author_id == cards.c.author_id, mentors.c.listed)
    written = [mentors.c.language == language] if language else []
    rows = tx.execute(
        select_public(mentors.c.id)
        .join(pairing_skills, mine)
        .join(mentors, same)
        .where(SKILL_IS_OFFERED, pairing_skills.c.skill == skill, *written)
        .order_by(pairing_skills.c.weight.desc(), mentors.c.id)
        .limit(limit)
    )
    return list(rows.scalars())


def list_skills_by_author(tx: Connection, blog_id: str, author_id: str, limit: int) -> list[str]:
    """The skills that an author offers, the strongest first."""
    mine = and_(pairing_skills.c.blog_id == blog_id, pairing_skills.c.author_id == author_id)
    best = (pairing_skills.c.weight.desc(), pairing_skills.c.skill)
    return list(
        tx.execute(select(pairing_skills.c.skill).where(mine, SKILL_IS_OFFERED).order_by(*best).limit(limit)).scalars()
    )
