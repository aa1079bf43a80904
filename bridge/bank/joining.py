"""How a WordPress blog joins: the steps, and the way into the owner's own wp-admin."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, request

from bridge.bank import responses
from bridge.config import Config
from bridge.errors import DeliveryFailed
from bridge.wordpress.url_checks import normalize_home
from bridge.wordpress.wp_admin import connect_link

PLUGIN = Path(__file__).parents[1] / "static" / "mentor-bridge.zip"  # of this version; `.ci/plugin-zip` makes it
MAX_ADDRESS_CHARACTERS = 300
HOST = re.compile(r"[a-z0-9.\-]+(:\d+)?|\[[0-9a-f:.]+\](:\d+)?")  # as it travels, with a port or without


def blueprint(config: Config) -> Blueprint:
    """The page ``/connect``, and the plugin. Nobody is called: a typed address becomes a link, and no more."""
    pages = Blueprint("joining", __name__)

    @pages.app_context_processor
    def plugin() -> dict[str, object]:
        return {"offers_plugin": PLUGIN.is_file()}

    @pages.get("/mentor-bridge.zip")
    def archive() -> Response:
        if not PLUGIN.is_file():
            abort(404)
        response = Response(PLUGIN.read_bytes(), mimetype="application/zip")
        response.headers["Content-Disposition"] = f'attachment; filename="{PLUGIN.name}"'
        return responses.conditional_response(response)

    @pages.get("/connect")
    def connect() -> Response:
        typed = request.args.get("blog", "").strip()[:MAX_ADDRESS_CHARACTERS]
        home_url = read_home(typed)
        return responses.page_response(
            "bank/connect.html",
            address=config.public_url,
            open=config.registration == "open",
            typed=typed,
            home_url=home_url,
            link=connect_link(home_url, config.public_url) if home_url else "",
        )

    return pages


def read_home(typed: str) -> str:
    """The home address of a blog from what its owner typed; "" where it is none.

    People type a name without https, the address of a post, or where they sign in. A post's address cannot be told from
    a folder's, so its path stays; what follows wp-admin or wp-login is cut off.
    """
    if not typed:
        return ""
    address = (typed if "://" in typed else f"https://{typed}").partition("?")[0].partition("#")[0]
    for screen in ("/wp-admin", "/wp-login.php"):
        address = address.partition(screen)[0]
    try:
        home_url = normalize_home(address, allow_private=True)
    except DeliveryFailed:
        return ""
    return home_url if HOST.fullmatch(urlsplit(home_url).netloc) else ""
