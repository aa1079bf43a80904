"""The address at which an operator hears of what is wrong."""

from __future__ import annotations

from bridge.errors import AddressRefused, ConfigError, Refused
from bridge.wordpress.transport import OutgoingDoor
from bridge.wordpress.url_checks import check_url

CALL_SECONDS = 10.0
MAX_ANSWER_BYTES = 64 * 1024


class OperatorHook:
    """Tells the operator a line at a time; through the same door as every call, to public addresses alone."""

    def __init__(self, door: OutgoingDoor, url: str) -> None:
        """Raises `ConfigError` for an address that is never called; the address itself may hold a secret."""
        try:
            check_url(url, allow_private=door.allow_private)
        except AddressRefused as refusal:
            raise ConfigError(f"ALERT_URL: {refusal}.") from None
        self._door = door
        self._url = url

    def tell(self, line: str) -> None:
        """POST a line of JSON.

        Raises:
            DeliveryFailed: it did not arrive, or was not taken.
        """
        headers = {"Content-Type": "application/json; charset=utf-8"}
        answer = self._door.post(self._url, line.encode(), headers, seconds=CALL_SECONDS, most=MAX_ANSWER_BYTES)
        if answer.status >= 300:
            raise Refused(f"the address of ALERT_URL answered {answer.status}", status=answer.status)
