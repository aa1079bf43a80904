"""What a driver says when a database is away, in one sentence that says which and gives no password away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bridge.errors import StorageUnavailable

FILE_ERROR_MARKERS = ("disk", "malformed", "not a database")  # SQLite's words, which are no OperationalError


PROGRAM_LIMIT_EXCEEDED = "54"  # class of PostgreSQL's errors: a row, an index entry, a statement that is too large


def _blames_statement(error: BaseException | None) -> bool:
    """Drivers have one class for a database that is away and for a statement that asks too much or makes no sense."""
    code = getattr(error, "sqlite_errorcode", None)  # in the low byte; above it stands which kind of it
    if code is not None:
        return code & 0xFF in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_TOOBIG)
    return str(getattr(error, "sqlstate", None)).startswith(PROGRAM_LIMIT_EXCEEDED)


class ErrorTranslator:
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
            if _blames_statement(error.orig):
                raise  # the database is well, and the same again would not help
            message = str(error.orig)
            # Without a statement it was the connection that failed.
            away = isinstance(error, OperationalError) or error.statement is None
            if away or any(sign in message for sign in FILE_ERROR_MARKERS):
                raise StorageUnavailable(self._sentence(message)) from error
            raise
        except PoolTimeout as error:
            raise StorageUnavailable(self._sentence("all connections are in use")) from error

    def _sentence(self, message: str) -> str:
        if self._password:
            message = message.replace(self._password, "…")
        return f"the database {self._name} cannot be used now: {' '.join(message.split())[:300]}"
