"""What arrives in large portions keeps nobody else from writing, and is never left half told."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from sqlalchemy import event

from bridge.errors import StorageUnavailable
from bridge.operations.withdrawal import withdraw
from bridge.storage.blogs import deliveries
from bridge.storage.content import posts as stored_posts
from bridge.worker import write_slices
from bridge.worker.intake import read_inbox
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank

EVENTS = 12


@pytest.fixture
def alice(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> PeerBlog:
    """A blog that sends all its posts at once to a bridge that has only moments for each."""
    monkeypatch.setattr(write_slices, "MAX_WRITE_SECONDS", 0.0)
    peer = bank.blog("alice")
    posts = [peer.post(n, 1, f"Billet {n}", "Ce que m'ont appris mes clients. " * 5, n) for n in range(1, EVENTS)]
    bank.send(peer, peer.batch([peer.author(1, "Alice"), *posts]))
    return peer


def count(bank: WorkerBank) -> tuple[int, dict[str, int]]:
    with bank.database.read() as tx:
        return stored_posts.count_all(tx), deliveries.count_by_state(tx)


def test_others_may_write_between_the_events_of_a_batch(bank: WorkerBank, alice: PeerBlog) -> None:
    commits: list[object] = []
    event.listen(bank.database._hasty, "commit", commits.append)
    read_inbox.absorb(bank.context, "alice")
    assert count(bank) == (EVENTS - 1, {"absorbed": 1})
    assert len(commits) >= EVENTS


def test_cut_short_in_the_middle_it_waits_and_is_absorbed_whole_later(bank: WorkerBank, alice: PeerBlog) -> None:
    moments = 0

    def fails_at_the_fifth(_connection: object) -> None:
        nonlocal moments
        moments += 1
        if moments == 5:
            raise StorageUnavailable("the disk is full")

    event.listen(bank.database._hasty, "begin", fails_at_the_fifth)
    with pytest.raises(StorageUnavailable):
        read_inbox.absorb(bank.context, "alice")
    posts, states = count(bank)
    assert 0 < posts < EVENTS - 1
    assert states == {"waiting": 1}
    read_inbox.absorb(bank.context, "alice")
    assert count(bank) == (EVENTS - 1, {"absorbed": 1})


def test_of_a_blog_that_leaves_meanwhile_nothing_more_is_stored(bank: WorkerBank, alice: PeerBlog) -> None:
    moments = 0

    def leaves_at_the_fifth() -> datetime:
        nonlocal moments
        moments += 1
        if moments == 5:
            with bank.database.begin() as tx:
                withdraw(tx, "alice", bank.clock())
        return bank.clock()

    bank.context.clock = leaves_at_the_fifth
    read_inbox.absorb(bank.context, "alice")
    assert moments == 5
    assert count(bank)[0] == 0


def test_a_comment_is_blanked_in_the_moment_in_which_it_is_absorbed(bank: WorkerBank) -> None:
    peer = bank.blog("alice")
    post = peer.post(1, 1, "Billet", "Ce que m'ont appris mes clients. " * 5, 1)
    bank.send(peer, peer.batch([peer.author(1, "Alice"), post, said(peer, 1)]), said(peer, 2))
    spelt = said(peer, 3)
    bank.send(peer, (spelt[0], spelt[1].replace(b"comment.published", rb"c\u006fmment.published")))
    bank.send(peer, peer.event("comment.published", id=4, content="Zinziberine"))
    read_inbox.absorb(bank.context, "alice")
    with bank.database.read() as tx:
        mixed, alone, odd, broken = (deliveries.get(tx, number) for number in range(1, 5))
    assert mixed.body is not None
    events = json.loads(mixed.body)["data"]["events"]
    assert [event["type"] for event in events] == ["author.updated", "post.published", "comment.published"]
    assert sorted(events[2]["data"]) == ["id", "post_id", "version"]
    assert b"clients" in mixed.body
    assert b"Zinziberine" not in mixed.body
    assert (alone.body, odd.body) == (None, None)
    assert (broken.state, b"Zinziberine" in (broken.body or b"")) == ("quarantined", True), "to be repaired"


def said(peer: PeerBlog, comment_id: int) -> tuple[str, bytes]:
    """A comment of a reader's."""
    return peer.event(
        "comment.published",
        id=comment_id,
        post_id=1,
        parent_id=0,
        commenter="b" * 64,
        commenter_basis="email",
        author_name="Zoé",
        is_staff=False,
        by_post_author=False,
        content="Zinziberine, dit la lectrice.",
        published_at="2026-01-03T10:00:00Z",
    )
