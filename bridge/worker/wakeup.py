"""How those who wait for work are woken: one by one."""

from __future__ import annotations

import threading


class WakeOne:
    """Wakes one of the threads that wait for the same kind of work; whoever finds some wakes the next.

    Twenty that all look for work each time somebody publishes take more from the one that computes than they do.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = False

    def ring(self, *, for_all: bool = False) -> None:
        """There may be work; nobody waiting: for whoever waits next."""
        with self._condition:
            self._rung = True
            if for_all:
                self._condition.notify_all()
            else:
                self._condition.notify()

    def wait(self) -> None:
        """Until it rings for us."""
        with self._condition:
            if not self._rung:
                self._condition.wait()
            self._rung = False
