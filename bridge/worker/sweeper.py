"""The one process of a fleet that goes over the whole bank and tells the others what is due; more of them stand by."""

from __future__ import annotations

import threading
from typing import Any

import structlog

from bridge.storage.core.sole_holder import SoleHolder
from bridge.worker.context import Context
from bridge.worker.dispatcher import Dispatcher
from bridge.worker.fleet import BANK_STATIONS
from bridge.worker.loop import Lane, Worker

log = structlog.get_logger("fleet")

STANDBY_INTERVAL_SECONDS = 1.0


class Sweeper:
    """Works while it is the only one, and stands by while another is."""

    def __init__(self, context: Context, app: Any) -> None:
        """`app`: a Celery application (`fleet.make_app`)."""
        self._context = context
        self._app = app
        self._holder = SoleHolder(context.database)

    def run(self, stopping: threading.Event) -> None:
        """Until told to stop."""
        while not stopping.is_set():
            if self._holder.holds():
                log.info("sweeping")
                self._work(stopping)
            stopping.wait(STANDBY_INTERVAL_SECONDS)
        self._holder.let_go()

    def _work(self, stopping: threading.Event) -> None:
        over = threading.Event()
        worker = Worker(self._context, alone=False, lanes=(Lane(BANK_STATIONS),))
        dispatcher = Dispatcher(self._app, self._context.database, self._context.clock)
        threads = [
            threading.Thread(target=worker.run, name="bank"),
            threading.Thread(target=dispatcher.run, args=(over.is_set,), name="dispatcher"),
        ]
        for thread in threads:
            thread.start()
        while not stopping.is_set() and self._holder.holds() and all(thread.is_alive() for thread in threads):
            stopping.wait(STANDBY_INTERVAL_SECONDS)
        over.set()
        worker.stop()
        for thread in threads:
            thread.join()
