"""Postings: by which terms a mentor is found, and by which a post finds mentors.

``storage.matching.candidates`` asks them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import Column, Connection, Delete, Select, bindparam, delete, insert, select

from bridge.mentors.cross_language import keyed_by_language
from bridge.mentors.similarity import MentorQuery
from bridge.storage.core.database import list_plain_rows, mark_for_companion
from bridge.storage.core.predicates import IDS_FROM_JSON
from bridge.storage.matching.tables import mentors, post_postings, postings
from bridge.text.terms import Vector

MENTOR_TERMS = 128  # heaviest terms of a mentor that can find it
CROSSING_TERMS = 48  # heaviest features by which it is found from another language
POST_TERMS = 24  # heaviest terms of a post that can find it
POSTING_WEIGHT_STEP = 10**6  # weights in postings are rounded to 0.001, so that a new post moves few rows
Posting = tuple[int, int]  # term, weight: negative, so that the best come first


def upsert_by_mentor(tx: Connection, mentor_id: int, sought: MentorQuery | None) -> None:
    """Let a mentor be found by what others would look for them with; None: by nothing."""
    after = set()
    if sought is not None:
        after = postings_of(sought.vector, MENTOR_TERMS)
        after |= postings_of(keyed_by_language(sought.crossing, sought.language), CROSSING_TERMS)
    _exchange(tx, postings.c.mentor_id, {mentor_id: after})
    mark_for_companion(tx, mentor_id)


def upsert_by_posts(tx: Connection, queries: Mapping[int, MentorQuery]) -> None:
    """Let mentors find posts by what these are looked for with, in the language of each and in others."""
    after = {
        post_id: postings_of(asked.vector, POST_TERMS)
        | postings_of(keyed_by_language(asked.crossing, asked.language), POST_TERMS)
        for post_id, asked in queries.items()
    }
    _exchange(tx, post_postings.c.post_id, after)


def delete_by_mentor(tx: Connection, mentor_id: int) -> None:
    """A mentor who is not to be found."""
    tx.execute(delete(postings).where(postings.c.mentor_id == mentor_id))
    mark_for_companion(tx, mentor_id)


def list_by_mentors(tx: Connection, mentor_ids: Sequence[int]) -> dict[int, list[Posting]]:
    """By what some mentors are found, of those that are found at all: (term, weight: positive)."""
    by_mentor: dict[int, list[Posting]] = {}
    ids = {"ids": json.dumps(sorted(mentor_ids))}
    for mentor_id, term, weight in list_plain_rows(tx, _postings_of(tx.dialect.name, postings.c.mentor_id), ids):
        by_mentor.setdefault(mentor_id, []).append((term, -weight))
    return by_mentor


def list_mentor_ids_after(tx: Connection, last: int, limit: int) -> list[int]:
    """The next mentors that are found, in the order of their ids."""
    following = select(mentors.c.id).where(mentors.c.listed, mentors.c.id > last).order_by(mentors.c.id).limit(limit)
    return list(tx.execute(following).scalars())


def delete_by_posts(tx: Connection, post_ids: Sequence[int]) -> None:
    """Posts that are gone find nobody."""
    tx.execute(delete(post_postings).where(post_postings.c.post_id.in_(post_ids)))


def postings_of(vector: Vector, count: int) -> set[Posting]:
    """The heaviest terms of a vector, by which it is found."""
    best = vector.heaviest(count)
    return {
        (term, -(weight // POSTING_WEIGHT_STEP))
        for term, weight in zip(best.ids.tolist(), best.weights.tolist(), strict=True)
    }


def _exchange(tx: Connection, owner: Column[int], after: Mapping[int, set[Posting]]) -> None:
    """Bring the postings of some owners to what they shall be, touching only the rows that differ."""
    before: set[tuple[int, int, int]] = set(
        list_plain_rows(tx, _postings_of(tx.dialect.name, owner), {"ids": json.dumps(sorted(after))})
    )
    rows = {(owner_id, term, weight) for owner_id, some in after.items() for term, weight in some}
    for statement, changed in ((_leaving(owner), before - rows), (insert(owner.table), rows - before)):
        if changed:
            named = [{owner.name: owner_id, "term": term, "weight": weight} for owner_id, term, weight in changed]
            tx.execute(statement, sorted(named, key=lambda posting: tuple(posting.values())))


@cache  # building a statement costs several times what running it does
def _postings_of(dialect: str, owner: Column[int]) -> Select[int, int, int]:
    columns = owner.table.c
    return select(owner, columns.term, columns.weight).where(owner.in_(IDS_FROM_JSON[dialect]))


@cache
def _leaving(owner: Column[int]) -> Delete:
    key = (owner, owner.table.c.term, owner.table.c.weight)
    return delete(owner.table).where(*(column == bindparam(column.name) for column in key))
