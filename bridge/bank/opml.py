"""A list of feeds that any feed reader imports (OPML 2.0)."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime
from xml.etree import ElementTree as Xml  # only written, never read

from bridge.logs import make_each
from bridge.pages import xml
from bridge.storage.bank.directory import BlogFeed

OPML_MIMETYPE = "text/x-opml"


def write_opml(title: str, owner: str, address: str, blogs: Sequence[BlogFeed]) -> bytes:
    """The blogs' own feeds, in their order; `address` of the page that shows them.

    It is dated by the newest post of all: the same list is the same document whenever it is asked for.
    """
    newest = max((blog.last_post_at for blog in blogs if blog.last_post_at), default=None)
    described = {
        "title": title,
        "dateModified": format_datetime(newest, usegmt=True) if newest else "",
        "ownerName": owner,
        "ownerId": address,
        "docs": "http://opml.org/spec2.opml",
    }
    root = Xml.Element("opml", version="2.0")
    head = Xml.SubElement(root, "head")
    for name, value in described.items():
        if value:
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
