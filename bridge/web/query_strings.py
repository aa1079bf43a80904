"""Query strings as the standard has them: of ASCII alone.

Whoever follows an old link may send ``?need=trésorerie`` in any encoding, as bytes. The framework reads them as UTF-8,
and raises for what is none, even while it makes the page that says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from string import printable
from typing import Any
from urllib.parse import quote

from bridge.pages.hosts import Wsgi


def with_ascii_queries(inner: Wsgi) -> Wsgi:
    """Escape what is not ASCII: if it is no UTF-8 either, a parameter holds signs that say so."""

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe=printable)
        return inner(environ, start_response)

    return call
