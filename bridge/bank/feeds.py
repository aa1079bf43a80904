"""Feeds for any reader: what matching mentors write (Atom, RFC 4287), and their blogs' own feeds (OPML 2.0)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml  # only written, never read

ATOM = "http://www.w3.org/2005/Atom"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A post of a mentor; `summary` is plain text."""

    id: int
    title: str
    url: str
    author: str
    author_url: str
    blog: str
    language: str
    published: datetime
    modified: datetime
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A blog to subscribe to."""

    title: str
    feed_url: str
    home_url: str
    language: str
    description: str = ""


def atom(title: str, subtitle: str, address: str, page: str, entries: Sequence[Entry], now: datetime) -> bytes:
    """A feed at `address` of what `page` shows."""
    Xml.register_namespace("", ATOM)
    feed = Xml.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "subtitle", subtitle)
    _add(feed, "updated", _moment(max((entry.modified for entry in entries), default=now)))
    _link(feed, "self", address, "application/atom+xml")
    _link(feed, "alternate", page, "text/html")
    _add(feed, "generator", "mentor-bridge")
    for entry in entries:
        one = Xml.SubElement(feed, f"{{{ATOM}}}entry")
        host = urlsplit(address).hostname or "bridge"
        _add(one, "id", f"tag:{host},2026:post/{hashlib.sha256(str(entry.id).encode()).hexdigest()[:24]}")
        _add(one, "title", entry.title)
        _add(one, "published", _moment(entry.published))
        _add(one, "updated", _moment(max(entry.modified, entry.published)))
        _link(one, "alternate", entry.url, "text/html")
        who = Xml.SubElement(one, f"{{{ATOM}}}author")
        _add(who, "name", entry.author)
        _add(who, "uri", entry.author_url)
        source = Xml.SubElement(one, f"{{{ATOM}}}category")
        source.set("term", _clean(entry.blog))
        _add(one, "summary", entry.summary)
    return _bytes(feed)


def opml(title: str, address: str, outlines: Iterable[Outline]) -> bytes:
    """A list of feeds that any feed reader imports."""
    root = Xml.Element("opml", version="2.0")
    head = Xml.SubElement(root, "head")
    for name, value in (("title", title), ("docs", "http://opml.org/spec2.opml"), ("ownerId", address)):
        Xml.SubElement(head, name).text = _clean(value)
    body = Xml.SubElement(root, "body")
    for outline in outlines:
        said = {
            "type": "rss", "text": outline.title, "title": outline.title, "xmlUrl": outline.feed_url,
            "htmlUrl": outline.home_url, "language": outline.language, "description": outline.description,
        }  # fmt: skip
        Xml.SubElement(body, "outline", {name: _clean(value) for name, value in said.items() if value})
    return _bytes(root)


def _add(parent: Xml.Element, name: str, text: str) -> None:
    if text or name == "title":
        Xml.SubElement(parent, f"{{{ATOM}}}{name}").text = _clean(text)


def _link(parent: Xml.Element, relation: str, address: str, kind: str) -> None:
    Xml.SubElement(parent, f"{{{ATOM}}}link", {"rel": relation, "type": kind, "href": _clean(address)})


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _clean(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return NOT_XML.sub("", text)


def _bytes(root: Xml.Element) -> bytes:
    Xml.indent(root)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
