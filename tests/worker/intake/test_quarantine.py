"""What cannot be absorbed costs itself: after three tries it is in quarantine with the reason, and the rest counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg.errors
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from bridge import contract
from bridge.errors import StorageUnavailable, TooCostly
from bridge.operations import due
from bridge.storage.blogs import deliveries
from bridge.storage.core.failures import ErrorTranslator
from bridge.worker.intake import absorb as applying
from bridge.worker.intake import read_inbox
from tests.lab.texts import CASH
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, post_author

pytestmark = pytest.mark.slow

SECRET = "nobody@example.org"
POISON = 666
# What is caught is the same in both stages; each kind is tried in the one where it is likelier.
FAULTS: list[tuple[str, Exception]] = [
    ("read", ValueError(SECRET)),
    ("read", UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates")),
    ("read", RecursionError(SECRET)),
    ("read", MemoryError()),
    ("applied", ValueError(SECRET)),
    ("applied", KeyError(SECRET)),
    ("applied", IntegrityError(SECRET, {}, Exception(SECRET))),
    ("applied", DataError(SECRET, {}, Exception())),
]


def remote_id(event: Any) -> str:
    return str(getattr(getattr(event, "post", event), "remote_id", ""))


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Makes the post 666 fail while it is read or applied; what was tried of it, and of others."""

    def fail(error: Exception, *, when: str) -> list[str]:
        tried: list[str] = []
        module, name = {"read": (read_inbox, "prepare"), "applied": (applying, "_apply")}[when]
        place = {"read": 0, "applied": 2}[when]
        real = getattr(module, name)

        def failing(*given: Any) -> Any:
            tried.append(remote_id(given[place]))
            if tried[-1] == str(POISON):
                raise error
            return real(*given)

        monkeypatch.setattr(module, name, failing)
        return tried

    return fail


def sent(bank: WorkerBank) -> PeerBlog:
    """A batch in whose middle the poison stands, and a delivery after it."""
    peer = bank.blog("alice")
    numbers = (1, 2, POISON, 3, 4)
    bank.send(peer, peer.batch([peer.post(n, 1, *CASH[0], n % 300) for n in numbers]))
    bank.send(peer, peer.batch([peer.post(n, 1, *CASH[1], n) for n in range(10, 20)]))
    return peer


def stored(bank: WorkerBank, *numbers: int) -> list[int]:
    with bank.database.read() as tx:
        return [n for n in numbers if post_author(tx, "alice", str(n)) is not None]


def held(bank: WorkerBank) -> list[deliveries.DeliveryRecord]:
    with bank.database.read() as tx:
        return deliveries.list_quarantined(tx, "alice")


@pytest.mark.parametrize(("when", "error"), FAULTS, ids=[type(error).__name__ for _, error in FAULTS])
def test_one_bad_event_costs_that_event_and_its_reason_tells_no_secret(
    bank: WorkerBank, faulty: Callable[..., list[str]], when: str, error: Exception
) -> None:
    tried = faulty(error, when=when)
    sent(bank)
    bank.work()
    assert stored(bank, 1, 2, POISON, 3, 4, 10, 19) == [1, 2, 3, 4, 10, 19]
    (one,) = held(bank)
    assert tried.count(str(POISON)) >= read_inbox.MAX_READ_TRIES
    assert one.error is not None
    assert one.error.startswith(f"post {POISON}: {type(error).__name__} (")
    assert SECRET not in one.error


def test_what_was_repaired_is_read_again(bank: WorkerBank, faulty: Callable[..., list[str]], monkeypatch: Any) -> None:
    faulty(ValueError(), when="read")
    sent(bank)
    bank.work()
    monkeypatch.undo()
    with bank.database.begin() as tx:
        again = deliveries.mark_requeued(tx, blog_id="alice")
        assert again == ["alice"]
        due.deliveries_requeued(tx, again, bank.clock())
    bank.work()
    assert held(bank) == []
    assert stored(bank, POISON) == [POISON]


def test_what_is_too_costly_is_read_once(bank: WorkerBank, faulty: Callable[..., list[str]]) -> None:
    tried = faulty(TooCostly("content: takes more than 2 s to read"), when="read")
    sent(bank)
    bank.work()
    assert tried.count(str(POISON)) == 1
    assert [one.error for one in held(bank)] == [f"post {POISON}: content: takes more than 2 s to read"]
    assert stored(bank, 1, 4, 19) == [1, 4, 19]


def test_a_blog_hears_what_was_not_taken_until_it_is(
    bank: WorkerBank, faulty: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusals() -> dict[tuple[str, str], str] | None:
        with bank.database.read() as tx:
            return deliveries.find_refusals(tx, "alice", 100)

    faulty(TooCostly("content: takes more than 2 s to read"), when="read")
    peer = sent(bank)
    bank.send(peer, peer.post(20, 1, *CASH[0], published_at="yesterday"))
    assert refusals() is None, "not yet known"
    bank.work()
    told = refusals() or {}
    assert list(told) == [("post", "20"), ("post", str(POISON))]
    assert told["post", str(POISON)] == "content: takes more than 2 s to read"
    assert told["post", "20"].startswith("published_at: Not a time with its zone")
    monkeypatch.undo()
    bank.send(peer, peer.post(POISON, 1, *CASH[0]))
    bank.work()
    assert list(refusals() or {}) == [("post", "20")]


def test_a_whole_delivery_that_fails_is_no_wall_and_goes_with_what_is_withdrawn(
    bank: WorkerBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = contract.parse

    def failing(body: bytes, *rest: Any) -> Any:
        if b"666" in body:
            raise RuntimeError(SECRET)
        return parse(body, *rest)

    monkeypatch.setattr(contract, "parse", failing)
    peer = sent(bank)
    bank.work()
    (one,) = held(bank)
    assert (one.error or "").startswith("delivery: RuntimeError (")
    assert stored(bank, 1, 10, 19) == [10, 19]
    bank.send(peer, peer.event("post.removed", id=10))
    bank.work()
    assert held(bank)[0].body is None, "nobody knows what it holds"


def test_between_its_tries_others_of_the_blog_are_read(bank: WorkerBank, faulty: Callable[..., list[str]]) -> None:
    tried = faulty(ValueError(), when="read")
    peer = sent(bank)
    again = read_inbox.absorb(bank.context, "alice")
    assert again == bank.clock() + read_inbox.RETRY_PAUSE
    assert tried.count(str(POISON)) == 1
    assert stored(bank, 1, 19) == [1, 19]
    bank.send(peer, peer.post(50, 1, *CASH[0]))
    read_inbox.absorb(bank.context, "alice")
    assert tried.index("50") < [n for n, name in enumerate(tried) if name == str(POISON)][1]


@pytest.mark.parametrize("when", ["read", "applied"])
def test_a_database_that_is_away_is_nobodys_fault(
    bank: WorkerBank, faulty: Callable[..., list[str]], when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty(StorageUnavailable("the disk is full"), when=when)
    sent(bank)
    for _ in range(read_inbox.MAX_READ_TRIES + 2):
        with pytest.raises(StorageUnavailable):
            read_inbox.absorb(bank.context, "alice")
    monkeypatch.undo()
    read_inbox.absorb(bank.context, "alice")
    assert held(bank) == []
    assert stored(bank, 1, POISON, 19) == [1, POISON, 19]


def test_a_statement_that_asks_too_much_is_told_from_a_database_that_is_away() -> None:
    named = ErrorTranslator(make_url("sqlite:///bridge.sqlite"))

    def told(error: Exception) -> type[BaseException]:
        with pytest.raises((StorageUnavailable, OperationalError)) as said, named.translated():
            raise OperationalError("INSERT", {}, error)
        return said.type

    with pytest.raises(sqlite3.OperationalError) as wrong:
        sqlite3.connect(":memory:").execute("SELECT nothing")
    assert told(wrong.value) is OperationalError
    assert told(psycopg.errors.ProgramLimitExceeded()) is OperationalError
    for away in (
        psycopg.errors.AdminShutdown(),
        psycopg.OperationalError("no route"),
        psycopg.errors.DiskFull(),
        sqlite3.OperationalError("disk I/O error"),
    ):
        assert told(away) is StorageUnavailable
