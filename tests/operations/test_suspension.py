"""An author whom the operator hides: gone as whoever withdraws, told why, and back with all they wrote."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.model import MentorKey
from bridge.operations import suspension
from bridge.operations.stations import Station
from bridge.storage.core import jobs
from bridge.storage.matching import profiles
from bridge.worker.matching import cards, refresh
from tests.bank.conftest import BROWSER, House, bank, house, service
from tests.bank.test_pages import EVERYWHERE, OF_A_CARD

__all__ = ["bank", "house", "service"]
pytestmark = pytest.mark.slow
REASON = "sells places in the lists"


@pytest.fixture
def hidden(house: House) -> House:
    """Alice is hidden by the operator; nothing has been worked off since."""
    with house.bank.database.begin() as tx:
        suspension.suspend(tx, house.author(house.alice), REASON, house.bank.clock())
    return house


def test_who_is_hidden_is_gone_everywhere_at_once_and_stays_gone(hidden: House) -> None:
    for moment in ("at once", "when all is worked off", "after the author published and withdrew and came back"):
        if moment != "at once":
            hidden.bank.clock.advance(minutes=1)
            hidden.bank.work()
        for address in EVERYWHERE:
            assert "/mentors/alice" not in hidden.get(address), (moment, address)
        for address in OF_A_CARD:
            assert hidden.client.get(address.format("alice"), headers=BROWSER).status_code == 410, (moment, address)
        with hidden.bank.database.read() as tx:
            assert jobs.find_plan(tx, Station.POKE, "alice") or moment != "at once", "their blog is told"
            assert not any(row.listed for row in profiles.list_by_blog(tx, "alice"))
        if moment == "when all is worked off":
            assert "Alice" not in str(hidden.bank.blogs.held), "no page of another blog names them"
            alice = hidden.alice
            hidden.bank.send(alice, alice.post(50, 1, "Mes ruches", "L’apiculture m’a appris la patience. " * 9, 99))
            hidden.bank.send(alice, alice.event("author.removed", id=1), alice.author(1, "Alice"))


def test_a_refresh_that_had_begun_brings_nobody_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    summarize = cards.summarize_for_card

    def hidden_meanwhile(*arguments: Any) -> Any:
        content = summarize(*arguments)
        with house.bank.database.begin() as tx:
            suspension.suspend(tx, house.author(house.alice), REASON, house.bank.clock())
        return content

    with monkeypatch.context() as patch:
        patch.setattr(cards, "summarize_for_card", hidden_meanwhile)
        refresh.refresh(house.bank.context, "alice/1")
    assert house.client.get("/mentors/alice", headers=BROWSER).status_code == 410


def test_who_is_shown_again_stands_at_the_same_address_with_all_they_wrote(hidden: House) -> None:
    hidden.bank.work()
    with hidden.bank.database.begin() as tx:
        assert suspension.reinstate(tx, hidden.author(hidden.alice), hidden.bank.clock())
        assert not suspension.reinstate(tx, hidden.author(hidden.alice), hidden.bank.clock())
    hidden.bank.clock.advance(minutes=1)
    hidden.bank.work()
    assert "Alice" in hidden.get("/mentors/alice")
    with hidden.bank.database.read() as tx:
        row = profiles.find(tx, MentorKey("alice", "1", "fr").id)
    assert row is not None
    assert row.listed
