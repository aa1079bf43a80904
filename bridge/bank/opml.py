"""A list of feeds that any feed reader imports (OPML 2.0)."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as Xml  # only written, never read

from bridge.logs import make_each
from bridge.pages import xml
from bridge.storage.bank.directory import BlogFeed

OPML_MIMETYPE = "text/x-opml"


def write_opml(title: str, address: str, blogs: Iterable[BlogFeed]) -> bytes:
    """The blogs' own feeds, in their order; `address` of the page that shows them."""
    root = Xml.Element("opml", version="2.0")
    head = Xml.SubElement(root, "head")
    for name, value in (("title", title), ("docs", "http://opml.org/spec2.opml"), ("ownerId", address)):
        Xml.SubElement(head, name).text = xml.xml_text(value)
    body = Xml.SubElement(root, "body")
    body.extend(make_each(blogs, _outline, "blog"))
    return xml.write_document(root)


def _outline(blog: BlogFeed) -> Xml.Element:
    attributes = {
        "type": "rss",
        "text": blog.name,
        "title": blog.name,
        "xmlUrl": blog.feed_url,
        "htmlUrl": blog.home_url,
        "language": blog.language,
    }
    return Xml.Element("outline", {name: xml.xml_text(value) for name, value in attributes.items() if value})
