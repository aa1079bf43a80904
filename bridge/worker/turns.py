"""A station's turn: so many objects or so much time, then the next blog's work has its turn.

Stations that have more to do end at the first seam after that and say so (`UNFINISHED`); the worker takes them up again
behind the news of others. Told to stop, every turn is over at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

TURN_SECONDS = 1.0
TURN_OBJECTS = 200


class Continuation(Enum):
    """How a station says that it wants another turn."""

    UNFINISHED = "unfinished"


UNFINISHED: Final = Continuation.UNFINISHED
# None: until something makes it due again; a time: then, by itself; UNFINISHED: as soon as the others had their turn.
TurnOutcome = datetime | Continuation | None


def never_stopping() -> bool:
    """Nobody tells us to stop."""
    return False


@dataclass
class Turn:
    """How long a station may go on, counted from when this is made; without limits where nobody waits."""

    seconds: float = float("inf")
    objects: float = float("inf")
    stopping: Callable[[], bool] = never_stopping
    alone: bool = False  # what is worked at is suspected of ending the process: nothing else runs beside it
    thorough: bool = True  # False: nothing is due but to bring what is written down already
    done: int = 0  # objects
    _began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        """Whether to end at the next seam."""
        return self._at_least(1)

    @property
    def half_over(self) -> bool:
        """Whether something large is better begun in another turn."""
        return self._at_least(0.5)

    def _at_least(self, share: float) -> bool:
        spent = time.monotonic() - self._began >= share * self.seconds
        return spent or self.done >= self.objects or self.stopping()
