"""What many refuse asks for more of everybody, in every order of work, and takes nothing from who says it is theirs."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from bridge.model import AuthorKey
from bridge.operations import corrections
from bridge.storage.bank import cards
from bridge.storage.matching import card_corrections, epochs, list_entries, pairing
from bridge.storage.matching import tables as matching_tables
from bridge.storage.matching.card_corrections import SKILL_KIND
from bridge.worker.matching import author_profile, epoch
from bridge.worker.matching import cards as matching_cards
from bridge.worker.nightly import sweep
from tests.lab.texts import CASH
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow

SKILL = "commercial-lease"
REFUSING = ("ann", "ben", "cy", "dee", "eve")
TITLE, TEXT = "Négocier un bail commercial", "Il faisait froid et le propriétaire de la rue se taisait."


def one_titled_post_each(bank: WorkerBank) -> None:
    for name in (*REFUSING, "fay", "gus", "hal"):
        peer = bank.blog(name)
        offers = ["bail commercial"] if name == "gus" else []
        bank.send(peer, peer.declaring(offers=offers, needs=[], role="both"))
        bank.send(peer, peer.post(1, 1, TITLE, f"{TEXT} C’était chez {name}."))
    hal = bank.peers["hal"]
    bank.send(hal, hal.post(2, 1, "Un bail commercial, encore", "Le deuxième bail commercial fut le bon, disait-on."))
    bank.work()


def offering(bank: WorkerBank) -> set[str]:
    names = (*REFUSING, "fay", "gus", "hal")
    with bank.database.read() as tx:
        sides = {name: pairing.find(tx, AuthorKey(name, "1")) for name in names}
    return {name for name, side in sides.items() if side is not None and SKILL in side.offers}


def stored(bank: WorkerBank) -> list[tuple[Any, ...]]:
    with bank.database.read() as tx:
        return sorted(tuple(row) for row in tx.execute(select(matching_tables.pairing_skills)))


def answer(bank: WorkerBank, name: str, *, confirmed: bool) -> None:
    with bank.database.begin() as tx:
        key = AuthorKey(name, "1")
        assert corrections.answer_for_skill(tx, key, SKILL, confirmed=confirmed, now=bank.clock())


def new_epoch(bank: WorkerBank) -> None:
    bank.clock.advance(minutes=1)
    bank.work()
    epoch.freeze_epoch(bank.context)
    bank.clock.advance(minutes=1)
    bank.work()


def test_five_blogs_raise_what_is_asked_for_and_take_nothing_from_who_says_yes(bank: WorkerBank) -> None:
    bank.prepare("titled", lambda: one_titled_post_each(bank))
    for name in REFUSING[:4]:
        answer(bank, name, confirmed=False)
    new_epoch(bank)
    assert offering(bank) == {"eve", "fay", "gus", "hal"}, "four are too few"
    answer(bank, "eve", confirmed=False)
    bank.clock.advance(minutes=1)
    bank.work()
    assert "fay" in offering(bank), "not before the next epoch"
    new_epoch(bank)
    assert offering(bank) == {"gus", "hal"}, "declared, or one post more than the title of one"
    before = stored(bank)
    sweep(bank.context)
    new_epoch(bank)
    assert stored(bank) == before
    answer(bank, "fay", confirmed=True)
    new_epoch(bank)
    assert offering(bank) == {"fay", "gus", "hal"}
    with bank.database.begin() as tx:
        assert corrections.take_back(tx, AuthorKey("ann", "1"), SKILL_KIND, SKILL, bank.clock())
    new_epoch(bank)
    with bank.database.read() as tx:
        current = epochs.find_current(tx)
        assert current is not None
        assert SKILL not in current.disputed
        assert {"ann", "fay", "gus", "hal"} == offering(bank)


def test_several_authors_of_a_blog_count_once_and_who_leaves_no_more(bank: WorkerBank) -> None:
    ann = bank.blog("ann")
    for author in (1, 2):
        bank.send(ann, ann.author(author, f"Ann {author}"), ann.post(author, author, TITLE, f"{TEXT} {author}"))
    bank.work()
    with bank.database.begin() as tx:
        for key in (AuthorKey("ann", "1"), AuthorKey("ann", "2")):
            assert corrections.answer_for_skill(tx, key, SKILL, confirmed=False, now=bank.clock())
        assert card_corrections.count_refusing_blogs(tx) == {SKILL: 1}
        assert card_corrections.count_asked_blogs(tx)[SKILL] == 1
    bank.send(ann, ann.event("blog.removed"))
    bank.work()
    with bank.database.read() as tx:
        assert card_corrections.count_refusing_blogs(tx) == {}
        assert tx.execute(select(matching_tables.card_corrections)).all() == []


def test_what_is_refused_while_an_author_is_worked_at_does_not_come_back(
    bank: WorkerBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = AuthorKey("ann", "1")
    publish(bank, "ann", CASH)
    bank.clock.advance(minutes=1)
    bank.work()
    summarize = matching_cards.summarize_for_card

    def words() -> list[str]:
        with bank.database.read() as tx:
            return cards.list_by_author(tx, [ann])[ann].words

    def offers() -> list[str]:
        with bank.database.read() as tx:
            side = pairing.find(tx, ann)
        return sorted(side.offers) if side else []

    word, skill = words()[0], offers()[0]

    def interrupted(*given: Any) -> Any:
        content = summarize(*given)
        with bank.database.begin() as tx:
            assert corrections.strike_word(tx, ann, word, bank.clock())
            assert corrections.answer_for_skill(tx, ann, skill, confirmed=False, now=bank.clock())
        return content

    monkeypatch.setattr(matching_cards, "summarize_for_card", interrupted)
    with bank.database.read() as tx:
        current = epochs.find_current(tx)
    assert current is not None
    author_profile.store_profiles(bank.context, current, ann)
    assert word not in words()
    assert skill not in offers()


def test_a_line_that_cannot_be_read_keeps_nobody_from_striking_a_word(bank: WorkerBank) -> None:
    for name in ("ann", "ben", "cy"):
        publish(bank, name, CASH)
    related = matching_tables.related
    with bank.database.begin() as tx:
        spoilt = tx.execute(select(related.c.mentor_id, related.c.other_id).order_by(related.c.other_id)).first()
        assert spoilt is not None
        mentor, other = spoilt
        spoilt_line = (related.c.mentor_id == mentor, related.c.other_id == other)
        tx.execute(update(related).where(*spoilt_line).values(reason='{"topics": 7}'))
        list_entries.delete_topics(tx, mentor, lambda _word: True)
        left = tx.scalars(select(related.c.other_id).where(related.c.mentor_id == mentor)).all()
    assert list(left) == [other], "no reason is left for anybody else, and that line is never shown"
