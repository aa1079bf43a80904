"""What the routes need, made once for a web process."""

from __future__ import annotations

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
        self.vault = Vault(config.derive_all("keys at rest"))
        self.limits = Limits(config)
        self.gate = Gate(database, self.vault, self.limits)
        self.door = Door(allow_private=config.allow_private_addresses)
        self.ingest = GroupCommit(database)
