"""Who says what they can help with has a provisional card before the posts speak, and stands in no list."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bridge.mentors.anti_gaming import RULES_ON
from bridge.model import AuthorKey
from bridge.storage.bank import card_addresses, cards
from bridge.storage.bank import tables as bank_tables
from bridge.storage.bank.card_filters import Filters
from bridge.storage.bank.cards import Card
from bridge.storage.matching import profiles
from bridge.storage.matching import tables as matching_tables
from bridge.worker.matching.epoch import freeze_epoch
from tests.lab.texts import CASH
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, publish

EVA = AuthorKey("eva", "1")


def joins(bank: WorkerBank, posts: int = 0, offers: tuple[str, ...] = ("comptabilité",), **declared: Any) -> PeerBlog:
    """Somebody among others, with so many posts."""
    fill(bank)
    eva = bank.blog("eva")
    said = eva.event(
        "author.updated",
        id=1,
        name="Éva",
        url="",
        bio="",
        takes_part=True,
        consented_at="2026-01-01T00:00:00Z",
        consent_door="profile",
        consent_text="v1",
        offers=list(offers),
        needs=[],
        languages=[],
        declared=declared,
    )
    bank.send(eva, said, *(eva.post(n + 1, 1, *CASH[n], n) for n in range(posts)))
    rest(bank)
    return eva


def fill(bank: WorkerBank) -> None:
    """The others: Ann."""
    bank.prepare("ann_alone", lambda: publish(bank, "ann", CASH))


def rest(bank: WorkerBank) -> None:
    bank.clock.advance(minutes=1)
    bank.work()


def card(bank: WorkerBank) -> Card | None:
    with bank.database.read() as tx:
        return cards.list_by_author(tx, [EVA]).get(EVA)


def new(bank: WorkerBank, skill: str) -> list[str]:
    with bank.database.read() as tx:
        return [one.name for one in cards.list_newcomers(tx, [skill], Filters(), 9)]


def skill_of(bank: WorkerBank) -> str:
    with bank.database.read() as tx:
        offered = matching_tables.pairing_skills.c
        return str(
            tx.execute(select(offered.skill).where(offered.blog_id == "eva", offered.weight >= 5 * 10**8)).scalar()
        )


@pytest.mark.parametrize("posts", [0, 1, 2])
def test_a_declared_offer_is_found_before_there_are_posts(bank: WorkerBank, posts: int) -> None:
    joins(bank, posts)
    found = card(bank)
    assert found is not None
    assert (found.declared_alone, found.posts, found.languages, found.words) == (True, posts, ("fr",), [])
    assert (found.last_post_at is None) is (posts == 0)
    assert new(bank, skill_of(bank)) == ["Éva"]
    with bank.database.read() as tx:
        assert [one.key for one in cards.list_page(tx, Filters(skill=skill_of(bank)), 9)[0]] == [EVA]
        listed = set(tx.execute(select(matching_tables.related.c.other_id)).scalars())
        listed |= set(tx.execute(select(matching_tables.post_related.c.mentor_id)).scalars())
        assert not listed & {row.key.id for row in profiles.list_by_blog(tx, "eva", "1")}


def test_with_the_third_post_the_posts_speak(bank: WorkerBank) -> None:
    eva = joins(bank, 2)
    bank.send(eva, eva.post(3, 1, *CASH[2], 3))
    rest(bank)
    found = card(bank)
    assert found is not None
    assert not found.declared_alone
    assert "trésorerie" in found.words
    assert new(bank, skill_of(bank)) == []
    bank.send(eva, eva.event("post.removed", id=1))
    rest(bank)
    again = card(bank)
    assert again is not None
    assert again.declared_alone
    assert again.words == []


@pytest.mark.parametrize("declared", [{"offers": ()}, {"offers": ("  ",)}, {"role": "mentee"}, {"role": "neither"}])
def test_who_offers_nothing_or_is_no_mentor_has_none(bank: WorkerBank, declared: dict[str, Any]) -> None:
    joins(bank, 2, **declared)
    assert card(bank) is None


def test_it_goes_with_the_consent_and_with_the_offer(bank: WorkerBank) -> None:
    eva = joins(bank)
    bank.send(eva, eva.author(1, "Éva"))
    rest(bank)
    assert card(bank) is None
    bank.send(eva, eva.event("author.removed", id=1))
    rest(bank)
    assert card(bank) is None
    with bank.database.read() as tx:
        assert card_addresses.is_gone(tx, "eva")


def test_in_a_large_bank_an_unknown_blog_enters_by_its_posts(bank: WorkerBank) -> None:
    fill(bank)  # before the rules are in force
    bank.context.rules, bank.context.rules_from = RULES_ON, 1
    joins(bank)
    assert card(bank) is None


def test_who_was_here_before_there_was_an_epoch_gets_one_with_it(bank: WorkerBank) -> None:
    joins(bank)
    with bank.database.begin() as tx:
        tx.execute(bank_tables.cards.delete())
    freeze_epoch(bank.context)
    rest(bank)
    assert card(bank) is not None
