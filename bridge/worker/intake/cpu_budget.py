"""What one object may cost: everybody's posts are read one after the other."""

from __future__ import annotations

import time
from functools import cache

from bridge.errors import TooCostly

# Seconds of the processor, on one on which `_measure_processor` takes as long as `REFERENCE_SECONDS`. The longest post
# that may be sent takes a third of it, one of 1,000 words a hundredth.
CPU_BUDGET_SECONDS = 0.5
REFERENCE_SECONDS = 0.0029  # measured where a post of 1,000 words takes 5 ms
REFERENCE_STEPS = 20_000
MAX_SLOWNESS = 4.0  # times: a processor slower than that has no more patience


@cache
def cpu_budget_seconds() -> float:
    """The budget on this machine: a slow processor sets no ordinary text aside that a quick one reads."""
    return CPU_BUDGET_SECONDS * min(MAX_SLOWNESS, max(1.0, _measure_processor() / REFERENCE_SECONDS))


def _measure_processor() -> float:
    """Seconds that a small piece of work takes, by the run that was disturbed least."""
    return min(_work_once() for _ in range(5))


def _work_once() -> float:
    began = time.thread_time()
    counts: dict[str, int] = {}
    for number in range(REFERENCE_STEPS):
        word = str(number % 997)
        counts[word] = counts.get(word, 0) + 1
    return time.thread_time() - began


class CpuBudget:
    """Seconds of the processor from now on, in this thread: what others do meanwhile does not count."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = cpu_budget_seconds() if seconds is None else seconds
        self._until = time.thread_time() + self._seconds

    def check(self) -> None:
        """Raise `TooCostly` once they are spent."""
        if time.thread_time() > self._until:
            raise TooCostly(
                f"Its text takes more than {self._seconds:.2g} s of the processor to read, as no ordinary one does. "
                "Look at it for markup that never ends, and publish it again without."
            )
