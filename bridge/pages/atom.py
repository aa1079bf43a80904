"""Atom feeds (RFC 4287), for every feed reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, render_template

from bridge.pages.languages import language


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `text` is plain."""

    id: str  # never changes: an address or a tag: URI
    title: str
    link: str
    updated: datetime
    text: str
    author: str = ""


def feed(id_: str, title: str, own: str, page: str, entries: Sequence[Entry], now: datetime) -> Response:
    """A feed: its own address `own`, the page it goes with, newest entry first."""
    updated = max((entry.updated for entry in entries), default=now)
    body = render_template(
        "feed.xml", id=id_, title=title, own=own, page=page, entries=entries, updated=updated, wire=_wire,
        language=language(),
    )  # fmt: skip
    return Response(body, mimetype="application/atom+xml")


def _wire(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
