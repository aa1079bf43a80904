"""What a driver says when a database is away, in one sentence that says which and gives no password away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bridge.errors import StorageUnavailable

OF_THE_FILE = ("disk", "malformed", "not a database")  # SQLite's words, which are no OperationalError


class Named:
    """A database by a name without its password, and what a driver says of it in a sentence without it, too."""

    def __init__(self, url: URL) -> None:
        self._password = str(url.password or url.query.get("password", "") or "")
        where = f"{url.host or 'this machine'}" + (f", port {url.port}" if url.port else "")
        self._name = str(url.database) if url.get_backend_name() == "sqlite" else f"{url.database} on {where}"

    @contextmanager
    def translated(self) -> Iterator[None]:
        """What is nobody's mistake in a statement is the storage's, and waited for."""
        try:
            yield
        except DBAPIError as error:
            if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
                raise  # a statement that makes no sense: the database is well
            said = str(error.orig)
            # Without a statement it was the connection that failed.
            away = isinstance(error, OperationalError) or error.statement is None
            if away or any(sign in said for sign in OF_THE_FILE):
                raise StorageUnavailable(self._sentence(said)) from error
            raise
        except PoolTimeout as error:
            raise StorageUnavailable(self._sentence("all connections are in use")) from error

    def _sentence(self, said: str) -> str:
        if self._password:
            said = said.replace(self._password, "…")
        return f"the database {self._name} cannot be used now: {' '.join(said.split())[:300]}"
