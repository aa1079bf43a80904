"""Pairings follow from what authors declare and write, and end with their consent."""

from __future__ import annotations

import re

import pytest

from bridge.mentors.pairing import Pairing, PairingWeights, rank_pairings
from bridge.model import AuthorKey
from bridge.storage.content import post_analysis
from bridge.storage.matching import pairing
from bridge.worker.nightly import sweep
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow

ALICE, BOB = AuthorKey("alice", "1"), AuthorKey("bob", "1")


def trade(bank: WorkerBank) -> tuple[PeerBlog, PeerBlog]:
    """Alice writes of cash flow and wants to learn to hire; Bob the other way round."""
    blogs = bank.prepare("trade", lambda: fill(bank))
    return blogs["alice"], blogs["bob"]


def fill(bank: WorkerBank) -> None:
    alice, bob = bank.blog("alice"), bank.blog("bob")
    bank.send(alice, alice.declaring(offers=["trésorerie"], needs=["recrutement"], role="both"))
    bank.send(alice, *(alice.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate(CASH[:3])))
    bank.send(bob, bob.declaring(offers=["recrutement"], needs=["trésorerie"], role="both"))
    bank.send(bob, *(bob.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate(HIRING[:3])))
    bank.work()


def proposals(bank: WorkerBank, author: AuthorKey) -> tuple[list[Pairing], list[Pairing]]:
    with bank.database.read() as tx:
        own = pairing.find(tx, author)
        return rank_pairings(own, pairing.list_candidates(tx, own), PairingWeights(), 10) if own else ([], [])


def test_each_can_help_the_other_and_hears_how(bank: WorkerBank) -> None:
    trade(bank)
    helped, helps = proposals(bank, ALICE)
    assert [found.mentor for found in helped] == ["bob/1"]
    assert [found.mentee for found in helps] == ["bob/1"]
    assert helped[0].gives[0][0] == "recruiting"
    assert helped[0].gets[0][0] == "cash-flow"


def test_no_proposal_for_who_is_only_a_mentor(bank: WorkerBank) -> None:
    _, bob = trade(bank)
    bank.send(bob, bob.declaring(offers=["recrutement"], needs=["trésorerie"], role="mentor"))
    bank.work()
    helped, helps = proposals(bank, ALICE)
    assert ([found.mentor for found in helped], helps) == (["bob/1"], [])


def test_who_is_willing_to_be_neither_pairs_with_nobody(bank: WorkerBank) -> None:
    _, bob = trade(bank)
    bank.send(bob, bob.declaring(offers=["recrutement"], needs=["trésorerie"], role="neither"))
    bank.work()
    assert proposals(bank, ALICE) == ([], [])
    assert proposals(bank, BOB) == ([], [])


def test_a_withdrawn_consent_ends_every_proposal_at_once(bank: WorkerBank) -> None:
    _, bob = trade(bank)
    bank.send(bob, bob.event("author.removed", id=1))
    bank.work()
    assert proposals(bank, ALICE) == ([], [])
    with bank.database.read() as tx:
        assert pairing.find(tx, BOB) is None


def test_a_blog_that_leaves_takes_its_authors_along(bank: WorkerBank) -> None:
    _, bob = trade(bank)
    bank.send(bob, bob.event("blog.removed"))
    bank.work()
    assert proposals(bank, ALICE) == ([], [])


ASKING = (
    "Recruter sans se tromper",
    "Mon carnet est plein et je n'y arrive plus seule. J'ai besoin de conseils pour le recrutement de ma première "
    "employée. Avez-vous des conseils pour le recrutement ?",
)


def asks(bank: WorkerBank, role: str, **declared: list[str]) -> None:
    """Alice declares nothing that she looks for, and asks in a post; Bob knows and looks for what she knows."""
    alice, bob = bank.blog("alice"), bank.blog("bob")
    bank.send(alice, alice.declaring(offers=["trésorerie"], needs=declared.get("needs", []), role=role))
    bank.send(alice, *(alice.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate((*CASH[:3], ASKING))))
    bank.send(bob, bob.declaring(offers=["recrutement"], needs=["trésorerie"], role="both"))
    bank.send(bob, *(bob.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate(HIRING[:3])))
    bank.work()


def needs_of(bank: WorkerBank, author: AuthorKey) -> dict[str, float]:
    with bank.database.read() as tx:
        found = pairing.find(tx, author)
    assert found is not None
    return dict(found.needs)


def test_who_asks_in_a_post_is_helped_without_having_declared_it(bank: WorkerBank) -> None:
    asks(bank, "both")
    helped, _ = proposals(bank, ALICE)
    assert [(found.mentor, found.gives[0][0]) for found in helped] == [("bob/1", "recruiting")]
    assert 0 < needs_of(bank, ALICE)["recruiting"] <= 0.5


def test_what_is_declared_goes_before_what_was_asked(bank: WorkerBank) -> None:
    asks(bank, "both", needs=["comptabilité"])
    assert "recruiting" not in needs_of(bank, ALICE)


def test_a_request_of_long_ago_is_forgotten_in_the_night(bank: WorkerBank) -> None:
    asks(bank, "both")
    bank.clock.advance(days=90)
    sweep(bank.context)
    assert 0 < needs_of(bank, ALICE)["recruiting"] <= 0.25
    bank.clock.advance(days=300)
    sweep(bank.context)
    assert needs_of(bank, ALICE) == {}


def test_who_only_wants_to_give_is_not_read_for_needs(bank: WorkerBank) -> None:
    asks(bank, "mentor")
    assert needs_of(bank, ALICE) == {}


def offers_of(bank: WorkerBank, author: AuthorKey) -> set[str]:
    with bank.database.read() as tx:
        found = pairing.find(tx, author)
        assert found is not None
        return set(found.offers)


ON_LEASES = "Le bail commercial m'a coûté cher. J'ai relu ce bail commercial dix fois, un soir d'hiver, seul au bureau."


def test_one_post_that_does_not_say_so_in_its_title_makes_no_offer_and_a_second_does(bank: WorkerBank) -> None:
    alice = bank.blog("alice")
    bank.send(alice, alice.declaring(offers=[], needs=[], role="both"))
    bank.send(alice, alice.post(1, 1, "Un soir d'hiver", ON_LEASES))
    bank.work()
    assert "commercial-lease" not in offers_of(bank, ALICE)
    bank.send(alice, alice.post(2, 1, "Un matin", f"Encore une fois. {ON_LEASES} Et le lendemain aussi."))
    bank.work()
    assert "commercial-lease" in offers_of(bank, ALICE)


def test_a_title_alone_makes_an_offer(bank: WorkerBank) -> None:
    alice = bank.blog("alice")
    bank.send(alice, alice.declaring(offers=[], needs=[], role="both"))
    bank.send(alice, alice.post(1, 1, "Négocier un bail commercial", "Il faisait froid et le propriétaire se taisait."))
    bank.work()
    assert offers_of(bank, ALICE) == {"commercial-lease"}


def test_who_looks_for_a_skill_does_not_offer_it_by_writing_of_it(bank: WorkerBank) -> None:
    alice = bank.blog("alice")
    bank.send(alice, alice.declaring(offers=[], needs=["bail commercial"], role="both"))
    bank.send(alice, *(alice.post(n, 1, "Mon bail commercial", f"Jour {n}. {ON_LEASES}") for n in (1, 2)))
    bank.work()
    assert "commercial-lease" not in offers_of(bank, ALICE)


def test_a_post_of_before_1970_is_read_like_any_other(bank: WorkerBank) -> None:
    alice = bank.blog("alice")
    bank.send(alice, alice.declaring(offers=[], needs=[], role="both"))
    event, body = alice.post(1, 1, "Négocier un bail commercial", "Le propriétaire de la rue aux Ours se taisait.")
    old = re.sub(rb'("(?:published|modified)_at": ?)"[^"]+"', rb'\1"1965-04-12T08:00:00Z"', body)
    assert old != body
    bank.send(alice, (event, old))
    bank.work()
    assert offers_of(bank, ALICE) == {"commercial-lease"}
    with bank.database.read() as tx:
        assert [post.published_at.year for post in post_analysis.list_by_author(tx, "alice", "1")] == [1965]
