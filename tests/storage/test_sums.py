"""The sums of a blog: whatever is added and taken away again, in any order, leaves what a count from nothing leaves."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bridge.engagement.facts import Sums, Tally
from bridge.model import BlogFacts
from bridge.storage.blogs import blogs
from bridge.storage.core.database import Database
from bridge.storage.engagement import tables as engagement_tables
from bridge.storage.engagement import totals
from tests.conftest import NOW, Databases

FACTS = BlogFacts("Ann", "", "fr-FR", "https://ann.example", "https://ann.example/wp-json/", "", "u")
ENTRIES = st.lists(
    st.tuples(st.sampled_from(["comments", "answered", "new"]), st.integers(0, 5), st.integers(1, 3)), max_size=8
)


def tally(entries: list[tuple[str, int, int]], sign: int = 1) -> Tally:
    found = Sums()
    for figure, bin_, count in entries:
        found.add(figure, bin_, sign * count)
    return found.tally()


def rows(database: Database) -> list[tuple[object, ...]]:
    with database.read() as tx:
        return sorted(map(tuple, tx.execute(select(engagement_tables.totals))))


def test_what_is_taken_away_leaves_no_trace(databases: Databases) -> None:
    with databases.new() as database:
        with database.begin() as tx:
            blogs.upsert(tx, "ann", "connected", FACTS, NOW)

        @settings(max_examples=databases.examples(20))
        @given(stays=ENTRIES, goes=ENTRIES)
        def holds(stays: list[tuple[str, int, int]], goes: list[tuple[str, int, int]]) -> None:
            with database.begin() as tx:
                totals.upsert_totals(tx, "ann", (tally(goes), {}))
                for span in totals.WINDOWS:
                    totals.record_changes(tx, "ann", span, tally(stays))
                answered = totals.record_changes(tx, "ann", totals.CURRENT_WINDOW, tally(goes, -1))
                assert answered == tally(stays)
                assert [totals.list_by_window(tx, "ann", span) for span in totals.WINDOWS] == [tally(stays)] * 2
                assert totals.get_figure_bins(tx, "ann", "answered") == dict(tally(stays).get("answered", {}))
            step_by_step = rows(database)
            with database.begin() as tx:
                totals.upsert_totals(tx, "ann", (tally(stays), tally(stays)))
            assert rows(database) == step_by_step

        holds()
