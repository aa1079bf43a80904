"""Atom feeds (RFC 4287), for every feed reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml  # only written, never read

from bridge.logs import each
from bridge.pages import xml
from bridge.pages.languages import language
from bridge.tags import language_tag

NAMESPACE = "http://www.w3.org/2005/Atom"
MIMETYPE = "application/atom+xml"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `text` is plain."""

    id: str  # never changes: an address or a tag: URI
    title: str
    link: str
    published: datetime
    updated: datetime
    text: str = ""
    author: str = ""  # "": the feed's title
    author_url: str = ""
    category: str = ""
    language: str = ""  # "": that of the feed


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its own address, and the page it goes with."""

    id: str
    title: str
    own: str
    page: str
    subtitle: str = ""


def written(feed: Feed, entries: Sequence[Entry], now: datetime) -> bytes:
    """The feed as it is sent, entries in their order."""
    Xml.register_namespace("", NAMESPACE)
    root = Xml.Element(f"{{{NAMESPACE}}}feed", {LANGUAGE: language()})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    told = each(entries, lambda entry: (entry, _written(feed, entry)), "entry of a feed")
    _add(root, "updated", _moment(max((entry.updated for entry, _ in told), default=now)))
    _link(root, "self", feed.own, MIMETYPE)
    _link(root, "alternate", feed.page, "text/html")
    _add(root, "generator", "mentor-bridge")
    root.extend(element for _, element in told)
    return xml.written(root)


def _written(feed: Feed, entry: Entry) -> Xml.Element:
    spoken = language_tag(entry.language)
    one = Xml.Element(f"{{{NAMESPACE}}}entry", {LANGUAGE: spoken} if spoken else {})
    _add(one, "id", entry.id)
    _add(one, "title", entry.title)
    _add(one, "published", _moment(entry.published))
    _add(one, "updated", _moment(max(entry.updated, entry.published)))
    _link(one, "alternate", entry.link, "text/html")
    who = Xml.SubElement(one, f"{{{NAMESPACE}}}author")
    _add(who, "name", entry.author or feed.title)
    _add(who, "uri", entry.author_url)
    if entry.category:
        Xml.SubElement(one, f"{{{NAMESPACE}}}category").set("term", xml.clean(entry.category))
    _add(one, "summary", entry.text)
    return one


def _add(parent: Xml.Element, name: str, text: str) -> None:
    if text or name == "title":
        Xml.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = xml.clean(text)


def _link(parent: Xml.Element, relation: str, address: str, kind: str) -> None:
    Xml.SubElement(parent, f"{{{NAMESPACE}}}link", {"rel": relation, "type": kind, "href": xml.clean(address)})


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
