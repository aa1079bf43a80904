"""What arrives in large portions keeps nobody else from writing, and is never left half told."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import event

from bridge.errors import StorageUnavailable
from bridge.storage import deliveries, published
from bridge.storage.leaving import withdraw
from bridge.worker import absorb, moments
from tests.peer import PeerBlog
from tests.worker.conftest import Bank

EVENTS = 12


@pytest.fixture
def alice(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> PeerBlog:
    """A blog that sends all its posts at once to a bridge that has only moments for each."""
    monkeypatch.setattr(moments, "LONGEST_WRITE", 0.0)
    peer = bank.blog("alice")
    posts = [peer.post(n, 1, f"Billet {n}", "Ce que m'ont appris mes clients. " * 5, n) for n in range(1, EVENTS)]
    bank.send(peer, peer.batch([peer.author(1, "Alice"), *posts]))
    return peer


def count(bank: Bank) -> tuple[int, dict[str, int]]:
    with bank.database.read() as tx:
        return published.count_posts(tx), deliveries.counts(tx)


def test_others_may_write_between_the_events_of_a_batch(bank: Bank, alice: PeerBlog) -> None:
    commits: list[object] = []
    event.listen(bank.database._hasty, "commit", commits.append)
    absorb.absorb(bank.context, "alice")
    assert count(bank) == (EVENTS - 1, {"absorbed": 1})
    assert len(commits) >= EVENTS


def test_cut_short_in_the_middle_it_waits_and_is_absorbed_whole_later(bank: Bank, alice: PeerBlog) -> None:
    moments = 0

    def fails_at_the_fifth(_connection: object) -> None:
        nonlocal moments
        moments += 1
        if moments == 5:
            raise StorageUnavailable("the disk is full")

    event.listen(bank.database._hasty, "begin", fails_at_the_fifth)
    with pytest.raises(StorageUnavailable):
        absorb.absorb(bank.context, "alice")
    posts, states = count(bank)
    assert 0 < posts < EVENTS - 1
    assert states == {"waiting": 1}
    absorb.absorb(bank.context, "alice")
    assert count(bank) == (EVENTS - 1, {"absorbed": 1})


def test_of_a_blog_that_leaves_meanwhile_nothing_more_is_stored(bank: Bank, alice: PeerBlog) -> None:
    moments = 0

    def leaves_at_the_fifth() -> datetime:
        nonlocal moments
        moments += 1
        if moments == 5:
            with bank.database.begin() as tx:
                withdraw(tx, "alice", bank.clock())
        return bank.clock()

    bank.context.clock = leaves_at_the_fifth
    absorb.absorb(bank.context, "alice")
    assert moments == 5
    assert count(bank)[0] == 0
