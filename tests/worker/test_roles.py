"""Who is not willing to be a mentor is in nobody's list, and still meets mentors and pairs."""

from __future__ import annotations

import pytest

from bridge.model import MentorKey
from bridge.storage.matching import pairing, profiles
from tests.lab.texts import CASH
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow

ANN, BEN = MentorKey("ann", "1", "fr"), MentorKey("ben", "1", "fr")


def who_lists(bank: WorkerBank, key: MentorKey) -> list[int]:
    with bank.database.read() as tx:
        return profiles.list_mentors_showing(tx, key.id) + profiles.list_posts_showing(tx, key.id)


@pytest.mark.parametrize(("role", "pairs"), [("mentee", True), ("neither", False)])
def test_only_mentors_are_listed(bank: WorkerBank, role: str, pairs: bool) -> None:
    ann = publish(bank, "ann", CASH)
    publish(bank, "ben", CASH)
    assert who_lists(bank, ANN)
    bank.send(ann, ann.author(1, "Ann", role=role))
    bank.clock.advance(minutes=1)
    bank.work()
    assert not who_lists(bank, ANN)
    with bank.database.read() as tx:
        assert [line.mentor_id for line in profiles.list_related(tx, ANN.id)] == [BEN.id]
        assert (pairing.find(tx, ANN.author) is not None) is pairs
    bank.send(ann, ann.author(1, "Ann", role="both"))
    bank.clock.advance(minutes=1)
    bank.work()
    assert who_lists(bank, ANN)
