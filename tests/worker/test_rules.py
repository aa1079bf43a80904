"""A large bank shows nobody who came yesterday with a burst of posts; a small one knows everybody."""

from __future__ import annotations

from bridge.mentors.trust import ON
from bridge.storage import blogs, mentors
from bridge.worker.epoch import build
from tests.lab.texts import CASH, HIRING
from tests.worker.conftest import Bank

BURST = (CASH + HIRING)[:5]


def listed(bank: Bank, name: str) -> list[bool]:
    build(bank.context)
    bank.work()
    with bank.database.read() as tx:
        return [row.listed for row in mentors.list_of(tx, name)]


def newcomer(bank: Bank) -> None:
    """Ann connects and publishes five posts in five days."""
    ann = bank.blog("ann")
    bank.send(ann, ann.author(1, "Ann"), *(ann.post(n + 1, 1, *text, n) for n, text in enumerate(BURST)))
    bank.work()


def test_in_a_small_bank_the_newcomer_is_shown(bank: Bank) -> None:
    newcomer(bank)
    assert bank.context.rules == ON
    assert listed(bank, "ann") == [True]


def test_in_a_large_bank_only_when_the_operator_vouches(bank: Bank) -> None:
    bank.context.rules_from = 1
    newcomer(bank)
    assert listed(bank, "ann") == [False]
    with bank.database.begin() as tx:
        blogs.confirm(tx, "ann")
    assert listed(bank, "ann") == [True]
