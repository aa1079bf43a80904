"""One statement that asks the same of several keys, where each answer has a limit and an order of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVarTuple

from sqlalchemy import CompoundSelect, Connection, Select, literal_column, select, union_all

Columns = TypeVarTuple("Columns")
KEYS_PER_STATEMENT = (1, 4, 16, 64)  # few sizes, so that few statements have to be made; no key answers the padding


def list_for_each(
    tx: Connection, question: Callable[[str], Select[*Columns]], keys: Sequence[Mapping[str, object]]
) -> list[list[tuple[*Columns]]]:
    """The rows that a question has for each of some keys, in the order of the keys.

    Args:
        question: the statement for one key, given what the names of its parameters end with; a function of a module.
        keys: {name of a parameter: value}.
    """
    answers: list[list[tuple[*Columns]]] = [[] for _ in keys]
    for start in range(0, len(keys), KEYS_PER_STATEMENT[-1]):
        part = keys[start : start + KEYS_PER_STATEMENT[-1]]
        size = next(size for size in KEYS_PER_STATEMENT if size >= len(part))
        padding = [dict.fromkeys(part[0])] * (size - len(part))
        values = {f"{name}_{n}": value for n, key in enumerate([*part, *padding]) for name, value in key.items()}
        for row in tx.execute(_all_in_one(question, size), values):
            answers[start + row[0]].append(tuple(row[1:]))
    return answers


@lru_cache(maxsize=32)
def _all_in_one(question: Callable[[str], Select[*tuple[Any, ...]]], size: int) -> CompoundSelect[Any]:
    parts = [question(f"_{n}").subquery() for n in range(size)]
    return union_all(*(select(literal_column(str(n)).label("place"), *part.c) for n, part in enumerate(parts)))
