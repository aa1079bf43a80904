"""What machines are told that read sites: what search engines may list, and whom to tell of a weak spot (RFC 9116)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from xml.etree import ElementTree as Xml  # only written, never read

from flask import Blueprint, Response, abort, url_for

from bridge.bank import responses
from bridge.config import Config
from bridge.pages import xml
from bridge.runtime import utc_now
from bridge.storage.bank import directory
from bridge.storage.core.database import Database

SITEMAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Other pages say "noindex" themselves, which only a crawler that may read them can see.
DISALLOWED_PATHS = ("/dashboard/", "/digest/", "/ask/", "/asks/", "/sign-in", "/healthz", "/readyz", "/metrics")
SECURITY_NOTICE_LIFETIME = timedelta(days=180)  # RFC 9116: less than a year
MAX_SITEMAP_CARDS = 49_000  # addresses of cards in one map, of 50,000 that the protocol allows


def blueprint(config: Config, database: Database, blog_folders: Sequence[str]) -> Blueprint:
    """``/robots.txt``, ``/sitemap.xml`` and ``/.well-known/security.txt``.

    `blog_folders`: where paths begin that only the plugin calls.
    """
    pages = Blueprint("crawlers", __name__)

    @pages.get("/robots.txt")
    def robots() -> Response:
        closed = "".join(f"Disallow: {path}\n" for path in (*DISALLOWED_PATHS, *blog_folders))
        text = f"User-agent: *\n{closed}\nSitemap: {config.public_url}{url_for('crawlers.sitemap')}\n"
        return responses.conditional_response(Response(text, mimetype="text/plain"), robots=True)

    @pages.get("/.well-known/security.txt")
    def security() -> Response:
        contact = config.bank.security if config.bank.security.text else config.bank.contact
        if not contact.text:
            abort(404)
        until = utc_now().replace(hour=0, minute=0, second=0, microsecond=0) + SECURITY_NOTICE_LIFETIME
        lines = (
            f"Contact: {contact.href}",
            f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: fr, en",
            f"Canonical: {config.public_url}{url_for('crawlers.security')}",
        )
        return responses.conditional_response(Response("\n".join(lines) + "\n", mimetype="text/plain"))

    @pages.get("/sitemap.xml")
    def sitemap() -> Response:
        Xml.register_namespace("", SITEMAP_NAMESPACE)
        root = Xml.Element(f"{{{SITEMAP_NAMESPACE}}}urlset")
        for endpoint in ("bank.home", "skills.every", "api_page.page", "about.privacy", "about.legal"):
            _add(root, f"{config.public_url}{url_for(endpoint)}")
        with database.read() as tx:
            allowed = directory.list_for_search_engines(tx, MAX_SITEMAP_CARDS)
        for slug, last_post_at in allowed:  # both are our own: of the author only that they allowed it
            _add(root, f"{config.public_url}{url_for('bank.mentor', slug=slug)}", last_post_at)
        document = Response(xml.write_document(root), content_type="application/xml; charset=utf-8")
        return responses.conditional_response(document, robots=True)

    return pages


def _add(root: Xml.Element, address: str, changed: datetime | None = None) -> None:
    url = Xml.SubElement(root, f"{{{SITEMAP_NAMESPACE}}}url")
    Xml.SubElement(url, f"{{{SITEMAP_NAMESPACE}}}loc").text = xml.xml_text(address)
    if changed is not None:
        Xml.SubElement(url, f"{{{SITEMAP_NAMESPACE}}}lastmod").text = changed.date().isoformat()
