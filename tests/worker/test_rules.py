"""A large bank shows nobody who came yesterday with a burst of posts; a small one knows everybody."""

from __future__ import annotations

from bridge.mentors.anti_gaming import RULES_ON
from bridge.storage.blogs import blogs
from bridge.storage.matching import profiles
from bridge.worker.matching.epoch import freeze_epoch
from tests.lab.texts import CASH, HIRING
from tests.worker.conftest import WorkerBank

BURST = (CASH + HIRING)[:5]


def listed(bank: WorkerBank, name: str) -> list[bool]:
    freeze_epoch(bank.context)
    bank.work()
    with bank.database.read() as tx:
        return [row.listed for row in profiles.list_by_blog(tx, name)]


def newcomer(bank: WorkerBank) -> None:
    """Ann connects and publishes five posts in five days."""
    ann = bank.blog("ann")
    bank.send(ann, ann.author(1, "Ann"), *(ann.post(n + 1, 1, *text, n) for n, text in enumerate(BURST)))
    bank.work()


def test_in_a_small_bank_the_newcomer_is_shown(bank: WorkerBank) -> None:
    newcomer(bank)
    assert bank.context.rules == RULES_ON
    assert listed(bank, "ann") == [True]


def test_in_a_large_bank_only_when_the_operator_vouches(bank: WorkerBank) -> None:
    bank.context.rules_from = 1
    newcomer(bank)
    assert listed(bank, "ann") == [False]
    with bank.database.begin() as tx:
        blogs.mark_confirmed(tx, "ann")
    assert listed(bank, "ann") == [True]
