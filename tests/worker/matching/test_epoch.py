"""New weights are built aside, a few rows at a time, and leave nothing of the old behind."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select

from bridge.storage.bank import tables as bank_tables
from bridge.storage.matching import epochs
from bridge.storage.matching import tables as matching_tables
from bridge.worker.matching import epoch
from tests.lab.texts import CASH, ENGLISH, HIRING
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow


def kept(bank: WorkerBank) -> dict[str, list[tuple[Any, ...]]]:
    """Spellings, and the terms of the epoch in force."""
    terms, words = matching_tables.epoch_terms.c, bank_tables.need_words
    with bank.database.read() as tx:
        current = epochs.find_current(tx)
        assert current is not None
        wanted = select(terms.language, terms.term, terms.df, terms.adf).where(terms.epoch_id == current.id)
        return {
            "terms": sorted(tuple(row) for row in tx.execute(wanted)),
            "words": sorted(tuple(row) for row in tx.execute(select(words))),
        }


def test_spellings_and_terms_follow_posts_that_come_and_go(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = publish(bank, "ann", CASH)
    publish(bank, "ben", ENGLISH)
    epoch.freeze_epoch(bank.context)
    before = kept(bank)
    monkeypatch.setattr(epoch, "EPOCH_BATCH_ROWS", 7)
    bank.send(ann, ann.post(9, 1, *HIRING[0]))
    bank.work()
    epoch.freeze_epoch(bank.context)
    assert set(before["words"]) - set(kept(bank)["words"])
    assert set(kept(bank)["words"]) - set(before["words"])
    bank.send(ann, ann.event("post.removed", id=9))
    bank.work()
    epoch.freeze_epoch(bank.context)
    assert kept(bank) == before
    epoch.freeze_epoch(bank.context)
    with bank.database.read() as tx:
        assert len(tx.execute(select(matching_tables.epochs.c.id)).all()) == 2  # the one in force, and the one before


def test_no_transaction_of_a_build_holds_others_up_for_long(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epoch, "EPOCH_BATCH_ROWS", 50)
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
    epoch.freeze_epoch(bank.context)
    with bank.database.read() as tx:
        terms = len(tx.execute(select(matching_tables.epoch_terms.c.term)).all())
    assert terms > 2 * epoch.EPOCH_BATCH_ROWS
    assert 0 < most <= epoch.EPOCH_BATCH_ROWS
