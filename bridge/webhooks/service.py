"""What the routes need, made once for a web process."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from bridge.config import Config
from bridge.storage.database import Database
from bridge.storage.ingest import GroupCommit
from bridge.storage.keys import Vault
from bridge.webhooks.gate import Gate
from bridge.webhooks.limits import Limits
from bridge.wordpress.transport import Door


class Service:
    """The web side's hands."""

    def __init__(
        self, config: Config, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.config = config
        self.database = database
        self.clock = clock
        self.vault = Vault([config.derive("keys at rest")])
        self.limits = Limits(config)
        self.gate = Gate(database, self.vault, self.limits)
        self.door = Door(allow_private=config.allow_private_addresses)
        self._ingest: tuple[int, GroupCommit] | None = None
        self._lock = threading.Lock()

    @property
    def ingest(self) -> GroupCommit:
        """The writer thread of this process, begun at the first use: threads do not survive a fork."""
        if self._ingest is None or self._ingest[0] != os.getpid():
            with self._lock:
                if self._ingest is None or self._ingest[0] != os.getpid():
                    self._ingest = (os.getpid(), GroupCommit(self.database))
        return self._ingest[1]
