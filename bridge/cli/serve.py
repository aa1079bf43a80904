"""`serve`, `web`, `worker`, `migrate`: the processes of a bridge.

`serve` is one command for two processes: the web side in gunicorn with threads, and a worker that it starts,
watches and stops. Computing in a process of its own never delays an acknowledgement.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click
import structlog
from gunicorn.app.base import BaseApplication
from gunicorn.workers import gthread

from bridge import logs
from bridge.app import create_app
from bridge.cli.common import context_for, load_settings, now, open_for_writing, say_line
from bridge.cli.parent_death import end_with
from bridge.config import Config
from bridge.errors import ConfigError
from bridge.storage.core import migrate as schema
from bridge.storage.core.database import Database, single_instance
from bridge.text import language
from bridge.webhooks.read_deadline import HEAD_DEADLINE_SECONDS, ReadDeadline
from bridge.worker import restore_detection
from bridge.worker.loop import Worker

log = structlog.get_logger("serve")

WORKER_NICENESS = 9  # niceness of the worker beside the web side: a seventh of its share when both want a core
ORPHAN_END_SECONDS = 3  # seconds that what a killed parent left behind may take to end
GRACE_SECONDS = 10  # seconds that running requests and work get to end
host_option = click.option("--host", default=None, help="Where to listen (HOST, 127.0.0.1).")
port_option = click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port (PORT, 8000).")


def single_process(config: Config, what: str, patience: float = ORPHAN_END_SECONDS) -> AbstractContextManager[None]:
    """On SQLite one process of a kind; PostgreSQL takes any number. `patience`: seconds to wait for one that ends."""
    if not config.on_sqlite:
        return nullcontext()
    path = Path(config.database_url.removeprefix("sqlite:///"))
    return single_instance(path.with_name(f"{path.name}.{what}"), what, patience)


def freeze_loaded_objects() -> None:
    """Never again look through it for garbage: that holds up everybody for a fifth of a second."""
    language.language_model()  # nor does the first text wait for it
    gc.collect()
    gc.freeze()


def check_port(config: Config) -> None:
    """Before anything is made or said: can we listen there?

    Raises:
        ConfigError: somebody else does, or we may not.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise ConfigError(
                f"HOST, PORT: cannot listen on {config.host}, port {config.port} ({error.strerror}). "
                "Stop what listens there, or choose another port (--port, PORT)."
            ) from None


def migrate_and_check(config: Config) -> None:
    """Bring the database up to date, and see whether it is from a backup, before anybody works on it."""
    database = Database.open(config.database_url)
    try:
        schema.upgrade(database)
        restore_detection.detect_restore(database, config.home, now)
    finally:
        database.close()


class PatientWorker(gthread.ThreadWorker):  # type: ignore[misc]
    """Threads that wait for the head of a request as long as for its body, and no longer; gone with the master."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._patience = ReadDeadline(HEAD_DEADLINE_SECONDS)

    def init_process(self) -> None:
        """The first thing after the fork."""
        end_with(self.ppid)
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """A connection that has something to say; one that has not said anything yet waits without a thread."""
        if not conn.initialized and not conn.data_ready and not conn.wait_for_data(0):
            return gthread._DEFER
        with self._patience.with_sender(conn.sock):
            return super().handle(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """A request whose head has been read."""
        self._patience.read(conn.sock)
        return super().handle_request(req, conn)


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with threads, in one process."""

    def __init__(self, config: Config) -> None:
        self.bridge = config
        super().__init__()

    def load_config(self) -> None:
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
            "limit_request_field_size": 8190,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # After the fork: threads and connections begin where they are used.
        app = create_app(self.bridge)
        freeze_loaded_objects()
        return app


def _serve_web(config: Config) -> None:
    say_line(f"Listening on {config.public_url} (http://{config.host}:{config.port})", err=True)
    _Server(config).run()


@click.command()
@host_option
@port_option
def web(host: str | None, port: int | None) -> None:
    """The web side alone."""
    logs.configure_logs()
    config = load_settings(host, port)
    with single_process(config, "web"):
        check_port(config)
        migrate_and_check(config)
        _serve_web(config)


@click.command()
def worker() -> None:
    """The work side alone."""
    logs.configure_logs()
    with open_for_writing(durable=False) as (config, database), single_process(config, "worker"):
        restore_detection.detect_restore(database, config.home, now)
        running = Worker(context_for(config, database), alone=config.on_sqlite)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: running.stop())
        freeze_loaded_objects()
        log.info("worker ready")
        with restore_detection.recording_watermark(database, config.home, now):
            running.run()


@click.command()
def migrate() -> None:
    """Bring the database up to date."""
    with open_for_writing():
        say_line("The database is up to date.", err=True)


@click.command()
@host_option
@port_option
def serve(host: str | None, port: int | None) -> None:
    """Everything in one command."""
    run_all(load_settings(host, port))


def run_all(config: Config) -> None:
    """The web side here, a worker beside it, until told to stop."""
    logs.configure_logs()
    with single_process(config, "web"):
        check_port(config)
        migrate_and_check(config)
        keeper = _Keeper()
        keeper.start()
        try:
            _serve_web(config)
        finally:
            keeper.stop()


class _Keeper(threading.Thread):
    """Starts the worker process, and again if it ends by itself."""

    def __init__(self) -> None:
        super().__init__(name="keeper", daemon=True)
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._parent = os.getpid()

    def run(self) -> None:
        pause = 0.5
        while not self._stopping.is_set():
            began = time.monotonic()
            # Of this thread, which lives as long as the process: the worker ends with it.
            command = [sys.executable, "-m", "bridge.cli.worker", str(self._parent)]
            self._process = subprocess.Popen(command)  # noqa: S603 - our own
            # Whoever computes can wait; whoever sends an event waits for its answer.
            lowered = min(os.getpriority(os.PRIO_PROCESS, 0) + WORKER_NICENESS, 19)  # nobody may raise what they run at
            os.setpriority(os.PRIO_PROCESS, self._process.pid, lowered)
            status = self._process.wait()
            if self._stopping.is_set():
                return
            pause = 0.5 if time.monotonic() - began > 60 else min(pause * 2, 30)
            log.error("the worker ended by itself; it is started again", status=status, again_in=pause)
            self._stopping.wait(pause)

    def stop(self) -> None:
        """End the worker, gracefully at first."""
        self._stopping.set()
        if self._process is None or os.getpid() != self._parent:
            return
        self._process.terminate()
        try:
            self._process.wait(GRACE_SECONDS + 15)
        except subprocess.TimeoutExpired:
            self._process.kill()
