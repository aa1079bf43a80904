"""Who stands in few lists is found by the night, and gets a place that says so; in a small bank nothing of it."""

from __future__ import annotations

import random
from functools import partial

import pytest
from sqlalchemy import select

from bridge.mentors.anti_gaming import AntiGamingRules
from bridge.model import MentorKey
from bridge.operations.withdrawal import withdraw
from bridge.storage.matching import impressions, profiles
from bridge.storage.matching import tables as matching_tables
from bridge.worker.nightly import sweep
from tests.conftest import DatabaseSnapshots
from tests.lab.texts import CASH
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow

SENTENCES = [sentence for _, text in CASH for sentence in text.split(". ")]


@pytest.fixture
def crowd(bank: WorkerBank, database_url: str, kept: DatabaseSnapshots) -> WorkerBank:
    """Nine blogs on one subject, so that every list under a post is full."""
    bank.context.rules = AntiGamingRules()
    kept.once("crowd", bank.database, database_url, partial(_fill, bank))
    return bank


def _fill(bank: WorkerBank) -> None:
    for number in range(9):
        blog = bank.blog(f"b{number}")
        dice = random.Random(number)
        said = [(CASH[0][0], ". ".join(dice.sample(SENTENCES, 6))) for _ in range(4)]
        bank.send(blog, blog.author(1, f"B{number}"), *(blog.post(n + 1, 1, *one, n) for n, one in enumerate(said)))
    bank.work()
    sweep(bank.context)


def discoveries(bank: WorkerBank) -> list[list[int]]:
    """For every list under a post of these blogs: who is there as a discovery."""
    with bank.database.read() as tx:
        lists = [lines for n in range(9) for lines in profiles.list_post_lists(tx, f"b{n}").values()]
        return [[line.mentor_id for line in lines if line.reason.discovery] for lines in lists if len(lines) == 5]


def test_places_are_counted_by_night_and_month(crowd: WorkerBank) -> None:
    with crowd.database.read() as tx:
        places = dict(impressions.count_entries_by_mentor(tx))
        shown = {one.mentor_id: one for one in impressions.list_since(tx, "2026-05")}
    assert len(places) == 9
    assert sum(places.values()) > 100
    assert {number: (one.nights, one.places) for number, one in shown.items()} == {
        number: (1, count) for number, count in places.items()
    }
    sweep(crowd.context)
    with crowd.database.read() as tx:
        assert {one.nights for one in impressions.list_since(tx, "2026-05")} == {2}


def test_who_leaves_is_counted_no_more(crowd: WorkerBank) -> None:
    gone = MentorKey("b3", "1", "fr").id
    with crowd.database.begin() as tx:
        withdraw(tx, "b3", crowd.clock())
        left = set(tx.execute(select(matching_tables.impressions.c.mentor_id)).scalars())
    assert len(left) == 8
    assert gone not in left


def test_a_large_bank_keeps_a_place_for_those_seldom_shown(crowd: WorkerBank) -> None:
    with crowd.database.read() as tx:
        seldom = impressions.list_seldom_shown(tx)
        before = sum(count for number, count in impressions.count_entries_by_mentor(tx) if number in seldom)
    assert len(seldom) == 1
    sweep(crowd.context)
    assert not any(discoveries(crowd)), "a small bank shows everybody anyway"
    crowd.context.rules_from = 1
    sweep(crowd.context)
    found = discoveries(crowd)
    assert any(found)
    assert all(len(one) <= 1 and set(one) <= set(seldom) for one in found)
    with crowd.database.read() as tx:
        assert sum(count for number, count in impressions.count_entries_by_mentor(tx) if number in seldom) > before


def test_a_move_leaves_discoveries_where_they_are(crowd: WorkerBank) -> None:
    crowd.context.rules_from = 1
    sweep(crowd.context)
    before = sum(map(len, discoveries(crowd)))
    blog = crowd.blog("b3")
    blog.revision = 1000
    crowd.send(blog, blog.post(9, 1, "Relance", SENTENCES[0] + ". " + SENTENCES[3], 9))
    crowd.clock.advance(minutes=1)
    crowd.work()
    after = discoveries(crowd)
    assert sum(map(len, after)) >= before
    assert all(len(one) <= 1 for one in after)
