"""One of many processes on many machines: whoever holds PostgreSQL's advisory lock, which goes with its connection."""

from __future__ import annotations

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from bridge.storage.core.database import Database

LOCK_NUMBER = 48_151_624  # beside that of migrations


class SoleHolder:
    """A lock that ends with its process or its connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def holds(self) -> bool:
        """Whether it is this process, now; tries to become it otherwise. A database that is away: it is not."""
        try:
            if self._connection is not None:
                self._connection.execute(select(1))
                return True
            connection = self._database.connect_alone()
            if connection.scalar(select(func.pg_try_advisory_lock(LOCK_NUMBER))):
                self._connection = connection
                return True
            connection.close()
        except SQLAlchemyError:
            self.let_go()
        return False

    def let_go(self) -> None:
        """It is for somebody else."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
