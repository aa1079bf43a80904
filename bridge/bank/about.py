"""Who runs this bank: its name and look on every page, what it does with what it is told, and who answers for it."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Flask, Response, abort, url_for

from bridge.bank import responses
from bridge.bank_settings import BankSettings
from bridge.config import Config
from bridge.pages.languages import gettext, language
from bridge.storage.bank import directory
from bridge.storage.core.database import Database

SHARED_LOGO_TYPES = ("image/png", "image/webp")  # that messengers show; an SVG they do not
LIGHT_SHARE = 45  # percent of the bank's colour beside white in dark pages, where it is read on black


def register(app: Flask, config: Config, database: Database) -> None:
    """Add the pages, and to every template `bank_name` and `bank`."""
    settings = config.bank
    state = hashlib.sha256(repr(settings).encode() + (settings.logo.content if settings.logo else b"")).hexdigest()[:12]
    app.register_blueprint(_pages(config, database))

    @app.context_processor
    def bank() -> dict[str, object]:
        return {
            "bank": settings,
            "bank_name": bank_name(settings),
            "bank_style": url_for("about.style", v=state) if settings.colour else "",
            "kept_days": config.retention,
            "sends_mail": config.mail is not None,
            "bank_logo": url_for("about.logo", v=state) if settings.logo else "",
            "share_picture": f"{config.public_url}{_share_picture(settings, state)}",
        }


def bank_name(settings: BankSettings) -> str:
    """What the bank is called, in the language of whoever asks."""
    return settings.name.read_in(language()) or gettext("Mentor bridge")


def _share_picture(settings: BankSettings, state: str) -> str:
    """What stands beside a link that somebody shares: the bank's logo, or our mark; nobody's name or face."""
    if settings.logo is not None and settings.logo.mimetype in SHARED_LOGO_TYPES:
        return url_for("about.logo", v=state)
    return url_for("static", filename="share.png")


def _pages(config: Config, database: Database) -> Blueprint:
    pages, settings = Blueprint("about", __name__), config.bank

    @pages.get("/privacy")
    def privacy() -> Response:
        return responses.page_response(
            "bank/privacy.html", robots=True, address=config.public_url, hub=config.websub_hub
        )

    @pages.get("/legal")
    def legal() -> Response:
        with database.read() as tx:
            mentors, blogs = directory.count_mentors_and_blogs(tx)
        return responses.page_response(
            "bank/legal.html", robots=True, address=config.public_url, mentors=mentors, blogs=blogs
        )

    @pages.get("/bank.css")
    def style() -> Response:
        if not settings.colour:
            abort(404)
        return responses.conditional_response(Response(_style(settings), mimetype="text/css"))

    @pages.get("/bank-logo")
    def logo() -> Response:
        if settings.logo is None:
            abort(404)
        return responses.conditional_response(Response(settings.logo.content, mimetype=settings.logo.mimetype))

    return pages


def _style(settings: BankSettings) -> str:
    """The bank's colour in the place of the product's own, for light and for dark pages."""
    light = f"color-mix(in srgb, {settings.colour} {LIGHT_SHARE}%, white)"
    return (
        f":root {{ --accent: {settings.colour}; --on-accent: #fff; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {light}; --on-accent: #10151c; }} }}\n"
    )
