"""Results for short strings, kept: what people write between two spaces, they write again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
MAX_KEPT_CHARACTERS = 40  # a longer string hardly comes again, and many of them would fill the memory
MAX_KEPT_RESULTS = 20_000


class Memo(dict[str, Result]):
    """Answers `memo[string]` with what a pure function makes of the string.

    A dictionary, because asking one is several times quicker than calling a function. Once it is full, only what is
    asked for again before it is full anew stays in it.
    """

    def __init__(self, compute: Callable[[str], Result]) -> None:
        super().__init__()
        self._compute = compute
        self._before: dict[str, Result] = {}  # what was in it when it was full

    def __missing__(self, string: str) -> Result:
        before = self._before
        result = before[string] if string in before else self._compute(string)
        if len(string) <= MAX_KEPT_CHARACTERS:
            if len(self) >= MAX_KEPT_RESULTS:
                self._before = dict(self)
                self.clear()
            self[string] = result
        return result
