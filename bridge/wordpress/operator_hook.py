"""The address at which an operator hears of what is wrong."""

from __future__ import annotations

from bridge.wordpress.configured_address import ConfiguredAddress
from bridge.wordpress.transport import OutgoingDoor


class OperatorHook:
    """Tells the operator a line at a time."""

    def __init__(self, door: OutgoingDoor, url: str) -> None:
        """Raises `ConfigError` for an address that is never called."""
        self._address = ConfiguredAddress(door, "ALERT_URL", url)

    def tell(self, line: str) -> None:
        """POST a line of JSON.

        Raises:
            DeliveryFailed: it did not arrive, or was not taken.
        """
        self._address.post(line.encode(), "application/json; charset=utf-8")
