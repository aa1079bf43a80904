"""The stations on many machines: Celery over RabbitMQ says to which process a job goes, and the jobs table all else.

A message holds the names of a station and an entity and nothing more. Whether that job is due, who has it, how it ended
and when it is tried again stands in the database: a message that is lost, doubled or late does no harm (`dispatcher`).
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import structlog

from bridge.errors import ConfigError, StorageUnavailable
from bridge.operations.stations import Station
from bridge.worker.claims import Claims
from bridge.worker.context import Context
from bridge.worker.job_runner import JobRunner, settle
from bridge.worker.leases import RENEW_INTERVAL_SECONDS

log = structlog.get_logger("fleet")

QUEUES: dict[str, tuple[Station, ...]] = {
    "absorb": (Station.ABSORB,),
    "refresh": (Station.REFRESH, Station.FOLLOW),
    "tally": (Station.TALLY,),
    "push": (Station.PUSH, Station.POKE),
}
# What concerns the whole bank: `bridge sweep` alone.
BANK_STATIONS = (
    Station.EPOCH,
    Station.SWEEP,
    Station.RETAIN,
    Station.ASKS,
    Station.ALERT,
    Station.PUBLISH,
    Station.MAIL,
)
WAITING_QUEUES = {"push"}  # these wait for blogs, so threads will do
TASK = "bridge.job"
DELIVERY_LIMIT = 20  # times that RabbitMQ hands out what ended its process; the jobs table sets it aside long before


@cache
def make_app(broker_url: str) -> Any:
    """The Celery application: quorum queues, confirmed messages, one at a time, gone only when done.

    Raises:
        ConfigError: Celery is not installed, or there is no broker.
    """
    if not broker_url:
        raise ConfigError("BROKER_URL: a fleet needs RabbitMQ. Give amqp://user:password@host/virtual-host.")
    try:
        from celery import Celery
        from kombu.entity import Exchange, Queue
    except ModuleNotFoundError:
        raise ConfigError("A fleet needs Celery. Install it: pip install 'mentor-bridge[fleet]'") from None
    app = Celery("bridge", broker=broker_url, set_as_current=False)
    exchange = Exchange("bridge", durable=True)
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": DELIVERY_LIMIT}
    app.conf.update(
        task_queues=[Queue(name, exchange, routing_key=name, queue_arguments=arguments) for name in QUEUES],
        task_default_queue="absorb",
        task_default_exchange="bridge",
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_detect_quorum_queues=True,  # each consumer has a limit of its own: quorum queues know no other
        broker_native_delayed_delivery_queue_type="classic",  # made by Celery, and never used here
        broker_transport_options={"confirm_publish": True},
        broker_connection_retry_on_startup=True,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
    )
    return app


class JobHandler:
    """Does in one process what it is sent: claims it, holds it while it runs, notes how it ended."""

    def __init__(self, context: Context) -> None:
        self._context = context
        owner = secrets.token_hex(8)
        self._claims = Claims(context, owner, alone=False)
        self._runner = JobRunner(context, owner, self._claims, lambda: False)  # a turn is short
        threading.Thread(target=self._renew, name="leases", daemon=True).start()

    def do(self, station: str, entity: str) -> None:
        """A turn of this job, if it is due and nobody has it."""
        try:
            job = self._claims.by_name(Station(station), entity)
        except StorageUnavailable as error:
            log.warning("storage unavailable", error=str(error))
            time.sleep(error.retry_after)  # the dispatcher sends it again
            return
        if job is not None:
            self._runner.do(job)

    def _renew(self) -> None:
        while True:
            time.sleep(RENEW_INTERVAL_SECONDS / 2)
            settle(self._claims.leases.renew)


def run(broker_url: str, queues: Sequence[str], processes: int, open_context: Callable[[], Context]) -> None:
    """Work until SIGTERM: what is running is finished, what was fetched goes back to the queue."""
    app = make_app(broker_url)
    from celery import signals

    handlers: dict[int, JobHandler] = {}  # by process: connections do not survive a fork
    lock = threading.Lock()

    def do(station: str, entity: str) -> None:
        with lock:
            handler = handlers.get(os.getpid()) or handlers.setdefault(os.getpid(), JobHandler(open_context()))
        handler.do(station, entity)

    app.task(do, name=TASK)
    signals.setup_logging.connect(lambda **_: None, weak=False)  # ours is set up already
    signals.worker_ready.connect(lambda **_: log.info("worker ready", queues=list(queues)), weak=False)
    pool = "threads" if set(queues) <= WAITING_QUEUES else "prefork"
    options = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")
    app.worker_main(["worker", "-Q", ",".join(queues), "--concurrency", str(processes), "--pool", pool, *options])
