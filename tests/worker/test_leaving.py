"""How a blog leaves: "withdrawn" is said when nothing of it is shown or stored, and not for ever later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import inspect, literal_column, select, table

from bridge.contract.pushes import Pushed
from bridge.errors import Unreachable
from bridge.model import BlogAccess, BlogState, Transport
from bridge.operations import withdrawal
from bridge.pushes import PushAnswer
from bridge.storage import health
from bridge.storage.blogs import blogs, deliveries, outbox, withdrawal_receipts
from bridge.storage.blogs.tables import blogs as blog_rows
from bridge.storage.blogs.tables import deliveries as delivery_rows
from bridge.storage.core.tables import metadata
from bridge.storage.people import private_feeds
from bridge.worker import nightly
from bridge.worker.intake.read_inbox import absorb
from bridge.worker.matching import epoch
from bridge.worker.outbound.push import push
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, post_author, publish

pytestmark = pytest.mark.slow

SECRET_TITLE = "Ce qui ne doit pas rester"


@pytest.fixture
def alice(bank: WorkerBank) -> PeerBlog:
    """Shows Bob."""
    return bank.prepare("alice", lambda: publish(bank, "alice", CASH))["alice"]


@pytest.fixture
def bob(bank: WorkerBank, alice: PeerBlog) -> PeerBlog:
    """Shown by Alice, who has taken her lists."""

    def fill() -> None:
        publish(bank, "bob", HIRING)
        bank.clock.advance(minutes=1)
        bank.work()
        push(bank.context, "alice")

    peer = bank.prepare("alice_showing_bob", fill)["bob"]
    assert showing(bank) == {"Bob"}
    return peer


def showing(bank: WorkerBank) -> set[str]:
    """Whom Alice's blog shows in fact."""
    return {mentor.name for item in bank.blogs.held.get("alice", {}).values() for mentor in item.mentors}


def leave(bank: WorkerBank, peer: PeerBlog) -> None:
    bank.send(peer, peer.event("blog.removed"))
    bank.work()


def waits(bank: WorkerBank, name: str = "bob") -> int:
    """What the blog is told when it asks: how many may still show it."""
    with bank.database.begin() as tx:
        return withdrawal_receipts.count_blogs_awaited(tx, name, bank.clock())


def everything(bank: WorkerBank) -> str:
    """All rows of all tables but those of the blogs themselves, as text."""
    rows: list[str] = []
    with bank.database.read() as tx:
        for name in inspect(tx).get_table_names():
            every: Any = select(literal_column("*")).select_from(table(name))
            rows += [str(tuple(row)) for row in tx.execute(every).all() if name != "blogs"]
    return "\n".join(rows)


def test_withdrawn_is_said_when_the_others_have_taken_it(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    leave(bank, bob)
    assert (waits(bank), showing(bank)) == (1, {"Bob"})
    push(bank.context, "alice")
    assert (waits(bank), showing(bank)) == (0, set())
    with bank.database.read() as tx:
        assert blogs.get(tx, "bob").state is BlogState.DISCONNECTED
    assert "bob.example" not in everything(bank)
    assert HIRING[0][0] not in everything(bank)


def test_no_table_keeps_a_row_of_a_blog_that_has_left(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    """Also a table that somebody adds later. What may stay: its name and keys, ids without content, one tombstone."""
    may_stay = {"blog_keys", "deliveries", "tombstones", "idempotency_keys"}
    epoch.freeze_epoch(bank.context)  # so that posts of Bob's are in the reference sample
    with bank.database.begin() as tx:
        private_feeds.record_feed(tx, bank.context.vault, "bob", "1", True, bank.clock())
    counted = [each for each in metadata.sorted_tables if "blog_id" in each.c]

    def rows(of: str) -> set[str]:
        with bank.database.read() as tx:
            return {each.name for each in counted if tx.execute(select(each).where(each.c.blog_id == of)).first()}

    assert rows("bob") >= {"posts", "mentors", "epoch_references", "private_feeds", "jobs"}
    leave(bank, bob)
    push(bank.context, "alice")
    assert waits(bank) == 0
    assert rows("bob") <= may_stay
    with bank.database.read() as tx:
        with_payload = (delivery_rows.c.blog_id == "bob", delivery_rows.c.body.is_not(None))
        assert set(tx.execute(select(delivery_rows.c.type).where(*with_payload)).scalars()) <= {"blog.removed"}


def test_a_call_that_was_under_way_does_not_count(
    bank: WorkerBank, alice: PeerBlog, bob: PeerBlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.send(alice, alice.post(77, 1, "Encore", CASH[0][1]))
    bank.work()
    taken = bank.blogs.push

    def while_bob_leaves(blog: BlogAccess, objects: Sequence[Pushed], now: datetime) -> PushAnswer:
        leave(bank, bob)
        return taken(blog, objects, now)

    monkeypatch.setattr(bank.blogs, "push", while_bob_leaves)
    push(bank.context, "alice")
    monkeypatch.undo()
    assert "Bob" in showing(bank)
    assert waits(bank) == 1
    push(bank.context, "alice")
    assert (waits(bank), showing(bank)) == (0, set())


def test_a_change_on_its_way_is_waited_for_too(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    bank.send(bob, bob.event("author.removed", id=1))
    bank.work()  # off Alice's lists, but she has not been told
    leave(bank, bob)
    assert (waits(bank), showing(bank)) == (1, {"Bob"})
    push(bank.context, "alice")
    assert (waits(bank), showing(bank)) == (0, set())


def test_a_blog_that_fetches_is_waited_for_until_it_has(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    with bank.database.begin() as tx:
        blogs.record_transport(tx, "alice", Transport.PULL)
    leave(bank, bob)
    push(bank.context, "alice")
    assert waits(bank) == 1
    with bank.database.begin() as tx:
        taken = tuple((item.kind, item.object, item.version) for item in outbox.list_open(tx, "alice", 99))
        outbox.record_answer(tx, "alice", PushAnswer(accepted=taken))
        withdrawal_receipts.record_acknowledged(tx, "alice", bank.clock())
    assert waits(bank) == 0


def test_a_dead_blog_holds_nobody_for_ever_and_hears_it_when_it_is_back(
    bank: WorkerBank, alice: PeerBlog, bob: PeerBlog
) -> None:
    bank.blogs.failure = Unreachable("nobody there")
    leave(bank, bob)
    with pytest.raises(Unreachable):
        push(bank.context, "alice")
    assert waits(bank) == 1
    bank.clock.advance(minutes=59)
    assert waits(bank) == 1
    bank.clock.advance(minutes=2)
    assert waits(bank) == 0
    assert HIRING[0][0] not in everything(bank), "what waits for the dead blog must not name who has left"
    bank.blogs.failure = None
    push(bank.context, "alice")
    assert showing(bank) == set()


def test_a_paused_blog_is_not_waited_for(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    with bank.database.begin() as tx:
        withdrawal.pause_blog(tx, "alice", bank.clock())
    leave(bank, bob)
    calls = bank.blogs.calls
    push(bank.context, "alice")
    assert bank.blogs.calls == calls, "a paused blog is not called"
    assert waits(bank) == 0
    assert HIRING[0][0] not in everything(bank)
    bank.send(alice, alice.post(88, 1, "Me revoilà", CASH[0][1]))  # any word, not only a ping
    bank.work()
    with bank.database.read() as tx:
        assert blogs.get(tx, "alice").state is BlogState.CONNECTED
    push(bank.context, "alice")
    assert showing(bank) == set()


def test_our_own_backlog_is_no_reason_to_say_withdrawn(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    leave(bank, bob)
    bank.clock.advance(hours=30)
    nightly.retain(bank.context)
    assert (waits(bank), showing(bank)) == (1, {"Bob"})


def test_who_does_not_ask_has_left_all_the_same(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    bank.blogs.failure = Unreachable("nobody there")
    leave(bank, bob)
    with pytest.raises(Unreachable):
        push(bank.context, "alice")
    bank.clock.advance(hours=15)
    nightly.retain(bank.context)
    with bank.database.read() as tx:
        assert blogs.get(tx, "bob").state is BlogState.DISCONNECTED


def test_what_was_read_beside_the_removal_is_not_applied_after_it(
    bank: WorkerBank, alice: PeerBlog, bob: PeerBlog
) -> None:
    removed, later = bob.event("blog.removed"), bob.post(99, 1, SECRET_TITLE, HIRING[0][1])
    bank.send(bob, removed, later, bob.author(2, "Late"))
    bank.work()
    with bank.database.read() as tx:
        assert post_author(tx, "bob", "99") is None
        assert health.count_stored(tx)["bob"].authors == 0
        assert deliveries.count_by_state(tx).get("waiting", 0) == 0
    assert SECRET_TITLE not in everything(bank)


def test_what_stands_behind_the_removal_in_one_delivery_is_not_applied(
    bank: WorkerBank, alice: PeerBlog, bob: PeerBlog
) -> None:
    bank.send(bob, bob.batch([bob.event("blog.removed"), bob.post(99, 1, SECRET_TITLE, HIRING[0][1])]))
    bank.work()
    with bank.database.read() as tx:
        assert post_author(tx, "bob", "99") is None


def test_what_was_stored_in_the_moment_of_leaving_is_dropped(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    bank.send(bob, bob.post(99, 1, SECRET_TITLE, HIRING[0][1]))
    with bank.database.begin() as tx:  # as the web side does when somebody takes the address over
        tx.execute(blog_rows.update().where(blog_rows.c.id == "bob").values(state=BlogState.WITHDRAWING))
    absorb(bank.context, "bob")
    with bank.database.read() as tx:
        assert post_author(tx, "bob", "99") is None
    assert SECRET_TITLE not in everything(bank)


def test_two_that_leave_together_do_not_wait_for_each_other(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    leave(bank, bob)
    leave(bank, alice)
    assert (waits(bank), waits(bank, "alice")) == (0, 0)
