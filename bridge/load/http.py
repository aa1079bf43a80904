"""Connections to the bridge that is under load, and nowhere else; each is kept open as long as the bridge keeps it.

Not the outgoing door: that one is for blogs whose addresses strangers name, opens a connection for each call, and would
be slower than what is measured. Here the operator has named the address on the command line.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from bridge.errors import BridgeError
from bridge.proxies import is_loopback

ANSWER_SECONDS = 30.0
MAX_ANSWER_BYTES = 8 * 1024 * 1024


class NoTarget(BridgeError):
    """An address that no load is sent to."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the bridge listens."""

    url: str
    host: str
    port: int
    is_tls: bool

    @classmethod
    def parse(cls, url: str, *, allow_remote: bool) -> Target:
        """Read an address.

        Raises:
            NoTarget: it is none, or of another machine and that was not allowed.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise NoTarget("The address of the bridge is malformed. It looks like http://127.0.0.1:8000.") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise NoTarget("The address of the bridge is a scheme, a host and a port, such as http://127.0.0.1:8000.")
        if not is_loopback(parts.hostname) and not allow_remote:
            raise NoTarget(
                "Load is sent to this machine only. --allow-remote sends it elsewhere: to a bridge of yours."
            )
        is_tls = parts.scheme == "https"
        return cls(url.rstrip("/"), parts.hostname, port or (443 if is_tls else 80), is_tls)

    def open_socket(self) -> socket.socket:
        """A bare connection, for who does not speak as they should."""
        plain = socket.create_connection((self.host, self.port), timeout=ANSWER_SECONDS)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) if self.is_tls else plain


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status and JSON; status 0: there was no answer."""

    status: int
    data: dict[str, Any] = field(default_factory=dict)
    retry_after: int = 0


class Connection:
    """One connection to the bridge, made anew when it was closed; of one thread."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._http: HTTPConnection | None = None

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """One POST; tried again once where a kept connection turns out to be closed."""
        for _ in range(2):
            is_new = self._http is None
            try:
                return self._post(path, body, headers)
            except (OSError, HTTPException, ValueError):
                self.close()
                if is_new:
                    break
        return HttpAnswer(0)

    def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        if self._http is None:
            kind = HTTPSConnection if self._target.is_tls else HTTPConnection
            self._http = kind(self._target.host, self._target.port, timeout=ANSWER_SECONDS)
            self._http.connect()
            self._http.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._http.request("POST", path, body, {"Content-Type": "application/json", **headers})
        answer = self._http.getresponse()
        raw = answer.read(MAX_ANSWER_BYTES)
        waits = answer.getheader("Retry-After") or ""
        try:
            data = json.loads(raw)
        except ValueError:
            data = {}
        return HttpAnswer(answer.status, data if isinstance(data, dict) else {}, int(waits) if waits.isdecimal() else 0)

    def close(self) -> None:
        """Give the connection up."""
        if self._http is not None:
            self._http.close()
            self._http = None


def check_host(name: str, *, allow_remote: bool) -> str:
    """The address on which the blogs of a load listen.

    Raises:
        NoTarget: it is no address, or one that other machines reach and that was not allowed.
    """
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        raise NoTarget("--blogs-at takes the IP address at which the bridge reaches this machine.") from None
    if address.version != 4 or address.is_unspecified:
        raise NoTarget("--blogs-at takes one IPv4 address of this machine.")
    if not address.is_loopback and not allow_remote:
        raise NoTarget("Blogs of a load listen on this machine only. --allow-remote lets a bridge elsewhere call them.")
    return name
