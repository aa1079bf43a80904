"""`serve`, `web`, `worker`, `migrate`: the processes of a bridge.

`serve` is one command for two processes: the web side in gunicorn with threads, and a worker that it starts,
watches and stops.
"""

from __future__ import annotations

import signal
import threading

import click
import structlog

from bridge import logs
from bridge.cli.common import context_for, load_settings, open_for_writing, say_line
from bridge.config import Config
from bridge.errors import ConfigError
from bridge.runtime import open_database, utc_now
from bridge.server.gunicorn import Server
from bridge.server.keeper import Keeper
from bridge.server.startup import check_port, freeze_loaded_objects, migrate_and_check, single_process
from bridge.webhooks.call_counts import open_redis
from bridge.worker import fleet, restore_detection
from bridge.worker.context import Context
from bridge.worker.fleet import QUEUES
from bridge.worker.loop import Worker
from bridge.worker.sweeper import Sweeper

log = structlog.get_logger("serve")

host_option = click.option("--host", default=None, help="Where to listen (HOST, 127.0.0.1).")
port_option = click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port (PORT, 8000).")


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
@click.option("--queues", metavar="NAMES", help=f"As a part of a fleet (BROKER_URL): some of {', '.join(QUEUES)}.")
@click.option("--processes", type=click.IntRange(1, 256), default=2, show_default=True, help="Of a part of a fleet.")
def worker(queues: str | None, processes: int) -> None:
    """The work side alone."""
    logs.configure_logs()
    if queues is not None:
        _work_in_fleet(queues.split(","), processes)
        return
    with open_for_writing(durable=False) as (config, database), single_process(config, "worker"):
        restore_detection.detect_restore(database, config.home, utc_now)
        running = Worker(context_for(config, database), alone=config.on_sqlite)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: running.stop())
        freeze_loaded_objects()
        log.info("worker ready")
        with restore_detection.recording_watermark(database, config.home, utc_now):
            running.run()


def _work_in_fleet(queues: list[str], processes: int) -> None:
    if unknown := sorted(set(queues) - QUEUES.keys()):
        raise click.UsageError(f"--queues: {', '.join(unknown)} is none of {', '.join(QUEUES)}.")
    config = _fleet_settings()

    def open_context() -> Context:
        freeze_loaded_objects()
        return context_for(config, open_database(config, durable=False))

    fleet.run(config.broker_url, queues, processes, open_context)


def _fleet_settings() -> Config:
    config = load_settings()
    if config.on_sqlite:
        raise ConfigError("DATABASE_URL: a fleet needs PostgreSQL. `bridge migrate-database` leads there.")
    fleet.make_app(config.broker_url)
    migrate_and_check(config)
    return config


@click.command()
def sweep() -> None:
    """Of a fleet: goes over the whole bank and tells the others what is due. One works, more of them stand by."""
    logs.configure_logs()
    config = _fleet_settings()
    database = open_database(config, durable=False)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    sweeper = Sweeper(context_for(config, database), fleet.make_app(config.broker_url))
    freeze_loaded_objects()
    log.info("sweep ready")
    with restore_detection.recording_watermark(database, config.home, utc_now):
        sweeper.run(stopping)
    database.close()


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
        keeper = Keeper()
        keeper.start()
        try:
            _serve_web(config)
        finally:
            keeper.stop()


def _serve_web(config: Config) -> None:
    if config.limits_url:
        open_redis(config.limits_url)  # that its client is missing is said here, not by a process that ends
    say_line(f"Listening on {config.public_url} (http://{config.host}:{config.port})", err=True)
    Server(config).run()
