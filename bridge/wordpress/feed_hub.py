"""The hub that tells whoever follows a feed that it brings something new (WebSub), where the operator has named one."""

from __future__ import annotations

from urllib.parse import urlencode

from bridge.errors import AddressRefused, ConfigError, Refused
from bridge.wordpress.transport import OutgoingDoor
from bridge.wordpress.url_checks import check_url

CALL_SECONDS = 10.0
MAX_ANSWER_BYTES = 64 * 1024


class FeedHub:
    """Hears which feed has changed, and fetches it for its subscribers; called through the door of every call."""

    def __init__(self, door: OutgoingDoor, url: str) -> None:
        """Raises `ConfigError` for an address that is never called."""
        try:
            check_url(url, allow_private=door.allow_private)
        except AddressRefused as refusal:
            raise ConfigError(f"WEBSUB_HUB: {refusal}.") from None
        self._door = door
        self._url = url

    def publish(self, topic: str) -> None:
        """Say that the feed at an address has changed.

        Raises:
            DeliveryFailed: it did not arrive; `Refused` with a status of 4xx: the hub does not want this one.
        """
        body = urlencode({"hub.mode": "publish", "hub.url": topic}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._door.post(self._url, body, headers, seconds=CALL_SECONDS, most=MAX_ANSWER_BYTES)
        if answer.status >= 300:
            raise Refused(f"the address of WEBSUB_HUB answered {answer.status}", status=answer.status)
