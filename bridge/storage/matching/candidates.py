"""Who or what shares the heaviest terms of a vector, and what is needed to score them exactly.

The postings answer in two steps: for each of a query's terms, the heaviest first, the mentors who weigh it most; then
those whom most of that falls to. So many rows are read and no more, so a query costs about the same in a bank of any
size; terms that nobody else uses take none of them. The exact scores come after.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

import numpy as np
from sqlalchemy import Connection, TextClause, bindparam, select, text

from bridge.mentors.profiles import vector_of
from bridge.mentors.similarity import Candidate
from bridge.storage.core.database import list_plain_rows
from bridge.storage.core.predicates import IDS_FROM_JSON
from bridge.storage.matching.postings import POSTING_WEIGHT_STEP
from bridge.storage.matching.profiles import decode_crossing
from bridge.storage.matching.tables import mentors
from bridge.text.terms import Vector

QUERY_TERMS = 128  # heaviest terms of a query: as many as find a mentor
CHAMPIONS_PER_TERM = 128  # best mentors looked at for each term
POSTING_ROWS_READ = 32 * CHAMPIONS_PER_TERM  # that are read in all: 32 terms that many use, or more that fewer do
PADDING_TERM = (-1, 0)  # no term has this id
PADDED_TERM_COUNTS = (4, 16, 48, QUERY_TERMS)  # terms of a statement, so that few statements have to be made
CANDIDATES_PER_VECTOR = 200


@lru_cache(maxsize=64)
def _query(table: str, owner: str, terms: tuple[int, ...]) -> TextClause:
    """For vectors with so many terms each, of all in one statement: (place of the vector, sum, owner)."""
    parts = [_best_of(table, owner, place, count) for place, count in enumerate(terms)]
    if len(parts) == 1:
        return text(parts[0])
    return text(" UNION ALL ".join(f"SELECT * FROM ({part}) AS c{place}" for place, part in enumerate(parts)))  # noqa: S608


def _best_of(table: str, owner: str, place: int, terms: int) -> str:
    parts = " UNION ALL ".join(
        f"SELECT * FROM (SELECT {owner} AS id, weight * :w{n} AS part FROM {table} "  # noqa: S608 - our own names
        f"WHERE term = :t{n} ORDER BY weight, {owner} LIMIT {CHAMPIONS_PER_TERM}) AS q{n}"
        for n in (f"{place}_{number}" for number in range(terms))
    )
    # Both databases go through the parts in order and stop when there are enough rows.
    return (
        f"SELECT {place} AS place, SUM(part) AS total, id FROM "  # noqa: S608
        f"(SELECT id, part FROM ({parts}) AS f{place} LIMIT {POSTING_ROWS_READ}) AS r{place} "
        f"GROUP BY id ORDER BY total, id LIMIT :limit"
    )


def _ids(tx: Connection, table: str, owner: str, vectors: Sequence[Vector], terms: int, limit: int) -> list[list[int]]:
    queries = [(place, pairs) for place, vector in enumerate(vectors) if (pairs := _heaviest_first(vector, terms))]
    by_vector: list[list[int]] = [[] for _ in vectors]
    if not queries:
        return by_vector
    values: dict[str, int] = {"limit": limit}
    sizes = []
    for part, (_, pairs) in enumerate(queries):
        sizes.append(next(size for size in PADDED_TERM_COUNTS if size >= len(pairs)))
        for n, (term, weight) in enumerate(pairs + [PADDING_TERM] * (sizes[-1] - len(pairs))):
            values[f"t{part}_{n}"], values[f"w{part}_{n}"] = term, weight
    rows: Sequence[tuple[int, int, int]] = list_plain_rows(tx, _query(table, owner, tuple(sizes)), values)
    for part, _, number in sorted(rows):
        by_vector[queries[part][0]].append(number)
    return by_vector


def _heaviest_first(vector: Vector, terms: int) -> list[tuple[int, int]]:
    """(term, weight as postings have it), ties by id."""
    best = np.lexsort((vector.ids, -vector.weights))[:terms]
    weights = np.maximum(1, vector.weights[best] // POSTING_WEIGHT_STEP)
    return list(zip(vector.ids[best].tolist(), weights.tolist(), strict=True))


def list_mentor_ids(
    tx: Connection, vector: Vector, terms: int = QUERY_TERMS, limit: int = CANDIDATES_PER_VECTOR
) -> list[int]:
    """Listed mentors who share the heaviest terms, best first by what the postings tell."""
    return _ids(tx, "postings", "mentor_id", [vector], terms, limit)[0]


def list_mentor_ids_for_each(
    tx: Connection, vectors: Sequence[Vector], limit: int = CANDIDATES_PER_VECTOR
) -> list[list[int]]:
    """Listed mentors who share the heaviest terms of each of several vectors, best first; in their order."""
    return _ids(tx, "postings", "mentor_id", vectors, QUERY_TERMS, limit)


def list_post_ids(tx: Connection, vector: Vector, limit: int = CANDIDATES_PER_VECTOR) -> list[int]:
    """Posts whose heaviest terms a mentor shares: where it might enter the list."""
    return _ids(tx, "post_postings", "post_id", [vector], QUERY_TERMS, limit)[0]


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
