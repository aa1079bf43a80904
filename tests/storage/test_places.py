"""A list is written place by place, on both databases: who enters, who is pushed out, and nobody else is touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bridge.mentors.explain import Reason
from bridge.mentors.related import Match
from bridge.model import BlogFacts
from bridge.storage.blogs import blogs
from bridge.storage.core.database import Database, Tx
from bridge.storage.matching import list_entries, profiles
from bridge.storage.matching.list_entries import Entry, ExplainedMatches

POST, BLOG, EPOCH = 7, "ann", 1
NOW = datetime(2026, 5, 4, tzinfo=UTC)
PRICES, RISK = Reason(("prix",), ()), Reason(('{"discovery": true',), ())
SEARCH = Reason(("prix",), (), discovery=True)


@pytest.fixture
def tx(database: Database) -> Iterator[Tx]:
    with database.begin() as tx:
        blogs.upsert(tx, BLOG, "imported", BlogFacts("Ann", "", "fr", "https://ann.example", "", "", "u"), NOW)
        yield tx


def put(tx: Tx, lines: ExplainedMatches, epoch: int = EPOCH) -> set[str]:
    return list_entries.upsert_under_posts(tx, [(POST, (BLOG, str(POST)), lines)], epoch)


def test_who_enters_pushes_out_and_all_others_stay_as_they_are(tx: Tx) -> None:
    assert put(tx, [(Match(1, 30, 3), PRICES), (Match(2, 20, 2), RISK), (Match(3, 10, 1), SEARCH)]) == {BLOG}
    assert put(tx, [(Match(4, 25, 2), RISK), (Match(1, 30, 0), None), (Match(3, 10, 0), None)], 2) == {BLOG}
    assert list_entries.list_under_posts(tx, [POST, 8]) == {
        POST: {1: Entry(30, False), 4: Entry(25, False), 3: Entry(10, True)}
    }
    lines = profiles.list_post_lists(tx, BLOG)[POST]
    assert [(line.mentor_id, line.reason) for line in lines] == [(1, PRICES), (4, RISK), (3, SEARCH)]


def test_a_blog_hears_only_of_lists_that_changed(tx: Tx) -> None:
    same: ExplainedMatches = [(Match(1, 30, 3), PRICES), (Match(2, 20, 2), RISK)]
    put(tx, same)
    assert put(tx, same) == set()
    assert put(tx, [(Match(1, 30, 0), None), (Match(2, 20, 2), RISK)]) == set()
    assert put(tx, [(Match(1, 30, 3), RISK), (Match(2, 20, 0), None)]) == {BLOG}
    assert put(tx, [(Match(1, 30, 0), None)]) == {BLOG}
    assert put(tx, []) == {BLOG}
    assert list_entries.list_under_posts(tx, [POST]) == {}


def test_who_has_left_in_between_does_not_come_back(tx: Tx) -> None:
    put(tx, [(Match(1, 30, 3), PRICES), (Match(2, 20, 2), RISK)])
    profiles.mark_unlisted(tx, 2)
    put(tx, [(Match(3, 25, 2), RISK), (Match(1, 30, 0), None), (Match(2, 20, 0), None)])
    assert set(list_entries.list_under_posts(tx, [POST])[POST]) == {1, 3}


def test_own_lists_are_kept_apart(tx: Tx) -> None:
    list_entries.upsert_own(tx, {1: [(Match(2, 20, 2), PRICES)], 2: [(Match(1, 20, 2), SEARCH)], 3: []}, EPOCH)
    list_entries.upsert_own(tx, {1: [(Match(3, 30, 3), RISK), (Match(2, 20, 0), None)]}, EPOCH)
    assert list_entries.list_own(tx, [1, 2, 3]) == {
        1: {2: Entry(20, False), 3: Entry(30, False)},
        2: {1: Entry(20, True)},
    }
    assert [line.reason for line in profiles.list_related(tx, 1)] == [RISK, PRICES]
