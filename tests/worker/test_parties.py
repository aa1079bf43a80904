"""Pairings follow from what authors declare and write, and end with their consent."""

from __future__ import annotations

from bridge.mentors.pairing import Pairing, Weights, pairings
from bridge.model import AuthorKey
from bridge.storage import parties
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.worker.conftest import Bank

ALICE, BOB = AuthorKey("alice", "1"), AuthorKey("bob", "1")


def declares(peer: PeerBlog, *, offers: list[str], needs: list[str], role: str) -> tuple[str, bytes]:
    return peer.event(
        "author.updated", id=1, name=peer.name, url=f"{peer.url}/author/1", bio="", takes_part=True,
        consented_at="2026-01-01T00:00:00Z", consent_door="profile", consent_text="v1", offers=offers, needs=needs,
        languages=["fr-CA"], declared={"role": role},
    )  # fmt: skip


def trade(bank: Bank) -> tuple[PeerBlog, PeerBlog]:
    """Alice writes of cash flow and wants to learn to hire; Bob the other way round."""
    alice, bob = bank.blog("alice"), bank.blog("bob")
    bank.send(alice, declares(alice, offers=["trésorerie"], needs=["recrutement"], role="both"))
    bank.send(alice, *(alice.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate(CASH[:3])))
    bank.send(bob, declares(bob, offers=["recrutement"], needs=["trésorerie"], role="both"))
    bank.send(bob, *(bob.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate(HIRING[:3])))
    bank.work()
    return alice, bob


def proposals(bank: Bank, author: AuthorKey) -> tuple[list[Pairing], list[Pairing]]:
    with bank.database.read() as tx:
        own = parties.find(tx, author)
        return pairings(own, parties.list_around(tx, own), Weights(), 10) if own else ([], [])


def test_each_can_help_the_other_and_hears_how(bank: Bank) -> None:
    trade(bank)
    helped, helps = proposals(bank, ALICE)
    assert [found.mentor for found in helped] == ["bob/1"]
    assert [found.mentee for found in helps] == ["bob/1"]
    assert helped[0].gives[0][0] == "recruiting"
    assert helped[0].gets[0][0] == "cash-flow"


def test_no_proposal_for_who_is_only_a_mentor(bank: Bank) -> None:
    _, bob = trade(bank)
    bank.send(bob, declares(bob, offers=["recrutement"], needs=["trésorerie"], role="mentor"))
    bank.work()
    helped, helps = proposals(bank, ALICE)
    assert ([found.mentor for found in helped], helps) == (["bob/1"], [])


def test_who_is_willing_to_be_neither_pairs_with_nobody(bank: Bank) -> None:
    _, bob = trade(bank)
    bank.send(bob, declares(bob, offers=["recrutement"], needs=["trésorerie"], role="neither"))
    bank.work()
    assert proposals(bank, ALICE) == ([], [])
    assert proposals(bank, BOB) == ([], [])


def test_a_withdrawn_consent_ends_every_proposal_at_once(bank: Bank) -> None:
    _, bob = trade(bank)
    bank.send(bob, bob.event("author.removed", id=1))
    bank.work()
    assert proposals(bank, ALICE) == ([], [])
    with bank.database.read() as tx:
        assert parties.find(tx, BOB) is None


def test_a_blog_that_leaves_takes_its_authors_along(bank: Bank) -> None:
    _, bob = trade(bank)
    bank.send(bob, bob.event("blog.removed"))
    bank.work()
    assert proposals(bank, ALICE) == ([], [])
