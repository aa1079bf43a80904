"""An author who moves in the bank: the lists of others follow at once, as if they had been made anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.mentors.explain import Reason
from bridge.model import MentorKey
from bridge.storage.core import counters
from bridge.storage.core.database import Tx
from bridge.storage.matching import epochs, profiles
from bridge.text.terms import WEIGHT_UNIT
from bridge.worker.matching import lists as matching_lists
from bridge.worker.matching.snapshot import Snapshot
from tests.conftest import NOW, DatabaseSnapshots
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog, silent_blog
from tests.worker.conftest import WorkerBank, publish

NAMES = ("ann", "ben", "cy", "dan")


@pytest.fixture
def known(bank: WorkerBank, database_url: str, kept: DatabaseSnapshots) -> dict[str, PeerBlog]:
    """Four mentors of one subject, in one epoch."""

    def fill() -> dict[str, int]:
        said = {name: publish(bank, name, CASH).revision for name in NAMES}
        bank.clock.advance(minutes=1)
        bank.work()
        return said

    said = kept.once("moving", bank.database, database_url, fill)
    bank.clock.now = NOW + timedelta(minutes=1)
    return {name: silent_blog(name, f"https://{name}.example", revision=revision) for name, revision in said.items()}


def lists(bank: WorkerBank, tx: Tx) -> dict[int, list[tuple[int, int, Reason]]]:
    return {
        mentor: [(line.mentor_id, line.score, line.reason) for line in profiles.list_related(tx, mentor)]
        for mentor in profiles.list_all_ids(tx)
    }


def anew(bank: WorkerBank, tx: Tx) -> dict[int, list[tuple[int, int, Reason]]]:
    epoch = epochs.find_current(tx)
    assert epoch is not None
    made = {}
    for mentor in profiles.list_all_ids(tx):
        row = profiles.find(tx, mentor)
        assert row is not None
        lines = matching_lists.build_author_list(
            Snapshot(bank.context, tx, epoch), row, matching_lists.candidates_near_with_foreign(tx, epoch, row)
        )
        made[mentor] = [(match.id, match.score, Reason.from_json(reason.to_json())) for match, reason in lines]
    return made


def moved(bank: WorkerBank, blog: PeerBlog, *events: tuple[str, bytes]) -> None:
    bank.clock.advance(minutes=1)
    with bank.database.begin() as tx:  # one more post makes no new epoch: the lists must follow by themselves
        counters.upsert_number(tx, counters.EPOCH_POSTS, 1000)
    bank.send(blog, *events)
    bank.work()


CLOSER = (CASH[0][0], f"{CASH[0][1]}\n{CASH[1][1]}")  # the subject once more, in one post


@pytest.mark.parametrize("text", [CLOSER, HIRING[0], HIRING[1]])
def test_others_follow_a_mentor_who_publishes(
    bank: WorkerBank, known: dict[str, PeerBlog], text: tuple[str, str]
) -> None:
    with bank.database.read() as tx:
        before, epoch = lists(bank, tx), epochs.find_current(tx)
    moved(bank, known["cy"], known["cy"].post(9, 1, *text))
    with bank.database.read() as tx:
        assert epochs.find_current(tx) == epoch
        after = lists(bank, tx)
        assert after != before
        assert after == anew(bank, tx)


def test_the_same_text_again_brings_its_author_no_nearer(bank: WorkerBank, known: dict[str, PeerBlog]) -> None:
    moved(bank, known["cy"], known["cy"].post(20, 1, *HIRING[0], day=0))
    with bank.database.read() as tx:
        before = lists(bank, tx)
    moved(bank, known["cy"], *(known["cy"].post(n, 1, *CASH[0], day=0) for n in (21, 22, 23)))
    with bank.database.read() as tx:
        after = lists(bank, tx)
    cy = MentorKey("cy", "1", "fr").id
    for mentor, lines in after.items():
        for other, score, _ in lines:
            if other == cy:
                assert score - dict(line[:2] for line in before[mentor])[cy] < WEIGHT_UNIT // 1000
