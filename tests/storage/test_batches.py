"""The same question for several keys in one statement: each key gets its own first rows, however many keys."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Select, bindparam, insert, select

from bridge.storage.core.batches import list_for_each
from bridge.storage.core.database import Database
from bridge.storage.core.tables import counters


def first_two(ending: str) -> Select[Any]:
    """The first two counters of a value."""
    same = counters.c.value == bindparam(f"value{ending}")
    return select(counters.c.name).where(same).order_by(counters.c.name).limit(2)


@pytest.mark.parametrize("keys", [0, 1, 5, 70])
def test_each_key_has_its_own_first_rows(database: Database, keys: int) -> None:
    with database.begin() as tx:
        tx.execute(
            insert(counters),
            [{"name": f"{n:02d}{letter}", "value": f"value {n}"} for n in range(70) for letter in "cab"],
        )
        answers = list_for_each(tx, first_two, [{"value": f"value {n}"} for n in range(keys)])
    assert [sorted(rows) for rows in answers] == [[(f"{n:02d}a",), (f"{n:02d}b",)] for n in range(keys)]


def test_a_key_without_rows_has_none(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(insert(counters), [{"name": "a", "value": "x"}])
        assert list_for_each(tx, first_two, [{"value": "nothing"}, {"value": "x"}]) == [[], [("a",)]]
