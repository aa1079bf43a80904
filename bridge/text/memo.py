"""Results for short strings, kept: what people write between two spaces, they write again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
MAX_KEPT_CHARACTERS = 40  # a longer string hardly comes again, and many of them would fill the memory
MAX_KEPT_RESULTS = 20_000


class Memo(dict[str, Result]):
    """Answers `memo[string]` with what a pure function makes of the string.

    A dictionary, because asking one is several times quicker than calling a function; forgets all when it is full.
    """

    def __init__(self, compute: Callable[[str], Result]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, string: str) -> Result:
        result = self._compute(string)
        if len(string) <= MAX_KEPT_CHARACTERS:
            if len(self) >= MAX_KEPT_RESULTS:
                self.clear()
            self[string] = result
        return result
