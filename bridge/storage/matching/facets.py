"""How personal and how in-depth each mentor writes, with the percentile within the language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Column, Connection, delete, func, insert, select, update

from bridge.mentors.facets import Facets, percentiles_by_mentor
from bridge.storage.matching.tables import facets


class PercentileRank(NamedTuple):
    """A percentile of a mentor, and where it is kept."""

    mentor_id: int
    column: str
    percentile: int


class FacetRecord(NamedTuple):
    """How personal and in-depth a mentor writes, and the percentiles within the language; None: of too few posts."""

    posts: int
    telling: int
    personal: int | None
    depth: int | None
    personal_percentile: int | None
    depth_percentile: int | None


PERCENTILE_COLUMNS = (("personal", "personal_percentile"), ("depth", "depth_percentile"))


def upsert(tx: Connection, mentor_id: int, language: str, measures: Facets) -> None:
    """Keep a mentor's facets, ranked among those of the language as they are now; all are ranked anew at night."""
    tx.execute(delete(facets).where(facets.c.mentor_id == mentor_id))
    values = {"personal": measures.personal, "depth": measures.depth}
    ranks = {
        percentile: None if (value := values[name]) is None else _rank(tx, language, facets.c[name], value)
        for name, percentile in PERCENTILE_COLUMNS
    }
    row = {"mentor_id": mentor_id, "language": language, "posts": measures.posts, "telling": measures.telling}
    tx.execute(insert(facets).values({**row, **values, **ranks}))


def _rank(tx: Connection, language: str, column: Column[int], value: int) -> int:
    below, equal = (func.count().filter(condition) for condition in (column < value, column == value))
    counts = select(below, equal, func.count(column)).where(facets.c.language == language)
    lower, same, everybody = tx.execute(counts).one()
    return round(100 * (lower + (same + 1) / 2) / (everybody + 1))


def list_changed_ranks(tx: Connection) -> list[PercentileRank]:
    """The percentiles that differ from what all mentors of each language have now."""
    changed = []
    for language in tx.execute(select(facets.c.language).distinct().order_by(facets.c.language)).scalars().all():
        for name, percentile in PERCENTILE_COLUMNS:
            column = facets.c[name]
            rows = tx.execute(
                select(facets.c.mentor_id, column, facets.c[percentile]).where(
                    facets.c.language == language, column.is_not(None)
                )
            ).all()
            ranks = percentiles_by_mentor({row[0]: row[1] for row in rows})
            changed += [PercentileRank(row[0], percentile, ranks[row[0]]) for row in rows if ranks[row[0]] != row[2]]
    return changed


def record_ranks(tx: Connection, ranks: Iterable[PercentileRank]) -> None:
    """Store percentiles, each of one mentor."""
    for rank in ranks:
        tx.execute(update(facets).where(facets.c.mentor_id == rank.mentor_id).values({rank.column: rank.percentile}))


def list_percentiles(tx: Connection, mentor_ids: Iterable[int]) -> dict[int, tuple[int | None, int | None]]:
    """Mentor → (personal, in-depth) percentiles within the language; None where there are too few posts."""
    unique = sorted(set(mentor_ids))
    by_mentor: dict[int, tuple[int | None, int | None]] = dict.fromkeys(unique, (None, None))
    for start in range(0, len(unique), 500):
        part = facets.c.mentor_id.in_(unique[start : start + 500])
        for row in tx.execute(select(facets).where(part)):
            by_mentor[row.mentor_id] = (row.personal_percentile, row.depth_percentile)
    return by_mentor


def find(tx: Connection, mentor_id: int) -> FacetRecord | None:
    """A mentor's facets, or None."""
    columns = (facets.c[name] for name in FacetRecord._fields)
    row = tx.execute(select(*columns).where(facets.c.mentor_id == mentor_id)).first()
    return None if row is None else FacetRecord(*row)
