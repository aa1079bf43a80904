"""Subscribing without an account: a saved need as a feed, the matching blogs' own feeds, one mentor's posts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request, url_for

from bridge.bank import answers, seen
from bridge.bank.asked import Asked
from bridge.bank.often import Limiter, count_search
from bridge.bank.opml import MIMETYPE, opml
from bridge.bank.seen import Found, Line
from bridge.config import Config
from bridge.legible import one_line, web_address
from bridge.logs import each
from bridge.model import AuthorKey
from bridge.pages import atom
from bridge.pages.atom import Entry, Feed
from bridge.pages.languages import gettext as _
from bridge.pages.languages import language, locale
from bridge.storage import cards, directory, readings, skills
from bridge.storage.cards import Card
from bridge.storage.database import Database, Tx
from bridge.storage.directory import BlogFeed
from bridge.storage.needs import VotingPost

ENTRIES = 40
MENTORS = 40  # whose posts are looked at for a feed
FEEDS = 500  # blogs in a list for feed readers


def blueprint(config: Config, database: Database, clock: Callable[[], datetime], limiter: Limiter) -> Blueprint:
    """``/mentors.atom``, ``/mentors.opml``, ``/mentors/<slug>/posts.atom``."""
    feeds_of_bank = Blueprint("feeds", __name__)
    host = urlsplit(config.public_url).hostname or "bridge"  # in the names of entries, which never change

    def shown_at(endpoint: str, **values: Any) -> str:
        return f"{config.public_url}{url_for(endpoint, **values)}"

    def feed(address: str, title: str, subtitle: str, page: str, entries: list[Entry]) -> Response:
        told = Feed(address, title, address, page, subtitle)
        return answers.xml(atom.written(told, entries, clock()), atom.MIMETYPE)

    @feeds_of_bank.get("/mentors.atom")
    def saved() -> Response:
        asked = Asked.read(request.args)
        count_search(limiter, asked)
        with database.read() as tx:
            found = seen.answer(tx, replace(asked, page=1, size=MENTORS))
            entries = _voices(host, found, str(locale())) if asked.need else _written(tx, host, asked, found)
            name = _name(tx, asked)
        own = shown_at("feeds.saved", lang=language(), **asked.subscription)
        page = shown_at("bank.mentors", **asked.subscription)
        return feed(own, name, _("What mentors on blogs write, as it is published."), page, entries)

    @feeds_of_bank.get("/mentors.opml")
    def blogs() -> Response:
        asked = Asked.read(request.args)
        count_search(limiter, asked)
        with database.read() as tx:
            found = _blogs(tx, asked)
            name = _name(tx, asked)
        answer = answers.xml(opml(name, shown_at("bank.mentors", **asked.subscription), found), MIMETYPE)
        answer.headers["Content-Disposition"] = 'attachment; filename="mentors.opml"'
        return answer

    @feeds_of_bank.get("/mentors/<slug>/posts.atom")
    def posts(slug: str) -> Response:
        with database.read() as tx:
            card = answers.card_at(tx, slug)
            entries = _entries(host, {card.key: card}, cards.newest_posts(tx, [card.key], ENTRIES))
        return feed(
            shown_at("feeds.posts", slug=slug), card.name, card.blog, shown_at("bank.mentor", slug=slug), entries
        )

    return feeds_of_bank


def _name(tx: Tx, asked: Asked) -> str:
    if asked.need:
        return _("Mentors for “%(need)s”", need=asked.need)
    label = skills.labels(tx, [asked.filters.skill], language()).get(asked.filters.skill)
    return _("Mentors who offer “%(skill)s”", skill=label) if label else _("Mentors")


def _blogs(tx: Tx, asked: Asked) -> list[BlogFeed]:
    """Each blog once, in the order in which its first mentor stands."""
    if not asked.need:
        return directory.list_feeds(tx, asked.filters, FEEDS)
    found = seen.answer(tx, replace(asked, page=1, size=FEEDS), snippets=False)
    blogs: dict[str, BlogFeed] = {}
    for card in (line.card for line in found.lines):
        language = card.languages[0] if len(card.languages) == 1 else ""
        blogs.setdefault(card.key.blog_id, BlogFeed(card.blog, card.home_url, language))
    return [blog for blog in blogs.values() if blog.home_url]


def _voices(host: str, found: Found, tag: str) -> list[Entry]:
    """The posts that speak of a need, newest first: what is written about it from now on comes to the top."""
    pairs = [(post, line) for line in found.lines if line.found for post in line.found.posts]
    entries = each(pairs, lambda pair: _voice(host, *pair, tag), "entry of a feed")
    return sorted(entries, key=lambda entry: (entry.published, entry.link), reverse=True)[:ENTRIES]


def _voice(host: str, post: VotingPost, line: Line, tag: str) -> Entry:
    said = post.snippet or line.why(tag)
    spoken = line.found.key.language if line.found else ""
    return _entry(host, line.card, post.id, post.title, post.url, spoken, (post.date, post.date), said)


def _written(tx: Tx, host: str, asked: Asked, found: Found) -> list[Entry]:
    """What mentors write: on the skill that was asked for, else on whatever."""
    by_key = {line.card.key: line.card for line in found.lines}
    if not asked.filters.skill:
        return _entries(host, by_key, cards.newest_posts(tx, list(by_key), ENTRIES))
    on = readings.list_on_skills(tx, by_key, [asked.filters.skill], ENTRIES)
    posts = sorted((post for one in on.values() for post in one.posts), key=lambda post: (post.published_at, post.url))
    return _entries(host, by_key, posts[::-1][:ENTRIES])


def _entries(host: str, by_key: Mapping[AuthorKey, Card], posts: Iterable[Any]) -> list[Entry]:
    found = [(by_key[AuthorKey(post.blog_id, post.author_id)], post) for post in posts]
    spoken = [(card, post) for card, post in found if post.language in card.languages]
    return each(spoken, lambda pair: _own(host, *pair), "entry of a feed")


def _own(host: str, card: Card, post: Any) -> Entry:
    dates = (post.published_at, post.modified_at)
    return _entry(host, card, post.id, post.title, post.url, post.language, dates)


def _entry(
    host: str, card: Card, post_id: int, title: str, url: str, language: str, dates: tuple[datetime, datetime],
    text: str = "",
) -> Entry:  # fmt: skip
    name = f"tag:{host},2026:post/{hashlib.sha256(str(post_id).encode()).hexdigest()[:24]}"
    link = web_address(url) or card.url
    return Entry(name, one_line(title) or link, link, *dates, text, card.name, card.url, card.blog, language)
