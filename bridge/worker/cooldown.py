"""How long an entity rests after it was worked at: by what that cost, so that a small bank answers at once."""

from __future__ import annotations

from datetime import timedelta

from bridge.operations.stations import Station
from bridge.storage.core.job_leases import Job

COOLDOWN_FACTOR = 2
MAX_COOLDOWN = timedelta(seconds=5)
# Figures of a blog are read now and then: of twenty comments in a minute a large blog makes two tallies.
TALLY_COOLDOWN_FACTOR = 50
MAX_TALLY_COOLDOWN = timedelta(seconds=60)


class Cooldowns:
    """Remembers who was refreshed for new weights only."""

    def __init__(self) -> None:
        self._following: set[str] = set()  # authors whose next refresh follows new weights, not news

    def after(self, task: Job, cost: timedelta) -> timedelta:
        """The rest that a run asks for."""
        if task.station == Station.FOLLOW:
            self._following.add(task.entity)
        if task.station == Station.REFRESH and task.entity in self._following:
            self._following.discard(task.entity)
            return timedelta()  # nobody has had anything of this run: who publishes next does not pay for it
        if task.station == Station.TALLY:
            return min(TALLY_COOLDOWN_FACTOR * cost, MAX_TALLY_COOLDOWN)
        return min(COOLDOWN_FACTOR * cost, MAX_COOLDOWN)
