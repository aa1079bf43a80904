"""Subscribing without an account: a saved need as a feed, the matching blogs' own feeds, one mentor's posts.

A feed is a log: each post that matches stands in it once, under a name that never changes, in the order of publication.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, request, url_for

from bridge.bank import responses, views
from bridge.bank.about import bank_name
from bridge.bank.opml import OPML_MIMETYPE, write_opml
from bridge.bank.query import BankQuery
from bridge.bank.rate_limits import RateLimiter, count_search
from bridge.config import Config
from bridge.errors import StorageUnavailable
from bridge.legible import one_line, web_address
from bridge.logs import make_each
from bridge.operations import feed_log
from bridge.operations.feed_log import FeedQuestion, Follower
from bridge.operations.need_log import LoggedPost
from bridge.pages import atom, formats, json_feed
from bridge.pages.atom import DeletedEntry, Feed, FeedEntry
from bridge.pages.languages import gettext as _
from bridge.pages.languages import language
from bridge.storage.bank import directory
from bridge.storage.bank.cards import Card
from bridge.storage.bank.directory import BlogFeed
from bridge.storage.content.posts import PostHeadline
from bridge.storage.core.database import Database, Tx
from bridge.storage.matching import skills

log = structlog.get_logger("bank")

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # of an empty feed, so that it is the same whenever it is asked for
MAX_OPML_FEEDS = 500  # blogs in a list for feed readers


@dataclass(frozen=True, slots=True)
class LoggedFeed:
    """A feed that was read, to be sent as whoever asks likes it."""

    head: Feed
    entries: list[FeedEntry]
    deleted: list[DeletedEntry]

    def as_atom(self) -> Response:
        """For every feed reader, with what was taken back."""
        body = atom.write_feed(self.head, self.entries, BEGINNING, self.deleted)
        return self._answered(body, atom.ATOM_MIMETYPE)

    def as_json(self) -> Response:
        """The same entries as a JSON Feed."""
        return self._answered(json_feed.write_json_feed(self.head, self.entries), json_feed.JSON_FEED_MIMETYPE)

    def _answered(self, body: bytes, mimetype: str) -> Response:
        links = [("hub", self.head.hub), ("self", self.head.own)] if self.head.hub else []
        return responses.feed_response(body, mimetype, [f'<{address}>; rel="{name}"' for name, address in links])


@dataclass(frozen=True, slots=True)
class FeedReading:
    """How feeds are read: what they bring, and what they name as taken back."""

    config: Config
    database: Database
    clock: Callable[[], datetime]
    limiter: RateLimiter

    def shown_at(self, endpoint: str, **values: Any) -> str:
        """The whole address of a route."""
        return f"{self.config.public_url}{url_for(endpoint, **values)}"

    def saved(self, endpoint: str) -> LoggedFeed:
        """The feed of a question to the bank."""
        asked = BankQuery.read(request.args)
        count_search(self.limiter, asked)
        address = self.shown_at(endpoint, lang=language(), **asked.subscription)
        page = self.shown_at("bank.mentors", **asked.subscription)
        with self.database.read() as tx:
            name = _name(tx, asked)
        subtitle = _("What mentors on blogs write, as it is published.")
        head = Feed(address, name, address, page, subtitle, self.config.websub_hub)
        return self._logged(head, FeedQuestion(language(), asked.need, asked.filters))

    def posts(self, endpoint: str, slug: str) -> LoggedFeed:
        """The feed of one mentor."""
        with self.database.read() as tx:
            card = responses.get_card(tx, slug)
        address, page = self.shown_at(endpoint, slug=slug), self.shown_at("bank.mentor", slug=slug)
        head = Feed(address, card.name, address, page, card.blog, self.config.websub_hub)
        return self._logged(head, FeedQuestion(language(), author=card.key))

    def _logged(self, head: Feed, asked: FeedQuestion) -> LoggedFeed:
        host = urlsplit(self.config.public_url).hostname or "bridge"  # in the names of entries, which never change
        now = self.clock()
        follower = Follower(head.own, asked, hub=bool(head.hub))
        with self.database.read() as tx:
            posts = feed_log.list_posts(tx, asked)
            feed, differs = follower.read(tx, posts, now)
        if differs:
            try:
                feed = follower.record(self.database, posts, now)
            except StorageUnavailable as error:  # the feed is read all the same, and remembers it the next time
                log.warning("a feed could not be noted", error=str(error))
        newest_first = sorted(feed.memory.gone.items(), key=lambda taken: (taken[1], taken[0]), reverse=True)
        deleted = [DeletedEntry(_name_of_post(host, post_id), at) for post_id, at in newest_first]
        return LoggedFeed(head, _entries(host, posts), deleted)


def blueprint(config: Config, database: Database, clock: Callable[[], datetime], limiter: RateLimiter) -> Blueprint:
    """The feeds ``/mentors`` and ``/mentors/<slug>/posts``, ``.atom`` and ``.json``, and the list ``/mentors.opml``."""
    feeds_of_bank = Blueprint("feeds", __name__)
    reading = FeedReading(config, database, clock, limiter)

    @feeds_of_bank.get("/mentors.atom")
    def saved() -> Response:
        return reading.saved("feeds.saved").as_atom()

    @feeds_of_bank.get("/mentors.json")
    def saved_json() -> Response:
        return reading.saved("feeds.saved_json").as_json()

    @feeds_of_bank.get("/mentors/<slug>/posts.atom")
    def posts(slug: str) -> Response:
        return reading.posts("feeds.posts", slug).as_atom()

    @feeds_of_bank.get("/mentors/<slug>/posts.json")
    def posts_json(slug: str) -> Response:
        return reading.posts("feeds.posts_json", slug).as_json()

    @feeds_of_bank.get("/mentors.opml")
    def blogs() -> Response:
        asked = BankQuery.read(request.args)
        count_search(limiter, asked)
        with database.read() as tx:
            feeds = _blogs(tx, asked)
            name = _name(tx, asked)
        page = reading.shown_at("bank.mentors", **asked.subscription)
        answer = responses.feed_response(write_opml(name, bank_name(config.bank), page, feeds), OPML_MIMETYPE)
        answer.headers["Content-Disposition"] = 'attachment; filename="mentors.opml"'
        return answer

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
        blogs.setdefault(card.key.blog_id, BlogFeed(card.blog, card.home_url, language, card.last_post_at))
    return [blog for blog in blogs.values() if blog.home_url]


def _entries(host: str, posts: Iterable[LoggedPost]) -> list[FeedEntry]:
    return make_each(posts, lambda item: _entry(host, item.card, item.post, item.words), "entry of a feed")


def _name_of_post(host: str, post_id: int) -> str:
    return f"tag:{host},2026:post/{hashlib.sha256(str(post_id).encode()).hexdigest()[:24]}"


def _entry(host: str, card: Card, post: PostHeadline, words: Sequence[str]) -> FeedEntry:
    link = web_address(post.url) or card.url
    # No sentence of the post: a feed names every post, and a search quotes one of each mentor.
    text = _("Speaks of: %(words)s", words=formats.listing(words)) if words else ""
    return FeedEntry(
        _name_of_post(host, post.id),
        one_line(post.title) or link,
        link,
        post.published_at,
        post.modified_at,
        text,
        card.name,
        card.url,
        card.blog,
        post.language,
    )
