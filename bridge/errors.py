"""What can go wrong, by cause. The lowest layer: everybody may raise these, each is translated once.

A failure on the way to a blog says itself whether to try again (``permanent``), when (``retry_after``)
and what its owner can do about it (``repair``); the worker's retry loop reads nothing else.
"""

from __future__ import annotations


class BridgeError(Exception):
    """Any expected failure: one plain sentence, no traceback needed."""


class ConfigError(BridgeError):
    """A setting is missing or wrong; names it and says what to do."""


class NotFound(BridgeError):
    """There is no such thing, or it is not for the one who asks."""


class StorageUnavailable(BridgeError):
    """Nothing can be written now (disk full, locked, read-only, queue full); to be tried again."""

    def __init__(self, message: str, retry_after: float = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds


class BackupFailed(BridgeError):
    """A backup that cannot be taken, is not whole, or cannot be put back."""


class SignatureRefused(BridgeError):
    """A signed request that does not prove where it comes from.

    `offset_seconds` (sender's clock minus ours) is set when only the timestamp is to blame.
    """

    def __init__(self, reason: str, offset_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset_seconds = offset_seconds


class ContractError(BridgeError):
    """A payload that does not fit the contract; `path` says where."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


class TooCostly(BridgeError):
    """Reading one object took more than its share of the processor; the same again would take as long.

    Only that object is at fault: whatever travelled beside it is to be applied.
    """

    permanent = True


class DeliveryFailed(BridgeError):
    """A call to a blog that did not do what it was for.

    `permanent`: trying the same again cannot help. `status`: HTTP status if there was one.
    `retry_after`: seconds the blog asked for. `repair`: what the blog's owner can do.
    """

    permanent = False
    repair = "Nothing to do: the bridge tries again by itself."

    def __init__(self, message: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class NotSeen(DeliveryFailed):
    """Nobody could look whether a blog is there: not one byte of an answer to it came back."""


class Unreachable(NotSeen):
    """No connection: name, network or TLS."""

    repair = "Check that the blog's address opens in a browser and that its certificate is valid."


class TookTooLong(NotSeen):
    """The blog accepted the connection but did not answer in time."""

    repair = "The blog is slow or busy. If this stays, ask its host whether requests are held back."


class MailFailed(DeliveryFailed):
    """A mail that the operator's mail server did not take, or no mail server."""

    repair = "Check SMTP_URL and SMTP_FROM, and that the mail server answers; what waits is tried again for three days."


class NoSuchMailbox(MailFailed):
    """The mail server will never take anything for an address."""

    permanent = True


class AddressRefused(DeliveryFailed):
    """The address is private, reserved, or otherwise not for a public bridge to call."""

    permanent = True
    repair = "Give the blog a public https address, or set ALLOW_PRIVATE_ADDRESSES on a development bridge."


class Moved(DeliveryFailed):
    """A redirect; never followed."""

    repair = "The blog answers from another address. Save its settings there and connect again."


class Refused(DeliveryFailed):
    """An HTTP error status, or an XML-RPC fault."""

    repair = "A security plugin or the host may block the bridge: allow the REST route mentor-bridge/v1."


class NotAsked(Refused):
    """Our plugin answers there, and has not asked for a connection."""

    repair = "Connect from the settings page of the blog that stands at this address."


class NotOurPlugin(DeliveryFailed):
    """Something answered, but not the plugin."""

    repair = "Check that the Mentor bridge plugin is active on the blog."


class BadAnswer(DeliveryFailed):
    """The answer is no valid answer: HTML where JSON or XML was due, too large, cut short, badly signed."""

    repair = "A cache, firewall or maintenance page may stand before the blog; exclude mentor-bridge/v1 from it."


class Gone(DeliveryFailed):
    """410: the blog has left."""

    permanent = True
    repair = "The blog disconnected. It can connect again from its settings page."
