"""Whole numbers that all figures of a blog are made from: one row a figure and window, with all its bins.

Beside them who stayed, by the month of their first comment: both are made anew with each day's first count.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import Connection, delete, insert, select

from bridge.engagement.facts import Tally
from bridge.storage.core.database import list_plain_rows
from bridge.storage.core.documents import parse_array
from bridge.storage.core.upserts import upsert_rows
from bridge.storage.engagement.records import Cohort
from bridge.storage.engagement.tables import cohorts, totals

Totals = tuple[Tally, Tally]  # of this window, of the one before
CURRENT_WINDOW, PREVIOUS_WINDOW = WINDOWS = (0, 1)


def pack_bins(bins: Mapping[int, int]) -> str:
    """Bin → count as text, the same for equal ones; two lists, as thousands of them are read with each comment."""
    ordered = dict(sorted(bins.items()))
    return json.dumps([list(ordered), list(ordered.values())], separators=(",", ":"))


def unpack_bins(text: str) -> dict[int, int]:
    """Bin → count of such a text."""
    bins, counts = json.loads(text)
    return dict(zip(bins, counts, strict=True))


def list_by_window(tx: Connection, blog_id: str, span: int) -> Tally:
    """All sums of one window of a blog."""
    columns = totals.c
    rows = list_plain_rows(
        tx, select(columns.figure, columns.bins).where(columns.blog_id == blog_id, columns.span == span)
    )
    return {figure: unpack_bins(bins) for figure, bins in rows}


def get_figure_bins(tx: Connection, blog_id: str, figure: str) -> dict[int, int]:
    """One sum of the current window of a blog: bin → total."""
    columns = totals.c
    row = tx.execute(
        select(columns.bins).where(columns.blog_id == blog_id, columns.span == CURRENT_WINDOW, columns.figure == figure)
    ).scalar()
    return {} if row is None else unpack_bins(row)


def record_changes(tx: Connection, blog_id: str, span: int, changes: Tally, instead: Tally | None = None) -> Tally:
    """Add to the sums of a window (what is taken away is negative), and answer all of them.

    `instead`: sums that are no longer what they were, whole. A sum of nothing is not kept.
    """
    before = list_by_window(tx, blog_id, span)
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


def upsert_totals(tx: Connection, blog_id: str, sums: Totals) -> None:
    """Put sums in the place of all that are there."""
    tx.execute(delete(totals).where(totals.c.blog_id == blog_id))
    for span in WINDOWS:
        _store(tx, blog_id, span, sums[span])


def _store(tx: Connection, blog_id: str, span: int, tally: Tally) -> None:
    rows = [
        {"blog_id": blog_id, "span": span, "figure": figure, "bins": pack_bins(bins)}
        for figure, bins in tally.items()
        if bins
    ]
    upsert_rows(tx, totals, ("blog_id", "span", "figure"), rows)
    gone = [figure for figure, bins in tally.items() if not bins]
    if gone:
        columns = totals.c
        tx.execute(delete(totals).where(columns.blog_id == blog_id, columns.span == span, columns.figure.in_(gone)))


def upsert_cohorts(tx: Connection, blog_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Replace a blog's cohorts (`engagement.commenters.monthly_cohorts`)."""
    tx.execute(delete(cohorts).where(cohorts.c.blog_id == blog_id))
    tx.execute(insert(cohorts).values(blog_id=blog_id, cohorts=json.dumps(rows)))


def list_cohorts(tx: Connection, blog_id: str) -> list[Cohort]:
    """The cohorts, oldest month first; [] before the first count."""
    document = tx.execute(select(cohorts.c.cohorts).where(cohorts.c.blog_id == blog_id)).scalar()
    return cast("list[Cohort]", parse_array(document))
