"""What the routes need, made once for a web process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from bridge.config import Config
from bridge.operations.receiving import receive
from bridge.storage.blogs.inbox import GroupCommit
from bridge.storage.blogs.keys import Vault
from bridge.storage.core.database import Database
from bridge.webhooks.authenticate import Authenticator
from bridge.webhooks.limits import RateLimits
from bridge.wordpress.transport import OutgoingDoor


class Service:
    """The web side's hands."""

    def __init__(
        self, config: Config, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.config = config
        self.database = database
        self.clock = clock
        self.vault = Vault(config.derive_all("keys at rest"))
        self.limits = RateLimits(config)
        self.gate = Authenticator(database, self.vault, self.limits)
        self.door = OutgoingDoor(allow_private=config.allow_private_addresses)
        self.ingest = GroupCommit(database, receive)
