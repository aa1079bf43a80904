"""Subscribing without an account: a saved need as a feed, the matching blogs' own feeds, one mentor's posts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request, url_for

from bridge.bank import answers, feeds, seen
from bridge.bank.asked import Asked
from bridge.bank.feeds import Entry, Outline
from bridge.bank.seen import Found
from bridge.config import Config
from bridge.model import AuthorKey
from bridge.pages.languages import gettext as _
from bridge.pages.languages import language, locale
from bridge.storage import cards, readings, skills
from bridge.storage.cards import Card
from bridge.storage.database import Database, Tx

ENTRIES = 40
MENTORS = 40  # whose posts are looked at for a feed
FEEDS = 500  # blogs in a list for feed readers


def blueprint(config: Config, database: Database, clock: Callable[[], datetime]) -> Blueprint:
    """``/mentors.atom``, ``/mentors.opml``, ``/mentors/<slug>/posts.atom``."""
    feeds_of_bank = Blueprint("feeds", __name__)

    def shown_at(endpoint: str, **values: Any) -> str:
        return f"{config.public_url}{url_for(endpoint, **values)}"

    @feeds_of_bank.get("/mentors.atom")
    def saved() -> Response:
        asked = Asked.read(request.args)
        with database.read() as tx:
            found = seen.answer(tx, replace(asked, page=1, size=MENTORS))
            name = _name(tx, asked)
            entries = _voices(found, str(locale())) if asked.need else _written(tx, asked, found)
        return answers.xml(
            feeds.atom(
                name, _("What mentors on blogs write, as it is published."),
                shown_at("feeds.saved", lang=language(), **asked.subscription),
                shown_at("bank.mentors", **asked.subscription), entries,
                clock(),
            ),
            "application/atom+xml",
        )  # fmt: skip

    @feeds_of_bank.get("/mentors.opml")
    def blogs() -> Response:
        asked = Asked.read(request.args)
        with database.read() as tx:
            found = [line.card for line in seen.answer(tx, replace(asked, page=1, size=FEEDS), snippets=False).lines]
            name = _name(tx, asked)
        body = feeds.opml(name, shown_at("bank.mentors", **asked.subscription), _outlines(found))
        answer = answers.xml(body, "text/x-opml")
        answer.headers["Content-Disposition"] = 'attachment; filename="mentors.opml"'
        return answer

    @feeds_of_bank.get("/mentors/<slug>/posts.atom")
    def posts(slug: str) -> Response:
        with database.read() as tx:
            card = answers.card_at(tx, slug)
            entries = _entries({card.key: card}, cards.newest_posts(tx, [card.key], ENTRIES))
        return answers.xml(
            feeds.atom(
                card.name, card.blog, shown_at("feeds.posts", slug=slug), shown_at("bank.mentor", slug=slug), entries,
                clock(),
            ),
            "application/atom+xml",
        )  # fmt: skip

    return feeds_of_bank


def _name(tx: Tx, asked: Asked) -> str:
    if asked.need:
        return _("Mentors for “%(need)s”", need=asked.need)
    label = skills.labels(tx, [asked.filters.skill], language()).get(asked.filters.skill)
    return _("Mentors who offer “%(skill)s”", skill=label) if label else _("Mentors")


def _voices(found: Found, tag: str) -> list[Entry]:
    """The posts that speak of a need, newest first: what is written about it from now on comes to the top."""
    entries = [
        Entry(post.id, post.title or post.url, post.url, line.card.name, line.card.url, line.card.blog,
              line.found.key.language, post.date, post.date, post.snippet or line.why(tag))
        for line in found.lines if line.found for post in line.found.posts
    ]  # fmt: skip
    return sorted(entries, key=lambda entry: (entry.published, entry.url), reverse=True)[:ENTRIES]


def _written(tx: Tx, asked: Asked, found: Found) -> list[Entry]:
    """What mentors write: on the skill that was asked for, else on whatever."""
    by_key = {line.card.key: line.card for line in found.lines}
    if not asked.filters.skill:
        return _entries(by_key, cards.newest_posts(tx, list(by_key), ENTRIES))
    on = readings.list_on_skills(tx, by_key, [asked.filters.skill], ENTRIES)
    posts = sorted((post for one in on.values() for post in one.posts), key=lambda post: (post.published_at, post.url))
    return _entries(by_key, posts[::-1][:ENTRIES])


def _entries(by_key: Mapping[AuthorKey, Card], posts: Iterable[Any]) -> list[Entry]:
    entries = []
    for post in posts:
        card = by_key[AuthorKey(post.blog_id, post.author_id)]
        if post.language in card.languages:
            entries.append(
                Entry(post.id, post.title or post.url, post.url, card.name, card.url, card.blog, post.language,
                      post.published_at, post.modified_at)
            )  # fmt: skip
    return entries


def _outlines(found: Iterable[Card]) -> list[Outline]:
    """Each blog once, in the order in which its first mentor stands."""
    blogs: dict[str, Outline] = {}
    for card in found:
        if card.feed_url and card.key.blog_id not in blogs:
            language = card.languages[0] if len(card.languages) == 1 else ""
            blogs[card.key.blog_id] = Outline(card.blog, card.feed_url, card.home_url, language)
    return list(blogs.values())
