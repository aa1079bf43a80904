"""Sixty days of a bank of 1,000 mentors and 5,000 asks, on SQLite: who hears what, and how soon."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.worker.context import Context
from tests.asks.simulation import DAYS, MEDIAN_HOURS, SPREAD, Simulation, gini
from tests.conftest import Clock
from tests.runtime import runtime_on
from tests.worker.conftest import RecordingClient

MENTORS, ASKED = 1_000, 5_000


def measure() -> dict[str, Any]:
    """The simulation once, with the share that heard something within two weeks."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{Path(folder) / 'bridge.sqlite'}", durable=False)
        migrate.upgrade(database)
        clock = Clock()
        context = Context(runtime_on(database, clock), RecordingClient())
        began = time.monotonic()
        sixty = Simulation(context, clock, MENTORS, ASKED, seed=18).run()
        database.close()
    return {
        "days": DAYS,
        "mentors": MENTORS,
        "asked": sixty.asked,
        "answer_hours": {"median": MEDIAN_HOURS, "spread": SPREAD},
        "heard_within_14_days": sum(wait.total_seconds() <= 14 * 86_400 for wait in sixty.waits) / max(1, sixty.asked),
        "median_hours": round(sixty.median_hours, 1),
        "without_three_others": sixty.without_alternatives,
        "most_over_capacity": sixty.most_over_capacity,
        "gini_of_proposals": round(gini(list(sixty.proposals.values())), 3),
        "seconds": round(time.monotonic() - began, 1),
    }
