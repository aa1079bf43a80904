"""The calls of the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from flask import url_for
from flask_smorest import Blueprint

from bridge.bank import responses, views
from bridge.bank.api import schemas
from bridge.bank.query import BankQuery
from bridge.bank.skills import OfferedSkills
from bridge.bank.views import ResultLine, ResultPage
from bridge.config import Config
from bridge.contract import catalogue
from bridge.contract.parsing import EVENT_TYPES
from bridge.legible import legible_in, web_address
from bridge.logs import make_each
from bridge.pages.languages import locale
from bridge.storage.bank.cards import Card
from bridge.storage.content.posts import PostHeadline
from bridge.storage.core.database import Database
from bridge.text.terms import WEIGHT_UNIT

Data = dict[str, Any]
MAX_THEMES = 10
DECLARED_FIELDS = (
    "offers",
    "needs",
    "languages",
    "region",
    "stage",
    "availability",
    "capacity",
    "formats",
    "motives",
    "limits",
    "outside_own_sector",
)


def blueprint(config: Config, database: Database, clock: Callable[[], datetime], offered: OfferedSkills) -> Blueprint:
    """The routes of the API, ``/api/v1/…``."""
    v1 = Blueprint("api", __name__, url_prefix="/api/v1", description="The bank of mentors.")

    def described(card: Card) -> Data:
        return {
            "slug": card.slug,
            "url": f"{config.public_url}{url_for('bank.mentor', slug=card.slug)}",
            "name": card.name,
            "blog": card.key.blog_id,
            "author": card.key.author_id,
            "blog_name": card.blog,
            "blog_url": card.home_url,
            "feed_url": card.feed_url,
            "languages": card.languages,
            "posts": card.posts,
            "last_post_at": card.last_post_at,
            "themes": card.words[:MAX_THEMES],
        }

    def listed(results: ResultPage, asked: BankQuery) -> Data:
        def described_line(line: ResultLine) -> Data:
            return {**described(line.card), **_reason(line)}

        return {
            "mentors": make_each(results.lines, described_line, "mentor"),
            "further": make_each(results.further, described_line, "mentor"),
            "missing": list(results.missing),
            "newcomers": make_each(results.newcomers, described_line, "mentor"),
            "total": results.total,
            "page": asked.page,
            "pages": results.pages,
        }

    @v1.get("/mentors")
    @v1.arguments(schemas.MentorFilters, location="query")
    @v1.response(200, schemas.Mentors)
    @v1.alt_response(429, schema=schemas.Error, description="Too often; `Retry-After` says when.")
    def mentors(args: Data) -> Data:
        """All mentors, whoever published last first."""
        asked = _asked(args)
        with database.read() as tx:
            return listed(views.find_mentors(tx, asked), asked)

    @v1.get("/search")
    @v1.arguments(schemas.Need, location="query")
    @v1.response(200, schemas.Mentors)
    @v1.alt_response(429, schema=schemas.Error, description="Too often; `Retry-After` says when.")
    def search(args: Data) -> Data:
        """Mentors for a need, best first, each with the posts that speak for them."""
        asked = _asked(args)
        with database.read() as tx:
            return listed(views.find_mentors(tx, asked), asked)

    @v1.get("/mentors/<slug>")
    @v1.response(200, schemas.Card)
    @v1.alt_response(404, schema=schemas.Error, description="There is nobody at this address.")
    @v1.alt_response(410, schema=schemas.Error, description="Not shown any more: forget what you hold.")
    @v1.alt_response(429, schema=schemas.Error, description="Too often; `Retry-After` says when.")
    def mentor(slug: str) -> Data:
        """One card."""
        with database.read() as tx:
            view = views.view_card(tx, responses.get_card(tx, slug), clock())
        card = view.card
        return {
            **described(card),
            "bio": card.bio,
            "provisional": view.provisional,
            "declared": {
                name: legible_in(value) for name in DECLARED_FIELDS if (value := getattr(card.declared, name))
            },
            "profile": [
                {"language": language, "word": word, "weight": round(weight / WEIGHT_UNIT, 6), "posts": posts}
                for language, words in card.themes.items()
                for word, weight, posts in words
            ],
            "skills": [
                {
                    "id": offer.skill.id,
                    "labels": dict(offer.skill.labels),
                    "declared": offer.declared,
                    "posts": offer.on.total,
                    "latest": _posts(offer.on.posts),
                }
                for offer in view.offers
            ],
            "latest": _posts(view.posts),
        }

    @v1.get("/mentors/<slug>/related")
    @v1.response(200, schemas.RelatedMentors)
    @v1.alt_response(404, schema=schemas.Error, description="There is nobody at this address.")
    @v1.alt_response(410, schema=schemas.Error, description="Not shown any more: forget what you hold.")
    @v1.alt_response(429, schema=schemas.Error, description="Too often; `Retry-After` says when.")
    def related(slug: str) -> Data:
        """Mentors close to one, with what both write about and what is different about them."""
        with database.read() as tx:
            near = views.view_card(tx, responses.get_card(tx, slug), clock()).near
        return {
            "mentors": [
                {**described(neighbour.card), "shared": neighbour.shared, "different": neighbour.different}
                for neighbour in near
            ]
        }

    @v1.get("/skills")
    @v1.arguments(schemas.SkillPage, location="query")
    @v1.response(200, schemas.Skills)
    @v1.alt_response(429, schema=schemas.Error, description="Too often; `Retry-After` says when.")
    def skills(args: Data) -> Data:
        """Skills that somebody offers, the most offered first; counted at most a minute ago."""
        shown, total, pages = offered.page(args["page"], args["limit"])
        offers = [
            {
                "id": offer.skill.id,
                "url": f"{config.public_url}{url_for('skills.one', address=offer.skill.address)}",
                "labels": dict(offer.skill.labels),
                "mentors": offer.mentors,
            }
            for offer in shown
        ]
        return {"skills": offers, "total": total, "page": args["page"], "pages": pages}

    @v1.get("/event-types")
    @v1.response(200, schemas.EventTypes)
    @v1.alt_response(429, schema=schemas.Error, description="Too often; `Retry-After` says when.")
    def event_types() -> Data:
        """What blogs tell the bridge, with the JSON Schema of each event."""
        return {"event_types": _event_types()}

    return v1


def _asked(args: Mapping[str, Any]) -> BankQuery:
    texts = {name.replace("in_", "in-"): str(value) for name, value in args.items() if name != "limit"}
    return BankQuery.read(texts, size=int(args["limit"]))


def _posts(rows: Sequence[PostHeadline]) -> list[Data]:
    return [{"title": post.title, "url": web_address(post.url), "date": post.published_at} for post in rows]


def _reason(line: ResultLine) -> Data:
    if line.hit is None:
        return {"score": None, "why": None}
    posts = [
        {"title": post.title, "url": web_address(post.url), "date": post.date, "snippet": post.snippet}
        for post in line.hit.posts
    ]
    words = [word.written for word in line.hit.words]
    why = {"sentence": line.why(str(locale())), "words": words, "votes": line.hit.votes, "posts": posts}
    return {"score": line.hit.score / WEIGHT_UNIT, "why": why}


@cache
def _event_types() -> list[Data]:
    every = catalogue.json_schemas()
    return [{"type": name, "description": every[name]["description"], "schema": every[name]} for name in EVENT_TYPES]
