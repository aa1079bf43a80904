"""Who delivers for a blog that is read, or soon will be, waits for nobody else who does; and nothing is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bridge.operations.receiving import receive
from bridge.operations.stations import Station
from bridge.storage.blogs import deliveries
from bridge.storage.blogs.inbox import InboundDelivery
from bridge.storage.core import job_leases, jobs
from bridge.storage.core.database import Tx
from bridge.storage.core.job_leases import Job
from bridge.storage.core.tables import jobs as rows
from bridge.worker.intake.read_inbox import absorb
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)]

ME, LEASE, NO_REST = "me", timedelta(minutes=1), timedelta()


@pytest.fixture
def ann(bank: WorkerBank) -> PeerBlog:
    """A blog whose author has said who they are."""
    peer = bank.blog("ann")
    bank.send(peer, peer.author(1, "Ann"))
    return peer


@contextmanager
def delivering(bank: WorkerBank, peer: PeerBlog, number: int) -> Iterator[Tx]:
    """A web process that has stored a post and not committed yet; it waits for nobody's lock."""
    webhook_id, body = peer.post(number, 1, "Fixer ses prix", "Des prix justes, et comment les dire.")
    with bank.database.begin("ingest", durable=True) as tx:
        tx.execute(text("SET LOCAL lock_timeout = '1ms'"))
        receive(tx, [InboundDelivery(peer.blog_id, webhook_id, bank.clock(), body)])
        yield tx


def claim(bank: WorkerBank) -> Job:
    with bank.database.begin() as tx:
        (job,) = job_leases.claim_due(tx, Station.ABSORB, ME, bank.clock(), LEASE)
    return job


def end(bank: WorkerBank, job: Job) -> None:
    with bank.database.begin() as tx:
        assert job_leases.mark_done(tx, job, ME, bank.clock(), NO_REST)


def is_due(bank: WorkerBank) -> bool:
    with bank.database.read() as tx:
        return jobs.find_plan(tx, Station.ABSORB, "ann") is not None


def waiting(bank: WorkerBank) -> int:
    with bank.database.read() as tx:
        return deliveries.count_by_state(tx).get("waiting", 0)


def test_two_that_deliver_for_one_blog_do_not_wait_for_each_other(bank: WorkerBank, ann: PeerBlog) -> None:
    with delivering(bank, ann, 1), delivering(bank, ann, 2), bank.database.begin() as tx:
        this_job = select(rows.c.entity).where(rows.c.station == Station.ABSORB, rows.c.entity == "ann")
        assert tx.scalars(this_job.with_for_update(skip_locked=True)).all() == ["ann"], "nobody has locked it"
    assert waiting(bank) == 3
    bank.work()
    assert waiting(bank) == 0


def test_while_a_blog_is_read_only_the_first_that_comes_notes_it(bank: WorkerBank, ann: PeerBlog) -> None:
    job = claim(bank)
    with delivering(bank, ann, 1):
        pass
    with delivering(bank, ann, 2), delivering(bank, ann, 3):
        end(bank, job)
    assert is_due(bank)


def test_what_was_under_way_when_its_blog_was_read_is_read_afterwards(bank: WorkerBank, ann: PeerBlog) -> None:
    with delivering(bank, ann, 1):
        job = claim(bank)
        absorb(bank.context, "ann")
        end(bank, job)
    assert waiting(bank) == 1, "it was not there yet"
    assert is_due(bank)
    job = claim(bank)
    absorb(bank.context, "ann")
    end(bank, job)
    assert waiting(bank) == 0
    assert not is_due(bank)


def test_what_is_taken_back_leaves_no_lock_behind(bank: WorkerBank, ann: PeerBlog) -> None:
    with pytest.raises(RuntimeError), delivering(bank, ann, 1):
        raise RuntimeError
    job = claim(bank)
    absorb(bank.context, "ann")
    end(bank, job)
    assert not is_due(bank)
