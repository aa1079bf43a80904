"""An operator hides one author by name or by the address of the card, and shows them again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bridge.model import AuthorKey
from bridge.storage.bank import cards
from bridge.storage.core.database import Database
from tests.conftest import NOW, Clock
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow

Run = Callable[..., CompletedProcess[str]]


def test_an_author_is_hidden_by_name_or_card_with_a_reason(call_bridge: Run, tmp_path: Path) -> None:
    assert call_bridge("migrate").returncode == 0
    database = Database.open(f"sqlite:///{tmp_path / 'home' / 'bridge.sqlite'}")
    bank = WorkerBank(database, Clock())
    ann = bank.blog("ann")
    bank.send(ann, ann.author(1, "Ann"))
    bank.work()
    with database.begin() as tx:
        cards.upsert(tx, AuthorKey("ann", "1"), cards.CardContent(3, NOW, {}, None))
    reason = ("--reason", "sells places")
    for name in ("ann/2", "http://localhost/mentors/nobody"):
        assert call_bridge("author", "hide", name, *reason).returncode == 1, name
    for wrong in (("ann", *reason), ("ann/1", "--reason", " "), ("ann/1",)):
        assert call_bridge("author", "hide", *wrong).returncode == 2, wrong
    assert "You hide nobody." in call_bridge("author", "hidden").stdout
    assert "Hidden: ann/1" in call_bridge("author", "hide", "http://localhost/mentors/ann?lang=fr", *reason).stderr
    with database.read() as tx:
        assert cards.find_owner(tx, "ann") is None
    (hidden,) = json.loads(call_bridge("author", "hidden", "--json").stdout)["hidden"]
    assert (AuthorKey(hidden["blog"], hidden["author"]), hidden["reason"]) == (AuthorKey("ann", "1"), "sells places")
    assert "Shown again: ann/1" in call_bridge("author", "show", "ann/1").stderr
    assert "was not hidden" in call_bridge("author", "show", "ann/1").stderr
    database.close()
