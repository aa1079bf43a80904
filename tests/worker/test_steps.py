"""What goes over the whole bank is left between two authors for whatever is due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from bridge.mentors.term_statistics import TermStatistics
from bridge.model import AuthorKey
from bridge.operations.stations import Station
from bridge.storage.content import authors
from bridge.storage.core import counters, job_recovery, jobs
from bridge.storage.core import tables as core_tables
from bridge.storage.matching import epochs, profiles
from bridge.storage.matching import tables as matching_tables
from bridge.worker import nightly, suspended_runs
from bridge.worker.loop import Worker
from bridge.worker.matching import epoch
from bridge.worker.stations import COMPUTING_STATIONS
from tests.lab.texts import CASH
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow

NAMES = ("ann", "ben", "cy", "dan")


@pytest.fixture
def blogs(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> dict[str, PeerBlog]:
    """Four blogs with a mentor each, and turns of one step."""

    def fill() -> None:
        for name in NAMES:
            publish(bank, name, CASH)
        bank.clock.advance(minutes=1)
        bank.work()

    monkeypatch.setattr(suspended_runs, "STEP_TURN_SECONDS", 0.0)
    return bank.prepare("four_mentors", fill)


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Authors in the order in which a sweep or an epoch comes to them, each time that it does."""
    seen: list[str] = []
    for module in (nightly, epoch):
        store: Any = getattr(module, "store_profiles")  # noqa: B009 - of two modules

        def spy(context: Any, now: Any, author: AuthorKey, store: Any = store) -> Any:
            seen.append(author.blog_id)
            return store(context, now, author)

        monkeypatch.setattr(module, "store_profiles", spy)
    return seen


def working(bank: WorkerBank, station: Station) -> Iterator[tuple[str, str]]:
    with bank.database.begin() as tx:
        tx.execute(core_tables.jobs.update().values(due_at=None))
        jobs.mark_due(tx, station, [jobs.BANK], bank.clock())
    bank.clock.advance(minutes=1)
    worker = Worker(bank.context, alone=True)
    while (task := worker.claims.next(COMPUTING_STATIONS)) is not None:
        worker.do(task)
        yield task.station, task.entity


@pytest.mark.parametrize("station", [Station.SWEEP, Station.EPOCH])
def test_a_withdrawal_is_obeyed_before_the_next_author_but_one(
    bank: WorkerBank, blogs: dict[str, PeerBlog], visited: list[str], station: Station
) -> None:
    done = working(bank, station)
    while not visited:
        next(done)
    at = len(visited)
    bank.send(blogs["dan"], blogs["dan"].event("author.removed", id=1))
    while next(done) != (Station.ABSORB, "dan"):
        pass
    assert len(visited) <= at + 1
    with bank.database.read() as tx:
        assert profiles.list_ids_by_blog(tx, "dan") == []
        told = {
            row.entity
            for row in tx.execute(select(core_tables.jobs).where(core_tables.jobs.c.due_at.is_not(None)))
            if row.station == Station.PUSH
        }
    assert {"ann", "ben", "cy"} <= told, "all who show it are told at once"
    list(done)
    with bank.database.read() as tx:
        assert profiles.list_ids_by_blog(tx, "dan") == [], "and what goes on afterwards does not bring it back"
        assert (
            tx.execute(
                select(matching_tables.epoch_references.c.blog_id).where(
                    matching_tables.epoch_references.c.blog_id == "dan"
                )
            ).all()
            == []
        )
        held = tx.execute(select(core_tables.jobs).where(core_tables.jobs.c.lease_owner.is_not(None))).all()
    assert held == []


def test_news_of_other_blogs_are_listed_while_an_epoch_is_made(bank: WorkerBank, blogs: dict[str, PeerBlog]) -> None:
    done = working(bank, Station.EPOCH)
    assert next(done)[0] == Station.EPOCH
    bank.send(blogs["ann"], blogs["ann"].post(50, 1, *CASH[0]))
    with bank.database.read() as tx:
        before = epochs.find_current(tx)
    taken = [next(done)[0] for _ in range(4)]
    assert taken[0] == Station.ABSORB
    assert Station.REFRESH in taken
    with bank.database.read() as tx:
        assert epochs.find_current(tx) == before
    list(done)
    with bank.database.read() as tx:
        assert epochs.find_current(tx) != before
        assert counters.get_number(tx, counters.EPOCH_POSTS) > 0


def test_a_sweep_begins_anew_in_a_new_epoch(bank: WorkerBank, blogs: dict[str, PeerBlog], visited: list[str]) -> None:
    done = working(bank, Station.SWEEP)
    while len(visited) < 2:
        next(done)
    epoch.freeze_epoch(bank.context)
    visited.clear()
    list(done)
    assert visited[-4:] == list(NAMES)
    with bank.database.read() as tx:
        current = epochs.find_current(tx)
        assert current is not None
        assert set(tx.execute(select(matching_tables.related.c.epoch_id)).scalars()) == {current.id}


def test_the_night_comes_to_whom_something_changed_for_and_in_a_week_to_everybody(
    bank: WorkerBank, blogs: dict[str, PeerBlog], visited: list[str]
) -> None:
    list(working(bank, Station.SWEEP))
    assert visited == list(NAMES), "to whom no night has come"
    visited.clear()
    list(working(bank, Station.SWEEP))
    assert visited == [], "once a night"
    for _ in range(nightly.NIGHTS_OF_ROUND):
        bank.clock.advance(days=1)
        list(working(bank, Station.SWEEP))
    assert sorted(visited) == list(NAMES)
    turns: dict[str, int] = {}
    for night in range(nightly.NIGHTS_OF_ROUND):
        visited.clear()
        bank.clock.advance(days=1)
        list(working(bank, Station.SWEEP))
        turns |= dict.fromkeys(visited, night)
    changed = min(NAMES, key=lambda name: (turns[name] == 0, turns[name] == 1, name))  # whose turn is not next
    bank.send(blogs[changed], blogs[changed].post(50, 1, *CASH[0]))
    bank.work()
    visited.clear()
    bank.clock.advance(days=1)
    list(working(bank, Station.SWEEP))
    assert set(visited) == {changed} | {name for name, night in turns.items() if night == 0}


def test_a_sweep_that_was_killed_goes_on_where_it_was(
    bank: WorkerBank, blogs: dict[str, PeerBlog], visited: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "AUTHORS_AT_ONCE", 1)
    first_life = working(bank, Station.SWEEP)
    while len(visited) < 3:
        next(first_life)
    with bank.database.begin() as tx:
        job_recovery.mark_all_released(tx, bank.clock())  # as the next worker does that is alone
    list(working(bank, Station.SWEEP))
    assert visited == [*NAMES[:3], *NAMES[2:]], "only whom it was at is begun anew"


def test_an_epoch_whose_worker_was_killed_goes_on_where_it_was(
    bank: WorkerBank, blogs: dict[str, PeerBlog], visited: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    add_author: Any = TermStatistics.add_author

    def spy(census: TermStatistics, blog_id: str, *more: Any) -> None:
        counted.append(blog_id)
        add_author(census, blog_id, *more)

    monkeypatch.setattr(TermStatistics, "add_author", spy)

    def begin_anew() -> Iterator[tuple[str, str]]:
        with bank.database.begin() as tx:
            job_recovery.mark_all_released(tx, bank.clock())
        return working(bank, Station.EPOCH)

    with bank.database.read() as tx:
        before = epochs.find_current(tx)
    first_life = working(bank, Station.EPOCH)
    while len(counted) < 3:
        next(first_life)
    second_life = begin_anew()
    while len(visited) < 2:
        next(second_life)
    with bank.database.read() as tx:
        made = epochs.find_current(tx)
        words = weights(bank)
    assert made is not None
    assert made != before
    assert sorted(counted) == list(NAMES), "nobody is counted again"
    list(begin_anew())
    with bank.database.read() as tx:
        in_force = epochs.find_current(tx)
        assert in_force is not None
        assert in_force.id == made.id
        assert profiles.list_authors_in_epoch(tx, made.id) == {AuthorKey(name, "1") for name in NAMES}
    assert sorted(counted) == list(NAMES), "it was in force already"
    assert sorted(visited) == list(NAMES), "and nobody follows again"
    epoch.freeze_epoch(bank.context)
    assert weights(bank) == words, "what was counted in parts is what is counted at once"


def weights(bank: WorkerBank) -> list[tuple[Any, ...]]:
    """Who uses which word, in the epoch in force."""
    terms, made = matching_tables.epoch_terms.c, matching_tables.epochs.c
    with bank.database.read() as tx:
        current = select(made.id).where(made.state == "current").scalar_subquery()
        asked = select(terms.language, terms.term, terms.df, terms.adf).where(terms.epoch_id == current)
        return sorted(tuple(row) for row in tx.execute(asked))


def test_what_was_counted_of_an_epoch_goes_with_whoever_takes_something_back(
    bank: WorkerBank, blogs: dict[str, PeerBlog]
) -> None:
    done = working(bank, Station.EPOCH)
    kept = select(matching_tables.census_shards.c.shard)
    for _ in done:
        with bank.database.read() as tx:
            if tx.execute(kept).first() is not None:
                break
    bank.send(blogs["dan"], blogs["dan"].event("post.removed", id=1))
    while next(done) != (Station.ABSORB, "dan"):
        pass
    with bank.database.read() as tx:
        assert tx.execute(kept).first() is None
    list(done)
    with bank.database.read() as tx:
        assert tx.execute(kept).first() is None, "nor is anything kept of an epoch in force"


@pytest.mark.parametrize("station", [Station.SWEEP, Station.EPOCH])
def test_an_author_who_fails_costs_only_that_one(
    bank: WorkerBank, blogs: dict[str, PeerBlog], station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[str] = []
    module: Any = {Station.SWEEP: nightly, Station.EPOCH: epoch}[station]

    def fails(_context: Any, _epoch: Any, author: AuthorKey) -> None:
        if author.blog_id == "ben":
            raise ValueError(author)
        stored.append(author.blog_id)

    monkeypatch.setattr(module, "store_profiles", fails)
    for turn in working(bank, station):
        if turn[0] != station:
            break
    assert stored == ["ann", "cy", "dan"]
    with bank.database.read() as tx:
        assert len(authors.list_with_posts(tx)) == 4


def test_told_to_stop_it_hands_back_what_it_had_begun(bank: WorkerBank, blogs: dict[str, PeerBlog]) -> None:
    with bank.database.begin() as tx:
        tx.execute(core_tables.jobs.update().values(due_at=None))
        jobs.mark_due(tx, Station.SWEEP, [jobs.BANK], bank.clock())
    worker = Worker(bank.context, alone=False)
    task = worker.claims.next(COMPUTING_STATIONS)
    assert task is not None
    worker.do(task)
    other = Worker(bank.context, alone=False)
    assert other.claims.next(COMPUTING_STATIONS) is None, "nobody begins the same beside it"
    worker.claims.hand_back()
    assert other.claims.next(COMPUTING_STATIONS) is not None
