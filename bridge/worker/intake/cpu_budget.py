"""What one object may cost: everybody's posts are read one after the other."""

from __future__ import annotations

import time

from bridge.errors import TooCostly

CPU_BUDGET_SECONDS = (
    0.5  # of the processor. The longest post that may be sent takes a third of it, one of 1,000 words a hundredth
)


class CpuBudget:
    """Seconds of the processor from now on, in this thread: what others do meanwhile does not count."""

    def __init__(self, seconds: float = CPU_BUDGET_SECONDS) -> None:
        self._seconds = seconds
        self._until = time.thread_time() + seconds

    def check(self) -> None:
        """Raise `TooCostly` once they are spent."""
        if time.thread_time() > self._until:
            raise TooCostly(
                f"Its text takes more than {self._seconds:g} s of the processor to read, as no ordinary one does. "
                "Look at it for markup that never ends, and publish it again without."
            )
