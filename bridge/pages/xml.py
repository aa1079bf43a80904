"""XML as it is sent: feeds, lists of feeds, the map of the site."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml  # only written, never read

from bridge.legible import legible

INVALID_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Legible, and without what XML 1.0 cannot hold."""
    return INVALID_XML.sub("", legible(text))


def write_document(root: Xml.Element) -> bytes:
    """A document in UTF-8, indented."""
    Xml.indent(root)
    document: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document
