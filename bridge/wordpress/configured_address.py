"""An address outside that the operator has named in a setting; called through the same door as every blog."""

from __future__ import annotations

from bridge.errors import AddressRefused, ConfigError, Refused
from bridge.wordpress.transport import OutgoingDoor
from bridge.wordpress.url_checks import check_url

CALL_SECONDS = 10.0
MAX_ANSWER_BYTES = 64 * 1024


class ConfiguredAddress:
    """Takes what is posted to it; messages name the setting and never the address, which may hold a secret."""

    def __init__(self, door: OutgoingDoor, setting: str, url: str) -> None:
        """Raises `ConfigError` for an address that is never called."""
        try:
            check_url(url, allow_private=door.allow_private)
        except AddressRefused as refusal:
            raise ConfigError(f"{setting}: {refusal}.") from None
        self._door = door
        self._setting = setting
        self._url = url

    def post(self, body: bytes, content_type: str) -> None:
        """Send it there.

        Raises:
            DeliveryFailed: it did not arrive; `Refused`, with the status: it was not taken.
        """
        headers = {"Content-Type": content_type}
        answer = self._door.post(self._url, body, headers, seconds=CALL_SECONDS, most=MAX_ANSWER_BYTES)
        if answer.status >= 300:
            raise Refused(f"the address of {self._setting} answered {answer.status}", status=answer.status)
