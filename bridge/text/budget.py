"""How much of the processor the reading of one object may take.

The texts are read without a clock: whoever asks brings one (``worker.intake.cpu_budget``).
"""

from __future__ import annotations

from typing import Protocol


class Budget(Protocol):
    """Asked between the steps of reading, and within the long ones."""

    def check(self) -> None:
        """Raise `TooCostly` once it is spent."""


class _Boundless:
    def check(self) -> None:
        """There is always some left."""


UNLIMITED: Budget = _Boundless()
