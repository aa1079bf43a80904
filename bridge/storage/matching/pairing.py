"""What each author can give and looks for, found by skill: only those are compared who have something to trade."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from bridge.logs import make_each
from bridge.mentors.pairing import PairingSide, Role
from bridge.mentors.profiles import Profile
from bridge.model import AuthorKey
from bridge.storage.core.documents import parse_object
from bridge.storage.core.upserts import upsert_rows
from bridge.storage.matching.tables import mentors, pairing_sides, pairing_skills
from bridge.text.terms import Vector

OFFER_SIDE, NEED_SIDE = "offer", "need"
READ_SIDE = "read"  # what was read from somebody's posts, and so their card asks them about
NOTHING_READ: Mapping[str, float] = MappingProxyType({})
MAX_ASKED_SKILLS = 60  # a card asks about
AUTHORS_PER_STATEMENT = 200  # of authors named in one statement
CANDIDATES_PER_SIDE = 200  # each way: the fullest offers, the strongest needs
SET_FIELDS = ("languages", "wishes", "sectors", "refuses", "themes")
PLAIN_FIELDS = ("role", "room", "open_to_all", "outside_own_sector", "region", "stage", "openness")


def upsert(tx: Connection, author: AuthorKey, party: PairingSide, inferred: Mapping[str, float] = NOTHING_READ) -> None:
    """Keep what an author brings to a pairing, and which skills were read from their posts."""
    named = {"blog_id": author.blog_id, "author_id": author.author_id}
    document = json.dumps(_packed(party), ensure_ascii=False, sort_keys=True)
    upsert_rows(tx, pairing_sides, tuple(named), [{**named, "data": document}])
    table = pairing_skills.c
    tx.execute(delete(pairing_skills).where(table.blog_id == author.blog_id, table.author_id == author.author_id))
    rows = [
        {**named, "side": side, "skill": skill, "weight": round(weight * 10**9)}
        for side, skills in ((OFFER_SIDE, party.offers), (NEED_SIDE, party.needs), (READ_SIDE, inferred))
        for skill, weight in sorted(skills.items())
        if weight > 0
    ]
    if rows:
        tx.execute(insert(pairing_skills), rows)


def list_inferred_skills(tx: Connection, author: AuthorKey, limit: int = MAX_ASKED_SKILLS) -> list[str]:
    """The skills that were read from an author's posts, the strongest first; whatever they answered."""
    table = pairing_skills.c
    mine = (table.blog_id == author.blog_id) & (table.author_id == author.author_id) & (table.side == READ_SIDE)
    strongest = select(table.skill).where(mine).order_by(table.weight.desc(), table.skill).limit(limit)
    return list(tx.execute(strongest).scalars())


def delete_offer(tx: Connection, author: AuthorKey, skill: str) -> None:
    """An author offers a skill no longer: at once, whatever else they bring to a pairing."""
    table, sides = pairing_skills.c, pairing_sides.c
    mine = (table.blog_id == author.blog_id) & (table.author_id == author.author_id)
    tx.execute(delete(pairing_skills).where(mine, table.side == OFFER_SIDE, table.skill == skill))
    of_author = (sides.blog_id == author.blog_id) & (sides.author_id == author.author_id)
    document = tx.execute(select(sides.data).where(of_author)).scalar()
    data = parse_object(document)
    offers = data.get("offers")
    if isinstance(offers, dict) and offers.pop(skill, None) is not None:
        tx.execute(
            update(pairing_sides).where(of_author).values(data=json.dumps(data, ensure_ascii=False, sort_keys=True))
        )


def delete_by_author(tx: Connection, author: AuthorKey) -> None:
    """Delete what an author brings to a pairing: they pair no more."""
    for table in (pairing_skills, pairing_sides):
        tx.execute(delete(table).where(table.c.blog_id == author.blog_id, table.c.author_id == author.author_id))


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """Delete what the authors of a blog bring to a pairing: it has left."""
    for table in (pairing_skills, pairing_sides):
        tx.execute(delete(table).where(table.c.blog_id == blog_id))


def find(tx: Connection, author: AuthorKey) -> PairingSide | None:
    """What an author brings to a pairing; None: they do not pair."""
    return next(iter(_all(tx, [author])), None)


def list_candidates(tx: Connection, side: PairingSide) -> list[PairingSide]:
    """Those who offer what `own` needs or need what `own` offers; never of the same blog."""
    candidates: set[AuthorKey] = set()
    for kind, skills in ((OFFER_SIDE, side.needs), (NEED_SIDE, side.offers)):
        traded = pairing_skills.c.skill.in_(sorted(skill for skill, weight in skills.items() if weight > 0))
        rows = tx.execute(
            select(pairing_skills.c.blog_id, pairing_skills.c.author_id)
            .where(pairing_skills.c.side == kind, traded, pairing_skills.c.blog_id != side.blog_id)
            .order_by(pairing_skills.c.weight.desc(), pairing_skills.c.blog_id, pairing_skills.c.author_id)
            .limit(CANDIDATES_PER_SIDE)
        )
        candidates |= {AuthorKey(row.blog_id, row.author_id) for row in rows}
    return _all(tx, sorted(candidates))


def _all(tx: Connection, authors: Iterable[AuthorKey]) -> list[PairingSide]:
    keys = [(pairing_sides.c.blog_id == a.blog_id) & (pairing_sides.c.author_id == a.author_id) for a in authors]
    theirs = (mentors.c.blog_id == pairing_sides.c.blog_id) & (mentors.c.author_id == pairing_sides.c.author_id)
    data: dict[AuthorKey, str] = {}
    profiles: dict[AuthorKey, dict[str, Vector]] = {}
    for start in range(0, len(keys), AUTHORS_PER_STATEMENT):
        rows = tx.execute(
            select(pairing_sides, mentors.c.language, mentors.c.profile)
            .select_from(pairing_sides.outerjoin(mentors, theirs))
            .where(or_(*keys[start : start + AUTHORS_PER_STATEMENT]))
        )
        for row in rows:
            key = AuthorKey(row.blog_id, row.author_id)
            data.setdefault(key, row.data)
            if row.profile is not None:
                profiles.setdefault(key, {})[row.language] = Profile.from_bytes(row.profile).vector
    return make_each(sorted(data), lambda key: _unpacked(key, json.loads(data[key]), profiles.get(key, {})), "pairing")


def _packed(party: PairingSide) -> dict[str, object]:
    sets = {name: sorted(getattr(party, name)) for name in SET_FIELDS}
    return (
        {name: getattr(party, name) for name in PLAIN_FIELDS}
        | {"offers": dict(party.offers), "needs": dict(party.needs)}
        | sets
    )


def _unpacked(author: AuthorKey, data: dict[str, Any], profiles: dict[str, Vector]) -> PairingSide:
    fields: dict[str, Any] = {name: frozenset(value) if name in SET_FIELDS else value for name, value in data.items()}
    return PairingSide(
        id=str(author), blog_id=author.blog_id, **fields | {"role": Role(data["role"]), "profiles": profiles}
    )
