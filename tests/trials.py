"""How often what is drawn by dice is tried: a few times in each run, many times by `make faults`."""

from __future__ import annotations

import os

THOROUGH_VARIABLE = "MENTOR_BRIDGE_THOROUGH"


def trials(usual: int, thorough: int) -> int:
    """`usual`, or `thorough` for whoever has the time."""
    return thorough if os.environ.get(THOROUGH_VARIABLE) else usual
