"""A backup is put back: who withdrew since is seen by nobody, and who did not is back with the blog's own word."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from bridge.model import BlogState
from bridge.operations.receiving import receive
from bridge.operations.stations import Station
from bridge.operations.withdrawal import withdraw_unconfirmed_authors
from bridge.storage.bank import card_addresses, cards
from bridge.storage.bank.card_filters import Filters
from bridge.storage.blogs import blogs, deliveries
from bridge.storage.blogs.inbox import InboundDelivery
from bridge.storage.content.tables import posts
from bridge.storage.core import job_queues
from bridge.storage.engagement.tables import comments
from bridge.storage.matching import profiles
from bridge.worker import nightly, restore_detection
from tests import peer as peers
from tests.conftest import DatabaseSnapshots
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog, silent_blog
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow


def shown(bank: WorkerBank) -> set[str]:
    with bank.database.read() as tx:
        return {card.name for card in cards.list_page(tx, Filters(), 50)[0]}


def titles(bank: WorkerBank) -> set[str]:
    with bank.database.read() as tx:
        return set(tx.execute(select(posts.c.title)).scalars())


def two(bank: WorkerBank) -> tuple[PeerBlog, PeerBlog]:
    """Ann writes with Zoe on one blog, Ben on another."""
    ann = publish(bank, "ann", CASH[:4])
    bank.send(ann, ann.author(2, "Zoe"), *(ann.post(20 + n, 2, *HIRING[n], n) for n in range(3)))
    ben = publish(bank, "ben", CASH[:3])
    bank.work()
    return ann, ben


def again(peer: PeerBlog, monkeypatch: pytest.MonkeyPatch, above: int) -> None:
    """What the plugin does that finds itself behind: a new generation."""
    monkeypatch.setattr(peers, "OUTBOX_GENERATION", above + 1)


def restored(bank: WorkerBank, url: str, kept: DatabaseSnapshots, tmp_path: Path) -> PeerBlog:
    """The database as it was, beside a file that knows more."""
    ann = silent_blog(
        "ann", "https://ann.example", revision=kept.once("restored", bank.database, url, lambda: two(bank)[0].revision)
    )
    restore_detection.record_watermark(bank.database, tmp_path, bank.clock)
    bank.clock.advance(minutes=1)
    bank.send(ann, ann.event("author.removed", id=2), ann.event("post.removed", id=1))
    bank.work()
    assert shown(bank) == {"Ann", "Ben"}
    restore_detection.record_watermark(bank.database, tmp_path, bank.clock)
    kept.once("restored", bank.database, url, lambda: None)
    assert shown(bank) == {"Ann", "Ben", "Zoe"}, "the backup still shows her"
    return ann


def test_whoever_withdrew_after_the_backup_is_not_shown_again(
    bank: WorkerBank, database_url: str, kept: DatabaseSnapshots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = restored(bank, database_url, kept, tmp_path)
    assert restore_detection.detect_restore(bank.database, tmp_path, bank.clock) == 2
    assert shown(bank) == set()
    assert titles(bank) == set()
    with bank.database.read() as tx:
        assert not profiles.list_ids(tx)
        assert tx.execute(select(comments)).first() is None
        told = blogs.get(tx, "ann").highest
        assert told is not None
        assert job_queues.count_pending(tx, bank.clock())[Station.POKE] == 2, "each is asked at once"
    late = ann.author(2, "Zoe")  # a repeat of what was said before the restore
    bank.send(ann, late)
    bank.work()
    assert shown(bank) == set(), "nothing of before counts"
    with bank.database.begin() as tx:
        (receipt,) = receive(tx, [InboundDelivery("ann", "ping_0000001", bank.clock(), ann.event("ping")[1])])
    assert receipt.highest == told, "which makes a plugin of any version begin a new generation"
    again(ann, monkeypatch, told.generation)
    bank.send(ann, ann.author(1, "Ann"))
    bank.work()
    assert shown(bank) == set(), "her consent alone shows no post"
    bank.send(ann, *(ann.post(n + 1, 1, *CASH[n], n) for n in range(1, 4)))
    bank.clock.advance(minutes=1)
    bank.work()
    assert shown(bank) == {"Ann"}
    assert titles(bank) == {CASH[n][0] for n in range(1, 4)}, "the post in the bin is not among them"
    with bank.database.begin() as tx:
        assert cards.list_unconfirmed(tx, "ann") == ["2"]
        withdraw_unconfirmed_authors(tx, bank.clock())
        assert cards.list_unconfirmed(tx, "ann") == []
        assert cards.list_unconfirmed(tx, "ben") == ["1"], "who has not spoken since is waited for"
        assert card_addresses.is_gone(tx, "zoe")
        assert not card_addresses.is_gone(tx, "ben")
        assert blogs.get(tx, "ann").began_anew_at is None


def test_only_a_database_that_has_lost_something_is_restored(bank: WorkerBank, tmp_path: Path) -> None:
    publish(bank, "ann", CASH[:3])
    assert restore_detection.detect_restore(bank.database, tmp_path, bank.clock) == 0, (
        "the first start after the update, or a lost file"
    )
    file = tmp_path / restore_detection.PROGRESS_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert restore_detection.detect_restore(bank.database, tmp_path, bank.clock) == 0
    file.write_text("{not JSON")
    assert restore_detection.detect_restore(bank.database, tmp_path, bank.clock) == 0
    assert shown(bank) == {"Ann"}


def test_it_is_remembered_while_the_worker_runs_and_at_its_end(
    bank: WorkerBank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore_detection, "RECORD_INTERVAL_SECONDS", 0.01)
    peer = publish(bank, "ann", CASH[:1])
    file = tmp_path / restore_detection.PROGRESS_FILE
    with restore_detection.recording_watermark(bank.database, tmp_path, bank.clock):
        while not file.exists():
            pass
        before = file.read_text()
        bank.send(peer, peer.event("post.removed", id=1))
    assert file.read_text() != before
    with bank.database.read() as tx:
        assert deliveries.find_newest(tx) is not None


def test_another_machines_file_of_before_does_not_begin_it_all_again(
    bank: WorkerBank, database_url: str, kept: DatabaseSnapshots, tmp_path: Path
) -> None:
    restored(bank, database_url, kept, tmp_path)
    other = tmp_path / "other machine"
    other.mkdir()
    (other / restore_detection.PROGRESS_FILE).write_bytes((tmp_path / restore_detection.PROGRESS_FILE).read_bytes())
    assert restore_detection.detect_restore(bank.database, tmp_path, bank.clock) == 2
    assert restore_detection.detect_restore(bank.database, other, bank.clock) == 0


def test_a_blog_that_had_an_answer_we_do_not_know_begins_anew(
    bank: WorkerBank, monkeypatch: pytest.MonkeyPatch
) -> None:  # file and database were put back together
    ann, _ = two(bank)
    known = ann.event("ping")
    bank.send(ann, known)
    bank.send(ann, ann.event("ping", acknowledged=known[0]))
    bank.work()
    assert shown(bank) == {"Ann", "Ben", "Zoe"}, "it knows what it has confirmed"
    bank.send(ann, ann.event("ping", acknowledged="p4_1_99"), ann.author(2, "Zoe"))
    bank.work()
    assert shown(bank) == {"Ben"}, "the other blog has said nothing of the kind"
    with bank.database.read() as tx:
        told = blogs.get(tx, "ann").highest
        assert blogs.get(tx, "ann").state is BlogState.CONNECTED
    assert told is not None
    bank.send(ann, ann.event("ping", acknowledged="p4_1_99"))
    bank.work()
    with bank.database.read() as tx:
        assert blogs.get(tx, "ann").highest == told, "it has not heard of it yet: once is enough"
    again(ann, monkeypatch, told.generation)
    bank.send(ann, ann.author(1, "Ann"), *(ann.post(n + 1, 1, *CASH[n], n) for n in range(4)))
    bank.work()
    assert shown(bank) == {"Ann", "Ben"}
    bank.clock.advance(days=2)
    nightly.retain(bank.context)
    with bank.database.read() as tx:
        assert card_addresses.is_gone(tx, "zoe")
