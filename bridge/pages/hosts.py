"""The names by which people may call the bridge: the pages take the host of a redirect from the request.

What blogs send is no matter of names: it is proven by its signature, and answered without any address. A bridge that
is known to some of them by another name loses none of their events.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Any

import structlog

from bridge.proxies import is_loopback, parse_host

log = structlog.get_logger("web")
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
PROBE_PATHS = ("/healthz", "/readyz")  # asked for by the address of the machine, and answered in a word
UNKNOWN_HOST_MESSAGE = "The bridge is not known by this name."


def only_named_hosts(hosts: Collection[str], inner: Wsgi) -> Wsgi:
    """Answer only who calls the bridge by one of its names, or from its own machine by one of loopback's."""

    def enter(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST")
        # Without the header (HTTP/1.0) it is the address we listen at, which nobody can choose.
        if host is None or environ.get("PATH_INFO") in PROBE_PATHS or _is_one_of(hosts, parse_host(host)):
            return inner(environ, start_response)
        _note(host[:100])
        body = json.dumps({"error": {"type": "unknown_host", "message": UNKNOWN_HOST_MESSAGE}}).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("400 Bad Request", headers)
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]

    return enter


@lru_cache(256)
def _note(host: str) -> None:
    """Once for each: whoever looks through the net for machines asks all day."""
    log.warning("unknown host: if it is a name of the bridge, add it to TRUSTED_HOSTS", host=host)


def _is_one_of(hosts: Collection[str], host: str) -> bool:
    return bool(host) and (host in hosts or is_loopback(host))
