"""What the routes of blogs need, made once for a web process."""

from __future__ import annotations

from bridge.operations.receiving import receive
from bridge.runtime import Runtime
from bridge.storage.blogs.inbox import GroupCommit
from bridge.webhooks.authenticate import Authenticator
from bridge.webhooks.limits import RateLimits
from bridge.wordpress.transport import OutgoingDoor


class Service(Runtime):
    """The runtime of a web process, with its limits, its way in and its way out."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime.config, runtime.database, runtime.vault, runtime.clock)
        self.limits = RateLimits(self.config)
        self.authenticator = Authenticator(self.database, self.vault, self.limits)
        self.door = OutgoingDoor(allow_private=self.config.allow_private_addresses)
        self.ingest = GroupCommit(self.database, receive)
