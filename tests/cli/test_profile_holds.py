"""What an operator sees of held profiles, and does about them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bridge.model import AuthorKey
from bridge.storage.core.database import Database
from bridge.storage.matching import profile_holds
from tests.conftest import NOW, Clock
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow

Run = Callable[..., CompletedProcess[str]]


def test_held_profiles_are_named_and_freed(call_bridge: Run, tmp_path: Path) -> None:
    assert call_bridge("migrate").returncode == 0
    assert "No profile is held." in call_bridge("mentors", "held").stdout
    database = Database.open(f"sqlite:///{tmp_path / 'home' / 'bridge.sqlite'}")
    bank = WorkerBank(database, Clock())
    ann = bank.blog("ann")
    bank.send(ann, ann.author(1, "Ann"))
    bank.work()
    with database.begin() as tx:
        profile_holds.record(tx, AuthorKey("ann", "1"), {"fr": NOW}, NOW)
    listed = json.loads(call_bridge("mentors", "held", "--json").stdout)["held"]
    assert [(profile["blog"], profile["author"], profile["language"]) for profile in listed] == [("ann", "1", "fr")]
    assert "Confirmed: ann/1" in call_bridge("mentors", "confirm", "ann/1").stdout
    assert "Nothing of ann/1 is held." in call_bridge("mentors", "confirm", "ann/1").stdout
    assert json.loads(call_bridge("mentors", "held", "--json").stdout) == {"held": []}
    database.close()


def test_a_wrong_name_is_refused_with_a_sentence(call_bridge: Run) -> None:
    unknown = call_bridge("mentors", "confirm", "nobody/1")
    assert (unknown.returncode, "nobody" in unknown.stderr) == (1, True)
    assert "BLOG/AUTHOR" in call_bridge("mentors", "confirm", "nobody").stderr
