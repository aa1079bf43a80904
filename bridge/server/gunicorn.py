"""gunicorn, whose workers wait for the head of a request as long as for its body, and no longer.

Without that, as many senders as there are threads, each dripping a head, keep everybody out for as long as they like.
`Server` is what `bridge serve` and `bridge web` run. In a gunicorn of the operator's own, `guard_running_worker` gives
the worker that loads `wsgi:app` the same time-limit, whichever of gunicorn's two plain classes it is of.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, ClassVar

import structlog
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers import gthread, sync
from gunicorn.workers.base import Worker

from bridge.app import create_app
from bridge.config import Config
from bridge.errors import ConfigError
from bridge.runtime import build_runtime
from bridge.server.parent_death import end_with
from bridge.server.startup import GRACE_SECONDS, freeze_loaded_objects
from bridge.web.read_deadline import HEAD_DEADLINE_SECONDS, ReadDeadline

log = structlog.get_logger("serve")

MAX_HEADER_BYTES = 8190


class PatientWorker(gthread.ThreadWorker):  # type: ignore[misc]
    """Threads, none of which waits for a head for ever, or at all for who says nothing; gone with the master."""

    heads: ClassVar[ReadDeadline] = ReadDeadline(HEAD_DEADLINE_SECONDS)

    def init_process(self) -> None:
        """Begin, right after the fork: end with the master from now on."""
        end_with(self.ppid)
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Read and answer a request; a connection that has not said anything yet waits without a thread."""
        if not conn.initialized and not conn.data_ready and not conn.wait_for_data(0):
            return gthread._DEFER
        with self.heads.with_sender(conn.sock):
            return super().handle(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head has been read, which ends the watch over it."""
        self.heads.read(conn.sock)
        return super().handle_request(req, conn)


class PatientSyncWorker(sync.SyncWorker):  # type: ignore[misc]
    """One request at a time, none of which waits for its head for ever."""

    heads: ClassVar[ReadDeadline] = ReadDeadline(HEAD_DEADLINE_SECONDS)

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Read and answer the request of a connection."""
        with self.heads.with_sender(client):
            super().handle(listener, client, addr)

    def handle_request(self, listener: Any, req: Any, client: Any, addr: Any) -> None:
        """Answer a request whose head has been read, which ends the watch over it."""
        self.heads.read(client)
        super().handle_request(listener, req, client, addr)


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with threads, in one process."""

    def __init__(self, config: Config) -> None:
        self.bridge = config
        super().__init__()

    def load_config(self) -> None:
        """What an operator's command or configuration file would say."""
        host = f"[{self.bridge.host}]" if ":" in self.bridge.host else self.bridge.host
        options: dict[str, Any] = {
            "bind": f"{host}:{self.bridge.port}",
            "worker_class": PatientWorker,
            "workers": 1,
            "threads": self.bridge.threads,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 60,
            "keepalive": 30,
            "loglevel": "warning",
            "control_socket_disable": True,
            "limit_request_field_size": MAX_HEADER_BYTES,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application. After the fork: threads and connections begin where they are used."""
        app = create_app(build_runtime(self.bridge))
        freeze_loaded_objects()
        return app


def guard_running_worker() -> None:
    """Have the gunicorn worker that loads the application now wait no longer than ours; say so where that cannot be."""
    worker = _loading_worker()
    if worker is None or isinstance(worker, PatientWorker):
        return
    kind = type(worker)
    if kind is gthread.ThreadWorker:
        worker.__class__ = PatientWorker
        return
    if kind is sync.SyncWorker:
        worker.__class__ = PatientSyncWorker
        lack = "answers one request at a time, so a slow sender holds up everybody for some seconds"
    else:
        lack = "does not limit how long a sender may take for the head of a request"
    log.warning(f"this class of gunicorn's workers {lack}; start it with --threads 32", worker_class=kind.__name__)


def refuse_preloading() -> None:
    """Raise before anything is opened, if gunicorn loads the application before it forks.

    Connections and locks would be shared by all processes, and no sender's time would be limited.

    Raises:
        ConfigError: it was started with --preload.
    """
    if _loading_worker() is None and any(isinstance(caller, Arbiter) for caller in _callers()):
        raise ConfigError(
            "gunicorn's --preload opens the database before it forks, and its processes would share what each needs "
            "for itself; start it without --preload (preload_app)."
        )


def _loading_worker() -> Worker | None:
    """The worker that calls us, to load the application; None in another server, or before gunicorn forks."""
    return next((caller for caller in _callers() if isinstance(caller, Worker)), None)


def _callers() -> Iterator[object]:
    """The objects whose methods are being run, from the inside."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        yield frame.f_locals.get("self")
