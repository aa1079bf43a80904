"""The one door to the network.

Every call has a time-out for the connection, for each read and for all of it; a cap on what is read; no redirects;
no proxy or password from the environment. The name is resolved once, each address checked, and the connection made
to a checked address: a name that changes its answer in between gains nothing. requests has no place for the last
two, so the connection classes of urllib3 under it are given their own way to open a socket.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from bridge.errors import (
    AddressRefused,
    BadAnswer,
    DeliveryFailed,
    Gone,
    Moved,
    NotOurPlugin,
    Refused,
    TookTooLong,
    Unreachable,
)
from bridge.wordpress.networks import is_public
from bridge.wordpress.url_checks import NOT_PUBLIC, check_url

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
TOTAL_SECONDS = 20.0
MAX_ANSWER_BYTES = 1024 * 1024
USER_AGENT = "mentor-bridge"
Resolver = Callable[[str, int], list[tuple[int, str]]]  # → (family, address) each


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, headers and body that came back from a call."""

    status: int
    headers: Mapping[str, str]  # case-insensitive
    body: bytes


def resolve(host: str, port: int) -> list[tuple[int, str]]:
    """Every address that a host name resolves to, with its family."""
    records = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, str(where[0])) for family, _, _, _, where in records]


class _Watch:
    """Closes the socket when the time for the whole call is over, whatever it is waiting for."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.expired = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._close)
        self._timer.daemon = True
        self._timer.start()

    def guard(self, opened: socket.socket) -> None:
        self._socket = opened

    def _close(self) -> None:
        self.expired = True
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it was closed in the meantime

    def end(self) -> None:
        self._timer.cancel()


class OutgoingDoor:
    """Makes the calls to blogs, to public addresses only; threads may share one."""

    def __init__(self, *, allow_private: bool = False, resolver: Resolver = resolve) -> None:
        self.allow_private = allow_private
        self._resolver = resolver

    def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        seconds: float = TOTAL_SECONDS,
        most: int = MAX_ANSWER_BYTES,
    ) -> HttpAnswer:
        """POST once.

        Raises:
            DeliveryFailed: one of its kinds; an HTTP status is not judged here, but for redirects.
        """
        check_url(url, allow_private=self.allow_private)
        watch = _Watch(seconds)
        try:
            with requests.Session() as session:
                session.trust_env = False
                adapter = _Adapter(self._opener(watch))
                session.mount("http://", adapter)
                session.mount("https://", adapter)
                with session.post(
                    url,
                    data=body,
                    headers={"User-Agent": USER_AGENT, **headers},
                    stream=True,
                    allow_redirects=False,
                    timeout=(min(CONNECT_SECONDS, seconds), min(READ_SECONDS, seconds)),
                ) as response:
                    answer = HttpAnswer(response.status_code, response.headers, _read(response, most, watch))
        except (requests.RequestException, HTTPError, OSError, UnicodeError, ValueError) as error:
            raise _translated(error, watch, seconds) from None
        finally:
            watch.end()
        if 300 <= answer.status < 400:
            where = answer.headers.get("Location", "")[:200]
            raise Moved(f"the blog redirects to {where or 'nowhere'}; redirects are not followed", status=answer.status)
        return answer

    def _opener(self, watch: _Watch) -> Callable[[str, int, float | None], socket.socket]:
        def open_socket(host: str, port: int, timeout: float | None) -> socket.socket:
            addresses = self._resolver(host.strip("[]"), port)
            if not self.allow_private and not all(is_public(address) for _, address in addresses):
                raise AddressRefused(NOT_PUBLIC)
            problem: OSError = OSError("the name has no address")
            for family, address in addresses:
                opened = socket.socket(family, socket.SOCK_STREAM)
                opened.settimeout(timeout)
                try:
                    opened.connect((address, port))
                except OSError as error:
                    opened.close()
                    problem = error
                    continue
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                watch.guard(opened)
                return opened
            raise problem

        return open_socket


class _Adapter(HTTPAdapter):
    """requests' adapter with connections that open their sockets through the door."""

    def __init__(self, opener: Callable[[str, int, float | None], socket.socket]) -> None:
        self._opener = opener
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        opener = self._opener

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return opener(self.host, self.port or 80, _seconds(self.timeout))

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return opener(self.host, self.port or 443, _seconds(self.timeout))

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _seconds(timeout: Any) -> float | None:
    return float(timeout) if isinstance(timeout, (int, float)) else CONNECT_SECONDS


def _read(response: requests.Response, most: int, watch: _Watch) -> bytes:
    """The body of an answer, up to a size and a time."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(65536):
        size += len(part)
        if size > most:
            raise BadAnswer(f"the answer is larger than {most} bytes", status=response.status_code)
        if time.monotonic() > watch.until:
            break
        parts.append(part)
    if watch.expired or time.monotonic() > watch.until:
        raise TimeoutError
    return b"".join(parts)


def _translated(error: BaseException, watch: _Watch, seconds: float) -> DeliveryFailed:
    """A library's error in our words; what lies deepest tells most."""
    seen: list[BaseException] = []
    todo: list[Any] = [error]
    while todo:
        inner = todo.pop()
        if isinstance(inner, BaseException) and inner not in seen:
            seen.append(inner)
            todo += [inner.__cause__, inner.__context__, getattr(inner, "reason", None), *inner.args]
    ours = next((inner for inner in seen if isinstance(inner, DeliveryFailed)), None)
    if ours is not None:
        return ours
    if watch.expired or any(isinstance(inner, TimeoutError | requests.Timeout) for inner in seen):
        return TookTooLong(f"no answer within {seconds:.0f} s")
    if any(isinstance(inner, socket.gaierror) for inner in seen):
        return Unreachable("the name of the blog's host is not known")
    if any(isinstance(inner, requests.exceptions.SSLError) for inner in seen):
        return Unreachable("the certificate of the blog is not valid")
    if any(isinstance(inner, ConnectionRefusedError) for inner in seen):
        return Unreachable("nothing answers at the blog's address")
    return Unreachable(f"the connection failed ({type(error).__name__})")


def parse_retry_after(headers: Mapping[str, str], now_seconds: float) -> float | None:
    """Seconds of a Retry-After header, given as a number or a date."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():  # ² is a digit, too, and no number
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now_seconds)
    except (TypeError, ValueError, OverflowError):
        return None


def raise_for_status(answer: HttpAnswer, now_seconds: float) -> None:
    """Raise for a status that says no.

    Raises:
        DeliveryFailed: the kind that the status stands for.
    """
    if answer.status < 300:
        return
    wait = parse_retry_after(answer.headers, now_seconds)
    if answer.status == 410:
        raise Gone("the blog has disconnected", status=410)
    if answer.status == 404:
        raise NotOurPlugin("the plugin's address is not there (404)", status=404, retry_after=wait)
    raise Refused(f"the blog answered {answer.status}", status=answer.status, retry_after=wait)
