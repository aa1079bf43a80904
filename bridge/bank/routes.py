"""The pages of the bank: the way in, who is found, the card of one mentor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, Flask, Response, redirect, request, url_for

from bridge.bank import answers, api, crawlers, machines, seen, skills, structured, subscriptions, words
from bridge.bank.asked import Asked
from bridge.bank.often import Limiter, count_search
from bridge.config import Config
from bridge.pages import formats
from bridge.pages.languages import locale
from bridge.storage import directory
from bridge.storage import skills as known_skills
from bridge.storage.database import Database

STARTS = 16  # skills on the first page to begin with


def register(
    app: Flask,
    config: Config,
    database: Database,
    clock: Callable[[], datetime],
    limiter: Limiter,
    of_blogs: Sequence[str],
) -> None:
    """Add the bank to an application; `of_blogs`: where paths begin that only the plugin calls."""
    offered = skills.AllOffered(database)
    app.register_blueprint(_pages(config, database, clock, offered, limiter))
    app.register_blueprint(skills.blueprint(config, database, offered))
    app.register_blueprint(subscriptions.blueprint(config, database, clock, limiter))
    api.register(app, config, database, limiter, clock, offered)
    app.register_blueprint(crawlers.blueprint(config, database, of_blogs))
    app.register_blueprint(machines.blueprint(config, database, clock))


def _pages(
    config: Config, database: Database, clock: Callable[[], datetime], offered: skills.AllOffered, limiter: Limiter
) -> Blueprint:  # fmt: skip
    pages = Blueprint("bank", __name__)

    @pages.get("/")
    def home() -> Response:
        with database.read() as tx:
            mentors, blogs = directory.counts(tx)
        return answers.page(
            "bank/home.html", robots=True, address=config.public_url, open=config.registration == "open",
            mentors=mentors, blogs=blogs, starts=offered.get()[:STARTS], asked=Asked(),
        )  # fmt: skip

    @pages.get("/mentors")
    def mentors() -> Response:
        asked = Asked.read(request.args)
        count_search(limiter, asked)
        with database.read() as tx:
            found = seen.answer(tx, asked)
            choices = directory.choices(tx)
            skill = known_skills.list_of(tx, [asked.filters.skill]).get(asked.filters.skill)
        if asked.page > found.pages:
            return redirect(url_for("bank.mentors", **asked.address(page=None)))  # type: ignore[return-value]
        return answers.page(
            "bank/mentors.html",
            asked=asked,
            found=found,
            choices=choices,
            skill=skill,
            address_of=lambda page: url_for("bank.mentors", **asked.on(page).address()),
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
