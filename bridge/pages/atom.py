"""Atom feeds (RFC 4287), for every feed reader, with what was taken back (RFC 6721)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml  # only written, never read

from bridge.language_tags import language_tag
from bridge.logs import make_each
from bridge.pages import xml
from bridge.pages.languages import language

ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
TOMBSTONES_NAMESPACE = "http://purl.org/atompub/tombstones/1.0"
ATOM_MIMETYPE = "application/atom+xml"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class FeedEntry:
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
class DeletedEntry:
    """An entry that was taken back: whoever has it is asked to drop it."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its own address, and the page it goes with."""

    id: str
    title: str
    own: str
    page: str
    subtitle: str = ""
    hub: str = ""  # where to subscribe to what is new (WebSub)


def write_feed(
    feed: Feed, entries: Sequence[FeedEntry], begun: datetime, deleted: Sequence[DeletedEntry] = ()
) -> bytes:
    """The feed as it is sent, entries in their order; `begun`: what an empty one says of when it changed."""
    Xml.register_namespace("", ATOM_NAMESPACE)
    Xml.register_namespace("at", TOMBSTONES_NAMESPACE)
    root = Xml.Element(f"{{{ATOM_NAMESPACE}}}feed", {XML_LANG: language()})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    written = make_each(entries, lambda entry: (entry, _written(feed, entry)), "entry of a feed")
    changed = [*(entry.updated for entry, _ in written), *(entry.at for entry in deleted)]
    _add(root, "updated", write_moment(max(changed, default=begun)))
    _link(root, "self", feed.own, ATOM_MIMETYPE)
    _link(root, "alternate", feed.page, "text/html")
    if feed.hub:
        Xml.SubElement(root, f"{{{ATOM_NAMESPACE}}}link", {"rel": "hub", "href": xml.xml_text(feed.hub)})
    _add(root, "generator", "mentor-bridge")
    root.extend(element for _, element in written)
    for entry in deleted:
        names = {"ref": xml.xml_text(entry.id), "when": write_moment(entry.at)}
        Xml.SubElement(root, f"{{{TOMBSTONES_NAMESPACE}}}deleted-entry", names)
    return xml.write_document(root)


def _written(feed: Feed, entry: FeedEntry) -> Xml.Element:
    spoken = language_tag(entry.language)
    element = Xml.Element(f"{{{ATOM_NAMESPACE}}}entry", {XML_LANG: spoken} if spoken else {})
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "published", write_moment(entry.published))
    _add(element, "updated", write_moment(max(entry.updated, entry.published)))
    _link(element, "alternate", entry.link, "text/html")
    who = Xml.SubElement(element, f"{{{ATOM_NAMESPACE}}}author")
    _add(who, "name", entry.author or feed.title)
    _add(who, "uri", entry.author_url)
    if entry.category:
        Xml.SubElement(element, f"{{{ATOM_NAMESPACE}}}category").set("term", xml.xml_text(entry.category))
    _add(element, "summary", entry.text)
    return element


def _add(parent: Xml.Element, name: str, text: str) -> None:
    if text or name == "title":
        Xml.SubElement(parent, f"{{{ATOM_NAMESPACE}}}{name}").text = xml.xml_text(text)


def _link(parent: Xml.Element, relation: str, address: str, kind: str) -> None:
    Xml.SubElement(parent, f"{{{ATOM_NAMESPACE}}}link", {"rel": relation, "type": kind, "href": xml.xml_text(address)})


def write_moment(moment: datetime) -> str:
    """A moment as RFC 3339 has it, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
