"""What every process of a bridge is made of, put together in one place: settings, database, keys, time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bridge.config import Config
from bridge.storage.blogs.keys import Vault
from bridge.storage.core.database import Database
from bridge.storage.matching import qdrant_index
from bridge.storage.matching.qdrant_index import QdrantIndex

SEALING_PURPOSE = "keys at rest"


def utc_now() -> datetime:
    """The time of this machine; whatever is below is told the time and asks no clock."""
    return datetime.now(UTC)


def open_vault(config: Config) -> Vault:
    """What seals and opens the secrets in the database."""
    return Vault(config.derive_all(SEALING_PURPOSE))


def candidate_index(config: Config) -> QdrantIndex | None:
    """The index that finds candidates beside the database; None: none is configured.

    Raises:
        ConfigError: its client is not installed.
    """
    if not config.qdrant_url:
        return None
    qdrant_index.require_client()
    return QdrantIndex(partial(qdrant_index.connect, config.qdrant_url, config.qdrant_key))


def attach_candidate_index(config: Config, database: Database) -> None:
    """Let transactions ask the configured index for candidates, and the index hear what changes."""
    index = candidate_index(config)
    if index is not None:
        database.attach(index)


@dataclass(eq=False)
class Runtime:
    """The web side adds to it what its routes need, the worker what its stations need."""

    config: Config
    database: Database
    vault: Vault
    clock: Callable[[], datetime]


def open_database(config: Config, *, read_only: bool = False, durable: bool = True) -> Database:
    """The database of the settings; `durable`: whether a commit waits for the disk where nothing else is asked for."""
    return Database.open(
        config.database_url,
        read_only=read_only,
        durable=durable,
        direct_url=config.database_direct_url,
        connections=config.database_connections,
    )


def build_runtime(config: Config, database: Database | None = None, clock: Callable[[], datetime] = utc_now) -> Runtime:
    """A process's own, made once; without a `database` that of the settings is opened."""
    database = database or open_database(config)
    attach_candidate_index(config, database)
    return Runtime(config, database, open_vault(config), clock)
