"""What one post costs in statements does not grow with what its author has written before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from tests.lab.texts import CASH, HIRING
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow

FEW, MANY = 4, 24
MAX_STATEMENTS = 210  # of one post from the inbox to all lists, claims included; 177 when this was written


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Every statement that is sent to a database meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both databases are sent the same
def test_one_more_post_asks_no_more_of_who_has_written_much(bank: WorkerBank) -> None:
    texts = (*CASH, *HIRING)
    for number in range(4):
        publish(bank, f"other{number}", texts[number : number + 3])
    counts = []
    for name, before in (("few", FEW), ("many", MANY)):
        peer = publish(bank, name, tuple(texts[n % len(texts)] for n in range(before)))
        bank.clock.advance(minutes=5)
        bank.work()
        title, text = texts[-1]
        bank.send(peer, peer.post(before + 1, 1, f"{title} {name}", f"{text} {name}", before))
        with counted_statements() as statements:
            bank.work()
        counts.append(len(statements))
    few, many = counts
    assert many <= 1.2 * few
    assert many <= MAX_STATEMENTS
