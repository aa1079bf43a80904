"""Who or what shares the heaviest terms of a vector, and what is needed to score them exactly.

The postings answer in two steps: for each of a query's terms the mentors who weigh it most, then those whom most of
that falls to. Both are bounded, so a query costs about the same in a bank of any size; the exact scores come after.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, select, text

from bridge.mentors.profiles import vector_of
from bridge.mentors.related import Candidate
from bridge.storage.mentors import STEP, crossing_of
from bridge.storage.tables import mentors
from bridge.text.terms import Vector

QUERY_TERMS = 48  # heaviest terms of a query
CHAMPIONS = 128  # best mentors looked at for each term
CANDIDATES = 200
PORTION = 1000  # mentors read at once


@lru_cache(maxsize=64)
def _query(table: str, owner: str, terms: tuple[int, ...]) -> TextClause:
    """For vectors with so many terms each, of all in one statement: (place of the vector, owner, sum)."""
    return text(" UNION ALL ".join(_best_of(table, owner, place, count) for place, count in enumerate(terms)))


def _best_of(table: str, owner: str, place: int, terms: int) -> str:
    parts = " UNION ALL ".join(
        f"SELECT * FROM (SELECT {owner} AS id, weight * :w{n} AS part FROM {table} "  # noqa: S608 - our own names
        f"WHERE term = :t{n} ORDER BY weight, {owner} LIMIT {CHAMPIONS}) AS q{n}"
        for n in (f"{place}_{number}" for number in range(terms))
    )
    return (
        f"SELECT * FROM (SELECT {place} AS place, id, SUM(part) AS total FROM ({parts}) AS f{place} "  # noqa: S608
        f"GROUP BY id ORDER BY total, id LIMIT :limit) AS c{place}"
    )


def _ids(tx: Connection, table: str, owner: str, vectors: Sequence[Vector], terms: int, limit: int) -> list[list[int]]:
    heaviest = [(place, best) for place, one in enumerate(vectors) if len((best := one.heaviest(terms)).ids)]
    found: list[list[int]] = [[] for _ in vectors]
    if not heaviest:
        return found
    values: dict[str, int] = {"limit": limit}
    for part, (_, best) in enumerate(heaviest):
        for n, (term, weight) in enumerate(zip(best.ids.tolist(), best.weights.tolist(), strict=True)):
            values[f"t{part}_{n}"], values[f"w{part}_{n}"] = term, max(1, weight // STEP)
    rows = tx.execute(_query(table, owner, tuple(len(best.ids) for _, best in heaviest)), values).all()
    for row in sorted(rows, key=lambda row: (row.place, row.total, row.id)):
        found[heaviest[row.place][0]].append(row.id)
    return found


def mentor_ids(tx: Connection, vector: Vector, terms: int = QUERY_TERMS, limit: int = CANDIDATES) -> list[int]:
    """Listed mentors who share the heaviest terms, best first by what the postings tell."""
    return _ids(tx, "postings", "mentor_id", [vector], terms, limit)[0]


def mentor_ids_of_each(tx: Connection, vectors: Sequence[Vector], limit: int = CANDIDATES) -> list[list[int]]:
    """The same of several vectors at once."""
    return _ids(tx, "postings", "mentor_id", vectors, QUERY_TERMS, limit)


def post_ids(tx: Connection, vector: Vector, limit: int = CANDIDATES) -> list[int]:
    """Posts whose heaviest terms a mentor shares: where it might enter the list."""
    return _ids(tx, "post_postings", "post_id", [vector], QUERY_TERMS, limit)[0]


# Made once: putting the statement together takes longer than the database does to answer it.
_COLUMNS = (
    mentors.c.id, mentors.c.blog_id, mentors.c.author_id, mentors.c.language, mentors.c.profile, mentors.c.hubness,
    mentors.c.mean, mentors.c.deviation, mentors.c.crossing,
)  # fmt: skip
_LISTED = select(*_COLUMNS).where(mentors.c.listed)
_BY_ID = _LISTED.where(mentors.c.id.in_(bindparam("ids", expanding=True)))
_OF_OTHERS = _BY_ID.where(mentors.c.blog_id != bindparam("but_blog"))


def _candidate(row: Any) -> Candidate:
    # By place: two hundred rows of nine names each are looked up for every list.
    mentor_id, blog_id, author_id, language, profile, hubness, mean, deviation, crossing = row
    return Candidate(
        mentor_id, blog_id, author_id, language, vector_of(profile), hubness, mean, deviation, crossing_of(crossing)
    )


def load(tx: Connection, ids: Sequence[int], *, but_blog: str | None = None) -> list[Candidate]:
    """Listed mentors by id, for exact scoring."""
    found = []
    for start in range(0, len(ids), PORTION):
        part = {"ids": ids[start : start + PORTION], "but_blog": but_blog}
        rows = tx.execute(_BY_ID if but_blog is None else _OF_OTHERS, part).all()
        found += [_candidate(row) for row in rows]
    return sorted(found, key=lambda candidate: candidate.id)


def load_all(tx: Connection, language: str | None = None) -> list[Candidate]:
    """Every listed mentor, by id."""
    statement = _LISTED.order_by(mentors.c.id)
    if language is not None:
        statement = statement.where(mentors.c.language == language)
    return [_candidate(row) for row in tx.execute(statement)]
