"""The mail server of an operator, as `SMTP_URL` names it: it delivers news of an ask to seekers who want that.

``smtps://user:password@host`` speaks TLS from the start (port 465), ``smtp://…`` begins it with STARTTLS (port 587) and
sends nothing without; ``?tls=no`` is for a server on this machine or in a network of the operator's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import idna

from bridge.environment import Environment
from bridge.errors import ConfigError
from bridge.proxies import is_loopback

PORTS = {"smtp": 587, "smtps": 465}
MAX_ADDRESS_CHARACTERS = 254  # RFC 5321
MAX_LOCAL_CHARACTERS = 64
LOCAL_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.")
EXAMPLE = "smtps://user:password@mail.example, with odd characters percent-encoded"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mail is handed in, by whom, and from which address it comes."""

    host: str
    port: int
    sender: str
    tls: str  # "from the start" | "starttls" | "no"
    user: str = ""
    password: str = field(default="", repr=False)


def read_mail_settings(env: Environment) -> MailSettings | None:
    """What `SMTP_URL` and `SMTP_FROM` say; None: nobody is written to.

    Raises:
        ConfigError: one of them is wrong. What the address holds is not repeated: it may be a password.
    """
    url, sender = env.confidential("SMTP_URL"), env.text("SMTP_FROM")
    if not url:
        return None
    if not ascii_address(sender):
        raise ConfigError("SMTP_FROM: the address that mails come from is needed beside SMTP_URL, such as bank@host.")
    try:
        return _read(urlsplit(url), ascii_address(sender))
    except ValueError:
        raise ConfigError(f"SMTP_URL is malformed. It looks like {EXAMPLE}.") from None


def _read(parts: SplitResult, sender: str) -> MailSettings:
    options = parse_qs(parts.query)
    odd = parts.path.strip("/") or parts.fragment or set(options) - {"tls"} or options.get("tls", ["no"]) != ["no"]
    if parts.scheme not in PORTS or not parts.hostname or odd or (parts.scheme == "smtps" and options):
        raise ValueError(parts.scheme)
    tls = "from the start" if parts.scheme == "smtps" else "no" if options else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not all(text.isascii() and text.isprintable() for text in (user, password)):
        raise ConfigError("SMTP_URL: user and password can be of printable ASCII only.")
    if password and tls == "no" and not is_loopback(parts.hostname):
        raise ConfigError("SMTP_URL: a password is not sent in the open. Leave ?tls=no out.")
    return MailSettings(parts.hostname, parts.port or PORTS[parts.scheme], sender, tls, user, password)


def ascii_address(text: str) -> str:
    """An e-mail address as every mail server takes it, the host in its ASCII form; "" for what is none.

    Only plain addresses: no quotes, no comments, no host by number, and no sign that could begin another header.
    """
    local, sign, host = text.strip().rpartition("@")
    plain = local and LOCAL_SIGNS.issuperset(local) and not local.startswith(".") and not local.endswith(".")
    if not sign or not plain or ".." in local or len(local) > MAX_LOCAL_CHARACTERS:
        return ""
    try:
        name = idna.encode(host, uts46=True).decode().lower()
    except idna.IDNAError:
        return ""
    address = f"{local}@{name}"
    labels = name.split(".")
    is_name = len(labels) > 1 and not labels[-1].isdigit()
    return address if is_name and len(address) <= MAX_ADDRESS_CHARACTERS else ""
