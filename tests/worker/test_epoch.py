"""New weights are built aside, a few rows at a time, and leave nothing of the old behind."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select

from bridge.storage import epochs, tables
from bridge.worker import epoch
from tests.lab.texts import CASH, ENGLISH, HIRING
from tests.worker.conftest import Bank, publish


def kept(bank: Bank) -> dict[str, list[tuple[Any, ...]]]:
    """Spellings, and the terms of the epoch in force."""
    terms, words = tables.epoch_terms.c, tables.need_words
    with bank.database.read() as tx:
        current = epochs.current(tx)
        assert current is not None
        wanted = select(terms.language, terms.term, terms.df, terms.adf).where(terms.epoch_id == current.id)
        return {
            "terms": sorted(tuple(row) for row in tx.execute(wanted)),
            "words": sorted(tuple(row) for row in tx.execute(select(words))),
        }


def test_spellings_and_terms_follow_posts_that_come_and_go(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = publish(bank, "ann", CASH)
    publish(bank, "ben", ENGLISH)
    epoch.build(bank.context)
    before = kept(bank)
    monkeypatch.setattr(epoch, "AT_ONCE", 7)
    bank.send(ann, ann.post(9, 1, *HIRING[0]))
    bank.work()
    epoch.build(bank.context)
    assert set(before["words"]) - set(kept(bank)["words"])
    assert set(kept(bank)["words"]) - set(before["words"])
    bank.send(ann, ann.event("post.removed", id=9))
    bank.work()
    epoch.build(bank.context)
    assert kept(bank) == before
    epoch.build(bank.context)
    with bank.database.read() as tx:
        assert len(tx.execute(select(tables.epochs.c.id)).all()) == 2  # the one in force, and the one before


def test_no_transaction_of_a_build_holds_others_up_for_long(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epoch, "AT_ONCE", 50)
    for name, texts in (("ann", CASH), ("ben", HIRING), ("cy", ENGLISH)):
        publish(bank, name, texts)
    most = rows = 0

    def count(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        nonlocal rows, most
        if statement.startswith(("INSERT INTO epoch_terms", "INSERT INTO need_words", "DELETE FROM need_words")):
            rows += len(parameters) if many else 1
        most = max(most, rows)

    def ended(_connection: Any) -> None:
        nonlocal rows
        rows = 0

    engine = bank.database._hasty
    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", ended)
    epoch.build(bank.context)
    with bank.database.read() as tx:
        terms = len(tx.execute(select(tables.epoch_terms.c.term)).all())
    assert terms > 2 * epoch.AT_ONCE
    assert 0 < most <= epoch.AT_ONCE
