"""What each author can give and looks for, found by skill: only those are compared who have something to trade."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from bridge.logs import each
from bridge.mentors.pairing import Party, Role
from bridge.mentors.profiles import Profile
from bridge.model import AuthorKey
from bridge.storage.tables import mentors, parties, party_skills
from bridge.text.terms import Vector

OFFERED, NEEDED = "offer", "need"
PORTION = 200  # of authors named in one statement
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
    return next(iter(_all(tx, [author])), None)


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
    theirs = (mentors.c.blog_id == parties.c.blog_id) & (mentors.c.author_id == parties.c.author_id)
    data: dict[AuthorKey, str] = {}
    profiles: dict[AuthorKey, dict[str, Vector]] = {}
    for start in range(0, len(wanted), PORTION):
        rows = tx.execute(
            select(parties, mentors.c.language, mentors.c.profile)
            .select_from(parties.outerjoin(mentors, theirs))
            .where(or_(*wanted[start : start + PORTION]))
        )
        for row in rows:
            key = AuthorKey(row.blog_id, row.author_id)
            data.setdefault(key, row.data)
            if row.profile is not None:
                profiles.setdefault(key, {})[row.language] = Profile.from_bytes(row.profile).vector
    return each(sorted(data), lambda key: _unpacked(key, json.loads(data[key]), profiles.get(key, {})), "pairing")


def _packed(party: Party) -> dict[str, Any]:
    sets = {name: sorted(getattr(party, name)) for name in SETS}
    return (
        {name: getattr(party, name) for name in PLAIN}
        | {"offers": dict(party.offers), "needs": dict(party.needs)}
        | sets
    )


def _unpacked(author: AuthorKey, data: dict[str, Any], profiles: dict[str, Vector]) -> Party:
    fields: dict[str, Any] = {name: frozenset(value) if name in SETS else value for name, value in data.items()}
    return Party(id=str(author), blog_id=author.blog_id, **fields | {"role": Role(data["role"]), "profiles": profiles})
