"""The pages of the bank: the way in, who is found, the card of one mentor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Blueprint, Flask, Response, redirect, request, url_for

from bridge.bank import answers, api, machines, seen, structured, subscriptions, words
from bridge.bank.asked import Asked
from bridge.bank.machines import Remembered
from bridge.config import Config
from bridge.pages import formats
from bridge.pages.languages import LANGUAGES, language, locale
from bridge.storage import cards
from bridge.storage.database import Database

STARTS = 16  # words on the first page to begin with
STARTS_FOR = 60.0  # seconds that they are kept


def register(
    app: Flask, config: Config, database: Database, clock: Callable[[], datetime], limiter: api.Limiter
) -> None:
    """Add the bank to an application."""
    app.register_blueprint(_pages(config, database, clock))
    app.register_blueprint(subscriptions.blueprint(config, database, clock))
    api.register(app, config, database, limiter, clock)
    app.register_blueprint(machines.blueprint(database, clock))


def _pages(config: Config, database: Database, clock: Callable[[], datetime]) -> Blueprint:
    pages = Blueprint("bank", __name__)
    starts = {code: Remembered(partial(_starts, database, code), STARTS_FOR) for code in LANGUAGES}

    @pages.get("/")
    def home() -> Response:
        with database.read() as tx:
            mentors, blogs = cards.counts(tx)
        return answers.page(
            "bank/home.html", robots=True, address=config.public_url, open=config.registration == "open",
            mentors=mentors, blogs=blogs, starts=starts[language()].get(), asked=Asked(),
        )  # fmt: skip

    @pages.get("/mentors")
    def mentors() -> Response:
        asked = Asked.read(request.args)
        with database.read() as tx:
            found = seen.answer(tx, asked)
            choices = cards.choices(tx)
        if asked.page > found.pages:
            return redirect(url_for("bank.mentors", **asked.address(page=None)))  # type: ignore[return-value]
        return answers.page(
            "bank/mentors.html",
            asked=asked,
            found=found,
            choices=choices,
            said=words.SAID,
            facets=words.FACETS,
            tag=str(locale()),
        )

    @pages.get("/mentors/<slug>")
    def mentor(slug: str) -> Response:
        address = f"{config.public_url}{url_for('bank.mentor', slug=slug)}"
        with database.read() as tx:
            whole = seen.whole(tx, answers.card_at(tx, slug), clock())
        return answers.page(
            "bank/mentor.html", robots=bool(whole.card.declared.get("search_engines")), whole=whole, card=whole.card,
            details=words.DETAILS,
            address=address, data=structured.person(whole, address), summary=structured.short(whole.card.bio),
            names=[formats.language_name(code) for code in whole.card.languages],
        )  # fmt: skip

    return pages


def _starts(database: Database, code: str) -> list[str]:
    with database.read() as tx:
        return [word for word, _ in cards.common_themes(tx, code)[:STARTS]]
