"""What authors correct about their own cards: skills confirmed or refused, words struck or added."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, or_, select

from bridge.mentors.corrections import CardCorrections
from bridge.model import AuthorKey
from bridge.storage.core.database import list_plain_rows
from bridge.storage.core.predicates import IDS_FROM_JSON
from bridge.storage.matching.pairing import READ_SIDE
from bridge.storage.matching.tables import card_corrections, mentors, pairing_skills

SKILL_KIND, WORD_KIND = "skill", "word"
CONFIRMED, REFUSED, ADDED = "confirmed", "refused", "added"

_OWN = (mentors.c.blog_id == card_corrections.c.blog_id) & (mentors.c.author_id == card_corrections.c.author_id)
_REFUSED = {
    dialect: select(mentors.c.id, mentors.c.language, card_corrections.c.kind, card_corrections.c.value)
    .join(card_corrections, _OWN)
    .where(
        mentors.c.id.in_(ids),
        card_corrections.c.verdict == REFUSED,
        or_(card_corrections.c.kind == WORD_KIND, card_corrections.c.value == bindparam("skill")),
    )
    for dialect, ids in IDS_FROM_JSON.items()
}


class Refusals(NamedTuple):
    """What one mentor refuses: the terms of struck words, and whether the skill that is asked about."""

    struck: frozenset[int]
    skill: bool


class Correction(NamedTuple):
    """One answer; `value` is the skill's id or the folded word, `written` the word as it stood."""

    kind: str
    value: str
    verdict: str
    written: str
    at: datetime

    @staticmethod
    def heeded(rows: Collection[Correction]) -> CardCorrections:
        """Some answers, as matching heeds them."""
        by_verdict = {
            (kind, verdict): [row for row in rows if (row.kind, row.verdict) == (kind, verdict)]
            for kind, verdict in (
                (SKILL_KIND, CONFIRMED),
                (SKILL_KIND, REFUSED),
                (WORD_KIND, REFUSED),
                (WORD_KIND, ADDED),
            )
        }
        return CardCorrections(
            confirmed=frozenset(row.value for row in by_verdict[SKILL_KIND, CONFIRMED]),
            refused=frozenset(row.value for row in by_verdict[SKILL_KIND, REFUSED]),
            struck=frozenset(row.value for row in by_verdict[WORD_KIND, REFUSED]),
            added=tuple(row.written for row in by_verdict[WORD_KIND, ADDED]),
        )


def _of(author: AuthorKey) -> ColumnElement[bool]:
    return (card_corrections.c.blog_id == author.blog_id) & (card_corrections.c.author_id == author.author_id)


def upsert(tx: Connection, author: AuthorKey, correction: Correction) -> None:
    """Keep what an author says of a skill or word, in the place of what they said of it before."""
    delete_one(tx, author, correction.kind, correction.value)
    named = {"blog_id": author.blog_id, "author_id": author.author_id}
    tx.execute(insert(card_corrections).values(**named, **correction._asdict()))


def delete_one(tx: Connection, author: AuthorKey, kind: str, value: str) -> bool:
    """An author takes an answer back; whether there was one."""
    this = (card_corrections.c.kind == kind) & (card_corrections.c.value == value)
    return tx.execute(delete(card_corrections).where(_of(author), this)).rowcount > 0


def list_by_author(tx: Connection, author: AuthorKey) -> list[Correction]:
    """All that an author corrected, the first first."""
    columns = (card_corrections.c[name] for name in Correction._fields)
    ordered = select(*columns).where(_of(author)).order_by(card_corrections.c.at, card_corrections.c.value)
    return [Correction(*row) for row in tx.execute(ordered)]


def get_by_author(tx: Connection, author: AuthorKey) -> CardCorrections:
    """The same, as matching heeds it."""
    return Correction.heeded(list_by_author(tx, author))


def list_refusals(tx: Connection, mentor_ids: Collection[int], skill: str) -> dict[int, Refusals]:
    """What some mentors refuse, as a search heeds it; those who refuse nothing of it are left out."""
    values = {"ids": json.dumps([*mentor_ids]), "skill": skill}
    words: dict[tuple[int, str], set[str]] = {}
    refusing: set[int] = set()
    for mentor_id, language, kind, value in list_plain_rows(tx, _REFUSED[tx.dialect.name], values):
        if kind == WORD_KIND:
            words.setdefault((mentor_id, language), set()).add(value)
        else:
            refusing.add(mentor_id)
    struck = {
        mentor_id: CardCorrections(struck=frozenset(some)).struck_terms(language)
        for (mentor_id, language), some in words.items()
    }
    return {
        mentor_id: Refusals(struck.get(mentor_id, frozenset()), mentor_id in refusing)
        for mentor_id in struck.keys() | refusing
    }


def get_refusals_state(tx: Connection) -> tuple[int, datetime | None]:
    """Another one whenever somebody refuses a skill or takes that back."""
    refused = (card_corrections.c.kind == SKILL_KIND) & (card_corrections.c.verdict == REFUSED)
    row = tx.execute(select(func.count(), func.max(card_corrections.c.at)).where(refused)).one()
    return int(row[0]), row[1]


def count_refusing_blogs(tx: Connection) -> dict[str, int]:
    """Skill → on how many blogs somebody refuses it."""
    refused = (card_corrections.c.kind == SKILL_KIND) & (card_corrections.c.verdict == REFUSED)
    number = func.count(card_corrections.c.blog_id.distinct())
    rows = tx.execute(select(card_corrections.c.value, number).where(refused).group_by(card_corrections.c.value))
    return {skill: int(blogs) for skill, blogs in rows}


def count_asked_blogs(tx: Connection) -> dict[str, int]:
    """Skill → on how many blogs a card asks about it, or somebody has answered."""
    asked = select(pairing_skills.c.skill, pairing_skills.c.blog_id).where(pairing_skills.c.side == READ_SIDE)
    answered = select(card_corrections.c.value, card_corrections.c.blog_id).where(card_corrections.c.kind == SKILL_KIND)
    both = asked.union(answered).subquery()
    rows = tx.execute(select(both.c.skill, func.count()).group_by(both.c.skill))
    return {skill: int(blogs) for skill, blogs in rows}


def delete_by_author(tx: Connection, author: AuthorKey) -> None:
    """Forget what an author corrected: they have left."""
    tx.execute(delete(card_corrections).where(_of(author)))


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """Forget what the authors of a blog corrected: it has left."""
    tx.execute(delete(card_corrections).where(card_corrections.c.blog_id == blog_id))
