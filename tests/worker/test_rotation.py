"""New keys: the blog is asked until it has come, and told with its next pull where it cannot be called."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge import signing
from bridge.errors import DeliveryFailed
from bridge.model import Transport
from bridge.storage.blogs import blogs, delivery_log, keys
from bridge.worker.outbound.poke import poke
from tests.worker.conftest import WorkerBank


def ask(bank: WorkerBank) -> None:
    """As the button does."""
    with bank.database.begin() as tx:
        keys.record_rotation_requested(tx, "alice", bank.clock())


def test_a_blog_is_asked_until_it_has_fetched_new_keys(bank: WorkerBank) -> None:
    bank.blog("alice")
    ask(bank)
    again = poke(bank.context, "alice")
    assert bank.blogs.asked_to_rotate == ["alice"]
    assert again == bank.clock() + timedelta(minutes=10)
    bank.clock.advance(minutes=10)
    assert poke(bank.context, "alice") is not None
    with bank.database.begin() as tx:
        keys.record_rotation(tx, bank.context.vault, "alice", "inbound", signing.new_key(), bank.clock())
        assert [row.act for row in delivery_log.list_calls(tx, "alice", False, None, 9)] == ["rotate", "rotate"]
    assert poke(bank.context, "alice") is None
    assert len(bank.blogs.asked_to_rotate) == 2


def test_after_a_day_it_is_asked_no_more(bank: WorkerBank) -> None:
    bank.blog("alice")
    ask(bank)
    bank.blogs.failure = DeliveryFailed("cannot be reached")
    with pytest.raises(DeliveryFailed):
        poke(bank.context, "alice")
    bank.clock.advance(days=1, minutes=1)
    assert poke(bank.context, "alice") is None
    with bank.database.read() as tx:
        assert keys.find_rotation_requested_at(tx, "alice") is None
        (call,) = delivery_log.list_calls(tx, "alice", True, None, 9)
    assert "cannot be reached" in str(call.error)


def test_who_cannot_be_called_is_not(bank: WorkerBank) -> None:
    bank.blog("alice")
    with bank.database.begin() as tx:
        blogs.record_transport(tx, "alice", Transport.PULL)
    ask(bank)
    assert poke(bank.context, "alice") is not None
    assert bank.blogs.asked_to_rotate == []


@pytest.mark.parametrize("direction", ["inbound", "outbound"])
def test_the_old_key_counts_for_a_day(bank: WorkerBank, direction: keys.Direction) -> None:
    bank.blog("alice")
    old, new = signing.new_key(), signing.new_key()
    vault = bank.context.vault
    with bank.database.begin() as tx:
        keys.record_rotation(tx, vault, "alice", direction, old, bank.clock())
        bank.clock.advance(days=3)
        keys.record_rotation(tx, vault, "alice", direction, new, bank.clock())
        assert keys.find_current_created_at(tx, "alice") == bank.clock()
        assert keys.list_live_keys(tx, vault, "alice", direction, bank.clock() + timedelta(hours=23)) == [new, old]
        assert keys.list_live_keys(tx, vault, "alice", direction, bank.clock() + timedelta(hours=25)) == [new]
