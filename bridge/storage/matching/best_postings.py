"""The owners of the postings that weigh most for a vector: mentors, or posts.

Two steps: for each of a query's terms, the heaviest first, the owners who weigh it most; then those whom most of that
falls to. So many rows are read and no more, so a query costs about the same in a bank of any size; terms that nobody
else uses take none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from sqlalchemy import Column, Connection, TextClause, text

from bridge.storage.core.database import list_plain_rows
from bridge.storage.matching.postings import POSTING_WEIGHT_STEP, Posting
from bridge.text.terms import Vector

QUERY_TERMS = 128  # heaviest terms of a query: as many as find a mentor
CHAMPIONS_PER_TERM = 128  # best owners looked at for each term
POSTING_ROWS_READ = 32 * CHAMPIONS_PER_TERM  # that are read in all: 32 terms that many use, or more that fewer do
PADDING_TERM = (-1, 0)  # no term has this id
PADDED_TERM_COUNTS = (4, 16, 48, QUERY_TERMS)  # terms of a statement, so that few statements have to be made
PlacedTotal = tuple[int, int, int]  # place of the vector, sum (negative: best first), owner


def list_owners(
    tx: Connection, owner: Column[int], vectors: Sequence[Vector], limit: int, terms: int = QUERY_TERMS
) -> list[list[int]]:
    """Whom `owner` of a table of postings names for each of several vectors, best first; in their order."""
    queries = [(place, pairs) for place, vector in enumerate(vectors) if (pairs := heaviest_first(vector, terms))]
    by_vector: list[list[int]] = [[] for _ in vectors]
    if queries:
        list_totals = {"sqlite": _list_totals_on_sqlite, "postgresql": _list_totals_on_postgresql}[tx.dialect.name]
        for part, _, number in sorted(list_totals(tx, owner, [pairs for _, pairs in queries], limit)):
            by_vector[queries[part][0]].append(number)
    return by_vector


def heaviest_first(vector: Vector, terms: int = QUERY_TERMS) -> list[Posting]:
    """(term, weight as postings have it, but positive), ties by id."""
    best = np.lexsort((vector.ids, -vector.weights))[:terms]
    weights = np.maximum(1, vector.weights[best] // POSTING_WEIGHT_STEP)
    return list(zip(vector.ids[best].tolist(), weights.tolist(), strict=True))


# -- PostgreSQL: one join, the same statement for any query, planned once ------------------------------------------


def _list_totals_on_postgresql(
    tx: Connection, owner: Column[int], queries: Sequence[Sequence[Posting]], limit: int
) -> Sequence[PlacedTotal]:
    rows = [(place, term, weight) for place, pairs in enumerate(queries) for term, weight in pairs]
    places, terms, weights = (_array(column) for column in zip(*rows, strict=True))
    values = {"places": places, "terms": terms, "weights": weights, "queries": len(queries), "limit": limit}
    return list_plain_rows(tx, _lateral_join(owner), values)


def _array(numbers: Sequence[int]) -> str:
    # As text: of numbers the driver tells the narrowest type, and the server plans anew for each type.
    return f"{{{','.join(map(str, numbers))}}}"


@lru_cache(maxsize=2)
def _lateral_join(owner: Column[int]) -> TextClause:
    # A nested loop over the terms in the order in which they are given, which ends when there are enough rows.
    return text(
        "SELECT vectors.place, best.total, best.id FROM generate_series(0, CAST(:queries AS int) - 1) AS vectors(place)"  # noqa: S608 - our own names
        f" CROSS JOIN LATERAL (SELECT CAST(SUM(part) AS bigint) AS total, id FROM (SELECT champions.{owner.name} AS id,"
        " champions.weight * asked.weight AS part FROM unnest(CAST(:places AS int[]), CAST(:terms AS bigint[]),"
        " CAST(:weights AS bigint[])) AS asked(place, term, weight) CROSS JOIN LATERAL"
        f" (SELECT weight, {owner.name} FROM {owner.table.name} WHERE term = asked.term"
        f" ORDER BY weight, {owner.name} LIMIT {CHAMPIONS_PER_TERM}) AS champions"
        f" WHERE asked.place = vectors.place LIMIT {POSTING_ROWS_READ}) AS read_rows"
        " GROUP BY id ORDER BY total, id LIMIT :limit) AS best"
    )


# -- SQLite: it joins nothing sideways, so each term is a part of the statement ------------------------------------


def _list_totals_on_sqlite(
    tx: Connection, owner: Column[int], queries: Sequence[Sequence[Posting]], limit: int
) -> Sequence[PlacedTotal]:
    values: dict[str, int] = {"limit": limit}
    sizes = []
    for place, pairs in enumerate(queries):
        sizes.append(next(size for size in PADDED_TERM_COUNTS if size >= len(pairs)))
        for n, (term, weight) in enumerate([*pairs, *[PADDING_TERM] * (sizes[-1] - len(pairs))]):
            values[f"t{place}_{n}"], values[f"w{place}_{n}"] = term, weight
    return list_plain_rows(tx, _parts_for_each(owner, tuple(sizes)), values)


@lru_cache(maxsize=64)
def _parts_for_each(owner: Column[int], sizes: tuple[int, ...]) -> TextClause:
    """For vectors with so many terms each, of all in one statement."""
    parts = [_parts_of(owner, place, size) for place, size in enumerate(sizes)]
    if len(parts) == 1:
        return text(parts[0])
    return text(" UNION ALL ".join(f"SELECT * FROM ({part}) AS c{place}" for place, part in enumerate(parts)))  # noqa: S608


def _parts_of(owner: Column[int], place: int, terms: int) -> str:
    parts = " UNION ALL ".join(
        f"SELECT * FROM (SELECT {owner.name} AS id, weight * :w{n} AS part FROM {owner.table.name} "  # noqa: S608 - our own names
        f"WHERE term = :t{n} ORDER BY weight, {owner.name} LIMIT {CHAMPIONS_PER_TERM}) AS q{n}"
        for n in (f"{place}_{number}" for number in range(terms))
    )
    # The parts are gone through in order, until there are enough rows.
    return (
        f"SELECT {place} AS place, SUM(part) AS total, id FROM "  # noqa: S608
        f"(SELECT id, part FROM ({parts}) AS f{place} LIMIT {POSTING_ROWS_READ}) AS r{place} "
        f"GROUP BY id ORDER BY total, id LIMIT :limit"
    )
