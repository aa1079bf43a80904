"""How personal and how in-depth each mentor writes, with the percentile within the language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, update

from bridge.mentors.facets import Facets, percentiles_by_mentor
from bridge.storage.core.upserts import upsert_rows
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


def get_ranked(tx: Connection, mentor_id: int, language: str, measures: Facets) -> FacetRecord:
    """A mentor's facets, ranked among those of the language as they are now; all are ranked anew at night."""
    values = {"personal": measures.personal, "depth": measures.depth}
    counts: list[ColumnElement[int]] = []
    for name, value in values.items():
        column, place = facets.c[name], value or 0
        counts += [func.count().filter(column < place), func.count().filter(column == place), func.count(column)]
    others = select(*counts).where(facets.c.language == language, facets.c.mentor_id != mentor_id)
    numbers = tx.execute(others).one()
    ranks = (
        None if value is None else _rank(*numbers[3 * place : 3 * place + 3])
        for place, value in enumerate(values.values())
    )
    return FacetRecord(measures.posts, measures.telling, measures.personal, measures.depth, *ranks)


def _rank(below: int, equal: int, others: int) -> int:
    return round(100 * (below + (equal + 1) / 2) / (others + 1))


def upsert(tx: Connection, mentor_id: int, language: str, ranked: FacetRecord) -> None:
    """Keep a mentor's facets."""
    upsert_rows(tx, facets, ("mentor_id",), [{"mentor_id": mentor_id, "language": language, **ranked._asdict()}])


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


def find(tx: Connection, mentor_id: int) -> FacetRecord | None:
    """A mentor's facets, or None."""
    columns = (facets.c[name] for name in FacetRecord._fields)
    row = tx.execute(select(*columns).where(facets.c.mentor_id == mentor_id)).first()
    return None if row is None else FacetRecord(*row)
