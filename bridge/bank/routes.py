"""The pages of the bank: the way in, who is found, the card of one mentor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, Flask, Response, redirect, request, url_for

from bridge.bank import (
    about,
    api,
    ask_mails,
    asked,
    asking,
    joining,
    json_ld,
    labels,
    responses,
    robots,
    skills,
    subscriptions,
    views,
)
from bridge.bank.example_needs import example_needs
from bridge.bank.query import BankQuery
from bridge.bank.rate_limits import RateLimiter, count_search
from bridge.config import Config
from bridge.pages import formats
from bridge.pages.ask_labels import openness_sentence, usual_sentence
from bridge.pages.languages import language, locale
from bridge.runtime import Runtime
from bridge.storage.asks import ask_mentors
from bridge.storage.bank import cards, directory
from bridge.storage.core.database import Database
from bridge.storage.matching import skills as known_skills

MAX_NEAR_SKILLS = 6  # named where nobody has written about a need
MAX_SUGGESTED_SKILLS = 8  # skills on the first page to begin with
MAX_FIRST_CARDS = 3  # cards on the first page


def register(
    app: Flask,
    runtime: Runtime,
    limiter: RateLimiter,
    blog_folders: Sequence[str],
) -> None:
    """Add the bank to an application; `blog_folders`: where paths begin that only the plugin calls."""
    config, database, clock = runtime.config, runtime.database, runtime.clock
    offered = skills.OfferedSkills(database)
    app.register_blueprint(_pages(config, database, clock, offered, limiter))
    app.register_blueprint(asking.blueprint(runtime, limiter))
    app.register_blueprint(asked.blueprint(runtime))
    app.register_blueprint(ask_mails.blueprint(runtime, limiter))
    app.register_blueprint(skills.blueprint(config, database, offered))
    app.register_blueprint(subscriptions.blueprint(config, database, clock, limiter))
    api.register(app, config, database, limiter, clock, offered)
    about.register(app, config, database)
    app.register_blueprint(joining.blueprint(config))
    app.register_blueprint(robots.blueprint(config, database, blog_folders))


def _pages(
    config: Config,
    database: Database,
    clock: Callable[[], datetime],
    offered: skills.OfferedSkills,
    limiter: RateLimiter,
) -> Blueprint:
    pages = Blueprint("bank", __name__)

    @pages.get("/")
    def home() -> Response:
        with database.read() as tx:
            mentors, blogs = directory.count_mentors_and_blogs(tx)
            some = cards.list_for_first_page(tx, language(), MAX_FIRST_CARDS)
        offers = offered.get()
        return responses.page_response(
            "bank/home.html",
            robots=True,
            address=config.public_url,
            open=config.registration == "open",
            mentors=mentors,
            blogs=blogs,
            starts=offers[:MAX_SUGGESTED_SKILLS],
            examples=example_needs([offer.skill for offer in offers]),
            some=[views.ResultLine(card) for card in some],
            asked=BankQuery(),
        )

    @pages.get("/mentors")
    def mentors() -> Response:
        asked = BankQuery.read(request.args)
        count_search(limiter, asked)
        with database.read() as tx:
            results = views.find_mentors(tx, asked)
            choices = directory.get_filter_choices(tx)
            skill = known_skills.list_by_ids(tx, [asked.filters.skill]).get(asked.filters.skill)
            alone = asked.filters and not asked.need and not results.lines  # with a need it would be a second search
            without = directory.count_mentors_and_blogs(tx)[0] if alone else 0
        if asked.page > results.pages:
            return redirect(url_for("bank.mentors", **asked.address(page=None)))  # type: ignore[return-value]
        return responses.page_response(
            "bank/mentors.html",
            asked=asked,
            results=results,
            choices=choices,
            active=labels.active_filters(asked, skill.label(language()) if skill else ""),
            without=without,
            near=offered.near(asked.need, MAX_NEAR_SKILLS) if asked.need and not results.lines else [],
            starts=[] if results.lines else offered.get()[:MAX_SUGGESTED_SKILLS],
            address_of=lambda page: url_for("bank.mentors", **asked.on(page).address()),
            said=labels.FILTER_VALUE_LABELS,
            facets=labels.FACET_LABELS,
            tag=str(locale()),
        )

    @pages.get("/mentors/<slug>")
    def mentor(slug: str) -> Response:
        address = f"{config.public_url}{url_for('bank.mentor', slug=slug)}"
        with database.read() as tx:
            view = views.with_sentences(tx, views.view_card(tx, responses.get_card(tx, slug), clock()))
            load = ask_mentors.get_load(tx, view.card.key)
        return responses.page_response(
            "bank/mentor.html",
            robots=view.card.declared.search_engines,
            view=view,
            card=view.card,
            closed=openness_sentence(view.card.name, load, clock()),
            usual=usual_sentence(load),
            details=labels.DETAIL_LABELS,
            address=address,
            data=json_ld.person_page(view, address),
            summary=json_ld.shorten(view.card.bio),
            names=[formats.language_name(code) for code in view.card.languages],
        )

    return pages
