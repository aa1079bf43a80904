"""What each author can give and looks for, found by skill: only those are compared who have something to trade."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from bridge.mentors.pairing import Party, Role
from bridge.model import AuthorKey
from bridge.storage import mentors
from bridge.storage.tables import parties, party_skills

OFFERED, NEEDED = "offer", "need"
CANDIDATES = 200  # each way: the fullest offers, the strongest needs
SETS = ("languages", "wishes", "sectors", "refuses", "themes")
PLAIN = ("role", "room", "open_to_all", "outside_own_sector", "region", "stage", "openness")


def store(tx: Connection, author: AuthorKey, party: Party) -> None:
    """Keep what an author brings to a pairing."""
    forget(tx, author)
    named = {"blog_id": author.blog_id, "author_id": author.author_id}
    tx.execute(insert(parties).values(**named, data=json.dumps(_packed(party), ensure_ascii=False, sort_keys=True)))
    rows = [
        {**named, "side": side, "skill": skill, "weight": round(weight * 10**9)}
        for side, skills in ((OFFERED, party.offers), (NEEDED, party.needs))
        for skill, weight in sorted(skills.items())
        if weight > 0
    ]
    if rows:
        tx.execute(insert(party_skills), rows)


def forget(tx: Connection, author: AuthorKey) -> None:
    """An author pairs no more."""
    for table in (party_skills, parties):
        tx.execute(delete(table).where(table.c.blog_id == author.blog_id, table.c.author_id == author.author_id))


def forget_blog(tx: Connection, blog_id: str) -> None:
    """A blog has left."""
    for table in (party_skills, parties):
        tx.execute(delete(table).where(table.c.blog_id == blog_id))


def find(tx: Connection, author: AuthorKey) -> Party | None:
    """What an author brings; None: they do not pair."""
    row = tx.execute(
        select(parties.c.data).where(parties.c.blog_id == author.blog_id, parties.c.author_id == author.author_id)
    ).first()
    return None if row is None else _unpacked(tx, author, json.loads(row.data))


def list_around(tx: Connection, own: Party) -> list[Party]:
    """Those who offer what `own` needs or need what `own` offers; never of the same blog."""
    found: set[AuthorKey] = set()
    for side, skills in ((OFFERED, own.needs), (NEEDED, own.offers)):
        wanted = party_skills.c.skill.in_(sorted(skill for skill, weight in skills.items() if weight > 0))
        rows = tx.execute(
            select(party_skills.c.blog_id, party_skills.c.author_id)
            .where(party_skills.c.side == side, wanted, party_skills.c.blog_id != own.blog_id)
            .order_by(party_skills.c.weight.desc(), party_skills.c.blog_id, party_skills.c.author_id)
            .limit(CANDIDATES)
        )
        found |= {AuthorKey(row.blog_id, row.author_id) for row in rows}
    return _all(tx, sorted(found))


def _all(tx: Connection, authors: Iterable[AuthorKey]) -> list[Party]:
    wanted = [(parties.c.blog_id == a.blog_id) & (parties.c.author_id == a.author_id) for a in authors]
    found = []
    for start in range(0, len(wanted), 100):
        for row in tx.execute(select(parties).where(or_(*wanted[start : start + 100]))):
            found.append(_unpacked(tx, AuthorKey(row.blog_id, row.author_id), json.loads(row.data)))
    return found


def _packed(party: Party) -> dict[str, Any]:
    sets = {name: sorted(getattr(party, name)) for name in SETS}
    return (
        {name: getattr(party, name) for name in PLAIN}
        | {"offers": dict(party.offers), "needs": dict(party.needs)}
        | sets
    )


def _unpacked(tx: Connection, author: AuthorKey, data: dict[str, Any]) -> Party:
    rows = mentors.list_of(tx, author.blog_id, author.author_id)
    fields: dict[str, Any] = {name: frozenset(value) if name in SETS else value for name, value in data.items()}
    fields |= {"role": Role(data["role"]), "profiles": {row.key.language: row.profile.vector for row in rows}}
    return Party(id=str(author), blog_id=author.blog_id, **fields)
