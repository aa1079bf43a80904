"""Whole numbers that all figures of a blog are made from: one row a figure and window, with all its bins."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, delete, select

from bridge.engagement.facts import Sums, Tally
from bridge.storage.database import plain_rows
from bridge.storage.rows import upsert
from bridge.storage.tables import tally_sums

Totals = tuple[Tally, Tally]  # of this window, of the one before
SPANS = (0, 1)


def pack(bins: Mapping[int, int]) -> str:
    """Bin → count as text, the same for equal ones; two lists, as thousands of them are read with each comment."""
    ordered = dict(sorted(bins.items()))
    return json.dumps([list(ordered), list(ordered.values())], separators=(",", ":"))


def unpack(text: str) -> dict[int, int]:
    """The way back."""
    bins, counts = json.loads(text)
    return dict(zip(bins, counts, strict=True))


def held(tx: Connection, blog_id: str) -> Totals:
    """All sums of a blog."""
    found: tuple[dict[str, dict[int, int]], dict[str, dict[int, int]]] = ({}, {})
    kept = tally_sums.c
    for span, figure, bins in plain_rows(tx, select(kept.span, kept.figure, kept.bins).where(kept.blog_id == blog_id)):
        found[span][figure] = unpack(bins)
    return found


def of_figure(tx: Connection, blog_id: str, figure: str) -> dict[int, int]:
    """One sum of this window: bin → total."""
    kept = tally_sums.c
    row = tx.execute(
        select(kept.bins).where(kept.blog_id == blog_id, kept.span == SPANS[0], kept.figure == figure)
    ).scalar()
    return {} if row is None else unpack(row)


def change(tx: Connection, blog_id: str, changes: Totals) -> Totals:
    """Add to the sums (what is taken away is negative), and answer all of them; a sum of nothing is not kept."""
    before = held(tx, blog_id)
    after = _added(before[0], changes[0]), _added(before[1], changes[1])
    for span in SPANS:
        _store(tx, blog_id, span, {figure: after[span].get(figure, {}) for figure in changes[span]})
    return after


def _added(tally: Tally, changes: Tally) -> Tally:
    moved = Sums()
    moved.add_all({figure: tally[figure] for figure in changes if figure in tally})
    moved.add_all(changes)
    return {figure: bins for figure, bins in tally.items() if figure not in changes} | moved.tally()


def replace(tx: Connection, blog_id: str, totals: Totals) -> None:
    """All sums anew."""
    forget_blog(tx, blog_id)
    for span in SPANS:
        _store(tx, blog_id, span, totals[span])


def _store(tx: Connection, blog_id: str, span: int, tally: Tally) -> None:
    rows = [
        {"blog_id": blog_id, "span": span, "figure": figure, "bins": pack(bins)}
        for figure, bins in tally.items() if bins
    ]  # fmt: skip
    upsert(tx, tally_sums, ("blog_id", "span", "figure"), rows)
    gone = [figure for figure, bins in tally.items() if not bins]
    if gone:
        kept = tally_sums.c
        tx.execute(delete(tally_sums).where(kept.blog_id == blog_id, kept.span == span, kept.figure.in_(gone)))


def forget_blog(tx: Connection, blog_id: str) -> None:
    """A blog has left."""
    tx.execute(delete(tally_sums).where(tally_sums.c.blog_id == blog_id))
