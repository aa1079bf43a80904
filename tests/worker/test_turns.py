"""Nobody's archive keeps others waiting: each blog works a turn, and its news go before its history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bridge.model import Event
from bridge.operations.stations import Station
from bridge.storage.blogs import tables as blogs_tables
from bridge.storage.content import posts as stored_posts
from bridge.storage.content import tables as content_tables
from bridge.storage.core import job_leases, job_queues
from bridge.worker import scheduler, suspended_runs, turns
from bridge.worker.intake import absorb as applying
from bridge.worker.intake import read_inbox
from bridge.worker.loop import Worker
from bridge.worker.matching.refresh import refresh
from bridge.worker.scheduler import Scheduler
from bridge.worker.stations import COMPUTING_STATIONS
from bridge.worker.turns import UNFINISHED, Turn
from tests.conftest import NOW
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, post_author, publish

pytestmark = pytest.mark.slow

OBJECTS = 10  # of a turn
ARCHIVE = 120  # deliveries of an object each: many turns


@pytest.fixture(autouse=True)
def _by_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn ends by what was done in it, however busy the machine is."""
    monkeypatch.setattr(turns, "TURN_SECONDS", float("inf"))
    monkeypatch.setattr(turns, "TURN_OBJECTS", OBJECTS)
    monkeypatch.setattr(suspended_runs, "STEP_TURN_SECONDS", float("inf"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Nothing of a ping is read or applied; the blog of each."""
    seen: list[str] = []

    def prepare(event: Event, *rest: Any) -> Any:
        seen.append(event.blog_id)
        return applying.prepare(event, *rest)

    monkeypatch.setattr(read_inbox, "prepare", prepare)
    return seen


def archive(bank: WorkerBank, name: str = "mallory") -> PeerBlog:
    """A blog of which many turns of deliveries wait."""
    peer = bank.blog(name)
    bank.send(peer, *(peer.event("ping") for _ in range(ARCHIVE)))
    return peer


def waiting(bank: WorkerBank, name: str) -> int:
    table = blogs_tables.deliveries
    with bank.database.read() as tx:
        chosen = select(func.count()).where(table.c.blog_id == name, table.c.state == "waiting")
        return int(tx.execute(chosen).scalar_one())


def working(bank: WorkerBank) -> Iterator[tuple[str, str]]:
    worker = Worker(bank.context, alone=True)
    while (task := worker.claims.next(COMPUTING_STATIONS)) is not None:
        worker.do(task)
        yield task.station, task.entity
        bank.clock.advance(seconds=0.5)


def test_a_post_is_absorbed_and_listed_before_the_archive_of_another_blog(bank: WorkerBank, quick: list[str]) -> None:
    alice = publish(bank, "alice", CASH)
    bank.clock.advance(minutes=1)
    archive(bank)
    done = working(bank)
    assert next(done) == (Station.ABSORB, "mallory")
    before = waiting(bank, "mallory")
    assert before == ARCHIVE - OBJECTS
    bank.send(alice, alice.post(9, 1, *HIRING[0]))
    assert next(done) == (Station.ABSORB, "alice"), "news go first"
    assert waiting(bank, "mallory") == before
    with bank.database.read() as tx:
        assert post_author(tx, "alice", "9") == "1"
    following = [next(done) for _ in range(3)]
    assert (Station.REFRESH, "alice/1") in following, "and what follows from them does not wait for the archive"
    assert waiting(bank, "mallory") >= before - 2 * OBJECTS
    assert len(list(done)) < 60
    assert waiting(bank, "mallory") == 0


def test_archives_take_turns(bank: WorkerBank) -> None:
    names = ("ann", "ben", "cy")
    for name in names:
        archive(bank, name)
    done = working(bank)
    for _ in range(3):
        assert {next(done)[1] for _ in names} == set(names)
    left = [waiting(bank, name) for name in names]
    assert left == [ARCHIVE - 3 * OBJECTS] * 3


def test_a_blogs_own_post_goes_before_its_archive(bank: WorkerBank) -> None:
    mallory = bank.blog("mallory")
    posts = [mallory.post(n, 1, *CASH[n % len(CASH)], n % 300) for n in range(1, 41)]
    bank.send(mallory, *(mallory.batch(posts[start : start + 10]) for start in range(0, 40, 10)))
    bank.send(mallory, mallory.post(99, 1, *HIRING[0]))
    assert read_inbox.absorb(bank.context, "mallory", Turn(objects=1)) is UNFINISHED
    with bank.database.read() as tx:
        assert post_author(tx, "mallory", "99") == "1"
        assert stored_posts.count_all(tx) == 1


def test_what_follows_from_an_archive_is_done_once_it_is_here(
    bank: WorkerBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "TURN_OBJECTS", 3)
    mallory = bank.blog("mallory")
    bank.send(mallory, mallory.author(1, "Mallory"))
    bank.send(mallory, *(mallory.post(n, 1, *CASH[n % len(CASH)], n) for n in range(1, 12)))
    done = [task for task in working(bank) if task[0] in (Station.ABSORB, Station.REFRESH)]
    assert done[:5] == [(Station.ABSORB, "mallory")] * 4 + [(Station.REFRESH, "mallory/1")]


def test_a_turn_ends_inside_of_a_delivery_and_nothing_is_read_twice(bank: WorkerBank, quick: list[str]) -> None:
    peer = bank.blog("alice")
    bank.send(peer, peer.batch([peer.post(n, 1, *CASH[0], n) for n in range(1, 13)]))
    ends = [read_inbox.absorb(bank.context, "alice", Turn(seconds=0)) for _ in range(12)]
    assert ends == [UNFINISHED] * 11 + [None]
    assert len(quick) == 12
    with bank.database.read() as tx:
        assert stored_posts.count_all(tx) == 12


def test_told_to_stop_it_ends_with_the_object_in_hand_and_goes_on_there(bank: WorkerBank, quick: list[str]) -> None:
    archive(bank)
    alice = bank.blog("alice")
    bank.send(alice, alice.batch([alice.post(n, 1, *CASH[0], n) for n in range(1, 51)]))
    for name in ("mallory", "alice"):
        worker = Worker(bank.context, alone=True)
        with bank.database.begin() as tx:
            (task,) = (
                one
                for one in job_leases.claim_due(tx, Station.ABSORB, worker.name, NOW, timedelta(minutes=1), 9)
                if one.entity == name
            )
            for other in {"mallory", "alice"} - {name}:
                job_leases.mark_released(tx, job_leases.Job(Station.ABSORB, other, 0, 0), worker.name)
        quick.clear()
        worker.stop()
        worker.do(task)
        assert quick == [name]
    assert waiting(bank, "mallory") == ARCHIVE - 1
    quick.clear()
    bank.work()
    assert quick.count("alice") == 49
    assert waiting(bank, "mallory") == waiting(bank, "alice") == 0


def test_an_archive_and_new_weights_leave_room_for_each_other_and_for_news() -> None:
    archive, weights = scheduler.ARCHIVE_QUEUE, job_queues.Queue(Station.EPOCH, unfinished=True)
    due = dict.fromkeys((archive, weights, job_queues.Queue(Station.REFRESH), job_queues.Queue(Station.SWEEP)), NOW)
    order = Scheduler(COMPUTING_STATIONS)
    taken = []
    for _ in range(8):
        first = order.order(due, NOW)[0]
        order.served(first.station, unfinished=first.unfinished)
        taken.append(first.station)
    assert taken.count(Station.ABSORB) == taken.count(Station.EPOCH) == 2
    assert taken.count(Station.REFRESH) == 4
    assert order.order(due | {job_queues.Queue(Station.ABSORB): NOW}, NOW)[0] == job_queues.Queue(Station.ABSORB)


def test_an_archive_is_not_put_off_for_ever_by_news() -> None:
    due = {job_queues.Queue(Station.ABSORB): NOW, scheduler.ARCHIVE_QUEUE: NOW}
    assert Scheduler(COMPUTING_STATIONS).order(due, NOW)[0] == job_queues.Queue(Station.ABSORB)
    assert Scheduler(COMPUTING_STATIONS).order(due, NOW + timedelta(seconds=11))[0] == scheduler.ARCHIVE_QUEUE


def test_an_author_with_many_posts_to_read_again_keeps_nobody_waiting(bank: WorkerBank) -> None:
    """Each may take as long to read as one object may."""
    publish(bank, "ann", tuple((title, f"{text}<p>{n} more</p>") for n in range(6) for title, text in CASH))
    posts = content_tables.posts.c
    with bank.database.begin() as tx:
        tx.execute(update(content_tables.posts).values(read_with="patterns of before"))
    done = []
    while refresh(bank.context, "ann/1", Turn(objects=OBJECTS)) is UNFINISHED:
        with bank.database.read() as tx:
            stale = posts.read_with == "patterns of before"
            done.append(tx.execute(select(func.count()).where(stale)).scalar_one())
    assert done == [20, 10], "of thirty"


def test_whose_turn_ended_stands_behind_those_who_waited() -> None:
    mine, others = job_queues.Queue(Station.REFRESH, unfinished=True), job_queues.Queue(Station.REFRESH)
    order = Scheduler(COMPUTING_STATIONS)
    for queues in ((mine, others), (others, mine)):
        due = dict.fromkeys(queues, NOW) | {mine: NOW + timedelta(seconds=1)}
        assert order.order(due, NOW + timedelta(seconds=2))[0] == others
