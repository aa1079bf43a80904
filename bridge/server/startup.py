"""What a process makes sure of before it serves: that it is alone where it must be, and that the database is ready."""

from __future__ import annotations

import gc
import socket
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from bridge.config import Config
from bridge.errors import ConfigError
from bridge.runtime import open_database, utc_now
from bridge.storage.core import migrate
from bridge.storage.core.write_lock import single_instance
from bridge.text import language
from bridge.worker import restore_detection

GRACE_SECONDS = 10  # seconds that running requests and work get to end
ORPHAN_END_SECONDS = 3  # seconds that what a killed parent left behind may take to end


def single_process(config: Config, kind: str, patience: float = ORPHAN_END_SECONDS) -> AbstractContextManager[None]:
    """On SQLite one process of a kind; PostgreSQL takes any number. `patience`: seconds to wait for one that ends."""
    if not config.on_sqlite:
        return nullcontext()
    path = Path(config.database_url.removeprefix("sqlite:///"))
    return single_instance(path.with_name(f"{path.name}.{kind}"), kind, patience)


def freeze_loaded_objects() -> None:
    """Take all that is loaded out of garbage collection, which would hold up everybody for a fifth of a second."""
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
    database = open_database(config)
    try:
        migrate.upgrade(database)
        restore_detection.detect_restore(database, config.home, utc_now)
    finally:
        database.close()
