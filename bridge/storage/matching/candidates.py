"""Who or what shares the heaviest terms of a vector, and what is needed to score them exactly.

The candidates are more than are shown, and they are only few enough to be scored exactly: the order that counts is
that of the exact scores.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bridge.mentors.profiles import vector_of
from bridge.mentors.similarity import Candidate
from bridge.storage.core.database import list_plain_rows
from bridge.storage.core.predicates import IDS_FROM_JSON
from bridge.storage.matching import best_postings
from bridge.storage.matching.candidate_source import get_source
from bridge.storage.matching.profiles import decode_crossing
from bridge.storage.matching.tables import mentors, post_postings
from bridge.text.terms import Vector

CANDIDATES_PER_VECTOR = 100  # of which twenty are shown at most
CANDIDATES_AMONG_FEW = 200  # in a bank so small that its subjects are hardly told apart by their words
POSTS_PER_VECTOR = 200


def list_mentor_ids(tx: Connection, vector: Vector, limit: int = CANDIDATES_PER_VECTOR) -> list[int]:
    """Listed mentors who share the heaviest terms, most of the shared weight first."""
    return list_mentor_ids_for_each(tx, [vector], limit)[0]


def list_mentor_ids_for_each(
    tx: Connection, vectors: Sequence[Vector], limit: int = CANDIDATES_PER_VECTOR
) -> list[list[int]]:
    """Listed mentors who share the heaviest terms of each of several vectors, best first; in their order."""
    return get_source(tx).list_mentor_ids(tx, vectors, limit)


def list_post_ids(tx: Connection, vector: Vector, limit: int = POSTS_PER_VECTOR) -> list[int]:
    """Posts whose heaviest terms a mentor shares: where it might enter the list."""
    return best_postings.list_owners(tx, post_postings.c.post_id, [vector], limit)[0]


# Made once: putting the statement together takes longer than the database does to answer it.
_COLUMNS = (
    mentors.c.id,
    mentors.c.blog_id,
    mentors.c.author_id,
    mentors.c.language,
    mentors.c.profile,
    mentors.c.hubness,
    mentors.c.mean,
    mentors.c.deviation,
    mentors.c.crossing,
)
_LISTED = select(*_COLUMNS).where(mentors.c.listed)
_BY_ID = {dialect: _LISTED.where(mentors.c.id.in_(given)) for dialect, given in IDS_FROM_JSON.items()}
_OF_OTHERS = {dialect: by_id.where(mentors.c.blog_id != bindparam("but_blog")) for dialect, by_id in _BY_ID.items()}


def _candidate(row: Sequence[Any]) -> Candidate:
    # By place: two hundred rows of nine names each are looked up for every list.
    mentor_id, blog_id, author_id, language, profile, hubness, mean, deviation, crossing = row
    return Candidate(
        mentor_id, blog_id, author_id, language, vector_of(profile), hubness, mean, deviation, decode_crossing(crossing)
    )


def list_by_ids(tx: Connection, ids: Sequence[int], *, but_blog: str | None = None) -> list[Candidate]:
    """Listed mentors by id, for exact scoring."""
    values = {"ids": json.dumps(sorted(ids))}
    if but_blog is None:
        rows = list_plain_rows(tx, _BY_ID[tx.dialect.name], values)
    else:
        rows = list_plain_rows(tx, _OF_OTHERS[tx.dialect.name], values | {"but_blog": but_blog})
    return sorted(map(_candidate, rows), key=attrgetter("id"))


def list_all(tx: Connection, language: str | None = None) -> list[Candidate]:
    """Every listed mentor, by id."""
    statement = _LISTED.order_by(mentors.c.id)
    if language is not None:
        statement = statement.where(mentors.c.language == language)
    return [_candidate(row) for row in tx.execute(statement)]
