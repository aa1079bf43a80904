"""Subscribing without an account: a saved need as a feed, the matching blogs' own feeds, one mentor's posts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request, url_for

from bridge.bank import responses, views
from bridge.bank.opml import OPML_MIMETYPE, write_opml
from bridge.bank.query import BankQuery
from bridge.bank.rate_limits import RateLimiter, count_search
from bridge.bank.views import ResultLine, ResultPage
from bridge.config import Config
from bridge.legible import one_line, web_address
from bridge.logs import make_each
from bridge.model import AuthorKey
from bridge.operations.search import PostHit
from bridge.pages import atom
from bridge.pages.atom import Feed, FeedEntry
from bridge.pages.languages import gettext as _
from bridge.pages.languages import language, locale
from bridge.storage.bank import cards, directory
from bridge.storage.bank.cards import Card
from bridge.storage.bank.directory import BlogFeed
from bridge.storage.content import post_analysis
from bridge.storage.content.posts import PostHeadline
from bridge.storage.core.database import Database, Tx
from bridge.storage.matching import skills

MAX_FEED_ENTRIES = 40
MAX_FEED_MENTORS = 40  # whose posts are looked at for a feed
MAX_OPML_FEEDS = 500  # blogs in a list for feed readers


def blueprint(config: Config, database: Database, clock: Callable[[], datetime], limiter: RateLimiter) -> Blueprint:
    """The feeds ``/mentors.atom``, ``/mentors.opml`` and ``/mentors/<slug>/posts.atom``."""
    feeds_of_bank = Blueprint("feeds", __name__)
    host = urlsplit(config.public_url).hostname or "bridge"  # in the names of entries, which never change

    def shown_at(endpoint: str, **values: Any) -> str:
        return f"{config.public_url}{url_for(endpoint, **values)}"

    def feed(address: str, title: str, subtitle: str, page: str, entries: list[FeedEntry]) -> Response:
        head = Feed(address, title, address, page, subtitle)
        return responses.xml_response(atom.write_feed(head, entries, clock()), atom.ATOM_MIMETYPE)

    @feeds_of_bank.get("/mentors.atom")
    def saved() -> Response:
        asked = BankQuery.read(request.args)
        count_search(limiter, asked)
        with database.read() as tx:
            results = views.find_mentors(tx, replace(asked, page=1, size=MAX_FEED_MENTORS))
            entries = _voices(host, results, str(locale())) if asked.need else _written(tx, host, asked, results)
            name = _name(tx, asked)
        address = shown_at("feeds.saved", lang=language(), **asked.subscription)
        page = shown_at("bank.mentors", **asked.subscription)
        return feed(address, name, _("What mentors on blogs write, as it is published."), page, entries)

    @feeds_of_bank.get("/mentors.opml")
    def blogs() -> Response:
        asked = BankQuery.read(request.args)
        count_search(limiter, asked)
        with database.read() as tx:
            feeds = _blogs(tx, asked)
            name = _name(tx, asked)
        answer = responses.xml_response(
            write_opml(name, shown_at("bank.mentors", **asked.subscription), feeds), OPML_MIMETYPE
        )
        answer.headers["Content-Disposition"] = 'attachment; filename="mentors.opml"'
        return answer

    @feeds_of_bank.get("/mentors/<slug>/posts.atom")
    def posts(slug: str) -> Response:
        with database.read() as tx:
            card = responses.get_card(tx, slug)
            entries = _entries(host, {card.key: card}, cards.list_newest_posts(tx, [card.key], MAX_FEED_ENTRIES))
        return feed(
            shown_at("feeds.posts", slug=slug), card.name, card.blog, shown_at("bank.mentor", slug=slug), entries
        )

    return feeds_of_bank


def _name(tx: Tx, asked: BankQuery) -> str:
    if asked.need:
        return _("Mentors for “%(need)s”", need=asked.need)
    label = skills.list_labels(tx, [asked.filters.skill], language()).get(asked.filters.skill)
    return _("Mentors who offer “%(skill)s”", skill=label) if label else _("Mentors")


def _blogs(tx: Tx, asked: BankQuery) -> list[BlogFeed]:
    """Each blog once, in the order in which its first mentor stands."""
    if not asked.need:
        return directory.list_feeds(tx, asked.filters, MAX_OPML_FEEDS)
    results = views.find_mentors(tx, replace(asked, page=1, size=MAX_OPML_FEEDS), reasons=False)
    blogs: dict[str, BlogFeed] = {}
    for card in (line.card for line in results.lines):
        language = card.languages[0] if len(card.languages) == 1 else ""
        blogs.setdefault(card.key.blog_id, BlogFeed(card.blog, card.home_url, language))
    return [blog for blog in blogs.values() if blog.home_url]


def _voices(host: str, results: ResultPage, tag: str) -> list[FeedEntry]:
    """The posts that speak of a need, newest first: what is written about it from now on comes to the top."""
    pairs = [(post, line) for line in results.lines if line.hit for post in line.hit.posts]
    entries = make_each(pairs, lambda pair: _voice(host, *pair, tag), "entry of a feed")
    return sorted(entries, key=lambda entry: (entry.published, entry.link), reverse=True)[:MAX_FEED_ENTRIES]


def _voice(host: str, post: PostHit, line: ResultLine, tag: str) -> FeedEntry:
    text = post.snippet or line.why(tag)
    spoken = line.hit.key.language if line.hit else ""
    return _entry(host, line.card, post.id, post.title, post.url, spoken, (post.date, post.date), text)


def _written(tx: Tx, host: str, asked: BankQuery, results: ResultPage) -> list[FeedEntry]:
    """What mentors write: on the skill that was asked for, else on whatever."""
    by_key = {line.card.key: line.card for line in results.lines}
    if not asked.filters.skill:
        return _entries(host, by_key, cards.list_newest_posts(tx, list(by_key), MAX_FEED_ENTRIES))
    on = post_analysis.list_posts_by_skill(tx, by_key, [asked.filters.skill], MAX_FEED_ENTRIES)
    posts = sorted(
        (post for item in on.values() for post in item.posts), key=lambda post: (post.published_at, post.url)
    )
    return _entries(host, by_key, posts[::-1][:MAX_FEED_ENTRIES])


def _entries(host: str, by_key: Mapping[AuthorKey, Card], posts: Iterable[PostHeadline]) -> list[FeedEntry]:
    pairs = [(by_key[AuthorKey(post.blog_id, post.author_id)], post) for post in posts]
    spoken = [(card, post) for card, post in pairs if post.language in card.languages]
    return make_each(spoken, lambda pair: _own(host, *pair), "entry of a feed")


def _own(host: str, card: Card, post: PostHeadline) -> FeedEntry:
    dates = (post.published_at, post.modified_at)
    return _entry(host, card, post.id, post.title, post.url, post.language, dates)


def _entry(
    host: str,
    card: Card,
    post_id: int,
    title: str,
    url: str,
    language: str,
    dates: tuple[datetime, datetime],
    text: str = "",
) -> FeedEntry:
    name = f"tag:{host},2026:post/{hashlib.sha256(str(post_id).encode()).hexdigest()[:24]}"
    link = web_address(url) or card.url
    return FeedEntry(name, one_line(title) or link, link, *dates, text, card.name, card.url, card.blog, language)
