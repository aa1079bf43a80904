"""Whole numbers that all figures of a blog are made from: one row a figure and window, with all its bins."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, delete, select

from bridge.engagement.facts import Tally
from bridge.storage.database import plain_rows
from bridge.storage.rows import upsert
from bridge.storage.tables import tally_sums

Totals = tuple[Tally, Tally]  # of this window, of the one before
NOW, BEFORE = SPANS = (0, 1)


def pack(bins: Mapping[int, int]) -> str:
    """Bin → count as text, the same for equal ones; two lists, as thousands of them are read with each comment."""
    ordered = dict(sorted(bins.items()))
    return json.dumps([list(ordered), list(ordered.values())], separators=(",", ":"))


def unpack(text: str) -> dict[int, int]:
    """The way back."""
    bins, counts = json.loads(text)
    return dict(zip(bins, counts, strict=True))


def held(tx: Connection, blog_id: str, span: int) -> Tally:
    """All sums of one window of a blog."""
    kept = tally_sums.c
    rows = plain_rows(tx, select(kept.figure, kept.bins).where(kept.blog_id == blog_id, kept.span == span))
    return {figure: unpack(bins) for figure, bins in rows}


def of_figure(tx: Connection, blog_id: str, figure: str) -> dict[int, int]:
    """One sum of this window: bin → total."""
    kept = tally_sums.c
    row = tx.execute(select(kept.bins).where(kept.blog_id == blog_id, kept.span == NOW, kept.figure == figure)).scalar()
    return {} if row is None else unpack(row)


def change(tx: Connection, blog_id: str, span: int, changes: Tally, instead: Tally | None = None) -> Tally:
    """Add to the sums of a window (what is taken away is negative), and answer all of them.

    `instead`: sums that are no longer what they were, whole. A sum of nothing is not kept.
    """
    before = held(tx, blog_id, span)
    moved = {figure: _added(before.get(figure, {}), bins) for figure, bins in changes.items()} | dict(instead or {})
    _store(tx, blog_id, span, moved)
    return {figure: bins for figure, bins in {**before, **moved}.items() if bins}


def _added(bins: Mapping[int, int], changes: Mapping[int, int]) -> Mapping[int, int]:
    after = dict(bins)
    for bin_, count in changes.items():
        after[bin_] = after.get(bin_, 0) + count
        if not after[bin_]:
            del after[bin_]
    return after


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
