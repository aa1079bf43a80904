"""Which kind of due work has the next turn, and who may work while something is tried alone."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bridge.operations.stations import Station
from bridge.storage.core.job_queues import Queue

# New weights may wait for those who have just published, but not for a blog that sends its archive: its authors
# would all be refreshed in the old ones and then again.
MAX_DEFERRAL: dict[str, timedelta] = {Station.EPOCH: timedelta(seconds=10)}
# While an archive comes in, each tenth of it would ask for new weights.
MAX_DEFERRAL_DURING_ARCHIVE = timedelta(minutes=1)
MAX_ARCHIVE_DEFERRAL = timedelta(seconds=10)  # an archive may wait for a stream of news, and then has its turn
ARCHIVE_QUEUE = Queue(Station.ABSORB, unfinished=True)


class Scheduler:
    """Stations in their order; what did not finish in its turn has every second one, and those in turn."""

    def __init__(self, stations: Sequence[str]) -> None:
        self._stations = stations
        self._served: dict[str, int] = {}  # number of the last turn that ended before its work
        self._number = 0

    def served(self, station: str, *, unfinished: bool) -> None:
        """Somebody had a turn."""
        self._number += 1
        if unfinished:
            self._served[station] = self._number

    def order(self, due: Mapping[Queue, datetime], now: datetime) -> list[Queue]:
        """Which to try first; `due`: since when."""
        kept_back = self._kept_back(due, now)
        news = [queue for queue in due if not self._in_turns(queue) and queue not in kept_back]
        news.sort(key=lambda queue: (self._place(queue, due[queue], now), due[queue]))
        more = sorted(
            (queue for queue in due if self._in_turns(queue)), key=lambda queue: self._served.get(queue.station, 0)
        )
        if more and self._number and self._served.get(more[-1].station) == self._number:
            return [*news, *more]  # the last turn was one of theirs
        late = ARCHIVE_QUEUE in more and now - due[ARCHIVE_QUEUE] > MAX_ARCHIVE_DEFERRAL
        first = [] if late else [queue for queue in news if queue.station == Station.ABSORB]
        return [*first, *more, *(queue for queue in news if queue not in first)]

    @staticmethod
    def _in_turns(queue: Queue) -> bool:
        return queue.unfinished and queue.station in (Station.ABSORB, Station.EPOCH)

    def _kept_back(self, due: Mapping[Queue, datetime], now: datetime) -> set[Queue]:
        fresh = Queue(Station.EPOCH)
        kept_back = {
            queue for queue in due if queue.station == Station.SWEEP and Queue(Station.EPOCH, unfinished=True) in due
        }
        if ARCHIVE_QUEUE in due and fresh in due and now - due[fresh] < MAX_DEFERRAL_DURING_ARCHIVE:
            kept_back.add(fresh)
        return kept_back

    def _place(self, queue: Queue, since: datetime, now: datetime) -> tuple[int, bool]:
        """Whatever is still patient stands behind refreshing."""
        patient = now - since < MAX_DEFERRAL.get(queue.station, timedelta())
        return self._stations.index(Station.REFRESH if patient else queue.station), patient


class ExclusiveMode:
    """Lets one piece of work be alone: who calls blogs begins nothing new, and those who are at it are waited for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._asked = False

    def enter(self) -> bool:
        """Begin something, unless quiet is asked for."""
        with self._lock:
            self._inside += not self._asked
            return not self._asked

    def leave(self) -> None:
        """It is done."""
        with self._lock:
            self._inside -= 1

    def ask(self) -> bool:
        """From now on nobody begins; True once nobody is at it."""
        with self._lock:
            self._asked = True
            return self._inside == 0

    def over(self) -> None:
        """Everybody may begin again."""
        with self._lock:
            self._asked = False
