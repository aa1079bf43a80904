"""The hub that tells whoever follows a feed that it brings something new (WebSub), where the operator has named one."""

from __future__ import annotations

from urllib.parse import urlencode

from bridge.wordpress.configured_address import ConfiguredAddress
from bridge.wordpress.transport import OutgoingDoor


class FeedHub:
    """Hears which feed has changed, and fetches it for its subscribers."""

    def __init__(self, door: OutgoingDoor, url: str) -> None:
        """Raises `ConfigError` for an address that is never called."""
        self._address = ConfiguredAddress(door, "WEBSUB_HUB", url)

    def publish(self, topic: str) -> None:
        """Say that the feed at an address has changed.

        Raises:
            DeliveryFailed: it did not arrive; `Refused` with a status of 4xx: the hub does not want this one.
        """
        body = urlencode({"hub.mode": "publish", "hub.url": topic}).encode()
        self._address.post(body, "application/x-www-form-urlencoded")
