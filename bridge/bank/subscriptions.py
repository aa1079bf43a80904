"""Subscribing without an account: a saved need as a feed, the matching blogs' own feeds, one mentor's posts.

A feed is a log: each post that matches stands in it once, under a name that never changes, in the order of publication.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request, url_for

from bridge.bank import responses, views
from bridge.bank.about import bank_name
from bridge.bank.opml import OPML_MIMETYPE, write_opml
from bridge.bank.query import BankQuery
from bridge.bank.rate_limits import RateLimiter, count_search
from bridge.config import Config
from bridge.legible import one_line, web_address
from bridge.logs import make_each
from bridge.model import AuthorKey
from bridge.operations import need_log
from bridge.operations.need_log import LoggedPost
from bridge.pages import atom, formats, json_feed
from bridge.pages.atom import DeletedEntry, Feed, FeedEntry
from bridge.pages.languages import gettext as _
from bridge.pages.languages import language
from bridge.storage.bank import cards, directory
from bridge.storage.bank.cards import Card
from bridge.storage.bank.directory import BlogFeed
from bridge.storage.content import tombstones
from bridge.storage.content.posts import PostHeadline
from bridge.storage.core.database import Database, Tx
from bridge.storage.matching import skills

MAX_FEED_ENTRIES = 100
DELETIONS_KEPT = timedelta(days=30)  # for which a feed names what was taken back
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
        return responses.feed_response(body, atom.ATOM_MIMETYPE)

    def as_json(self) -> Response:
        """The same entries as a JSON Feed."""
        body = json_feed.write_json_feed(self.head, self.entries)
        return responses.feed_response(body, json_feed.JSON_FEED_MIMETYPE)


def blueprint(config: Config, database: Database, clock: Callable[[], datetime], limiter: RateLimiter) -> Blueprint:
    """The feeds ``/mentors`` and ``/mentors/<slug>/posts``, ``.atom`` and ``.json``, and the list ``/mentors.opml``."""
    feeds_of_bank = Blueprint("feeds", __name__)
    host = urlsplit(config.public_url).hostname or "bridge"  # in the names of entries, which never change

    def shown_at(endpoint: str, **values: Any) -> str:
        return f"{config.public_url}{url_for(endpoint, **values)}"

    def read_saved(endpoint: str) -> LoggedFeed:
        asked = BankQuery.read(request.args)
        count_search(limiter, asked)
        with database.read() as tx:
            posts = _list_posts(tx, asked)
            deleted = _list_deleted(tx, host, {item.card.key.blog_id for item in posts}, clock())
            name = _name(tx, asked)
        address = shown_at(endpoint, lang=language(), **asked.subscription)
        page = shown_at("bank.mentors", **asked.subscription)
        head = Feed(address, name, address, page, _("What mentors on blogs write, as it is published."))
        return LoggedFeed(head, _entries(host, posts), deleted)

    def read_posts(endpoint: str, slug: str) -> LoggedFeed:
        with database.read() as tx:
            card = responses.get_card(tx, slug)
            posts = _written(cards.list_newest_posts(tx, [card.key], MAX_FEED_ENTRIES), {card.key: card})
            deleted = _list_deleted(tx, host, [card.key.blog_id], clock())
        address = shown_at(endpoint, slug=slug)
        head = Feed(address, card.name, address, shown_at("bank.mentor", slug=slug), card.blog)
        return LoggedFeed(head, _entries(host, posts), deleted)

    @feeds_of_bank.get("/mentors.atom")
    def saved() -> Response:
        return read_saved("feeds.saved").as_atom()

    @feeds_of_bank.get("/mentors.json")
    def saved_json() -> Response:
        return read_saved("feeds.saved_json").as_json()

    @feeds_of_bank.get("/mentors/<slug>/posts.atom")
    def posts(slug: str) -> Response:
        return read_posts("feeds.posts", slug).as_atom()

    @feeds_of_bank.get("/mentors/<slug>/posts.json")
    def posts_json(slug: str) -> Response:
        return read_posts("feeds.posts_json", slug).as_json()

    @feeds_of_bank.get("/mentors.opml")
    def blogs() -> Response:
        asked = BankQuery.read(request.args)
        count_search(limiter, asked)
        with database.read() as tx:
            feeds = _blogs(tx, asked)
            name = _name(tx, asked)
        answer = responses.feed_response(
            write_opml(name, bank_name(config.bank), shown_at("bank.mentors", **asked.subscription), feeds),
            OPML_MIMETYPE,
        )
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


def _list_posts(tx: Tx, asked: BankQuery) -> list[LoggedPost]:
    """The newest posts that match: what is written from now on comes to the top."""
    if asked.need:
        return need_log.list_posts_on_need(tx, asked.need, asked.filters, language(), MAX_FEED_ENTRIES)
    if asked.filters.skill:
        posts = cards.list_newest_posts_on_skill(tx, asked.filters, MAX_FEED_ENTRIES)
        return _written(posts, cards.list_by_author(tx, map(_author, posts)))
    # Who wrote one of the newest posts of all is among as many mentors who published last.
    last = views.find_mentors(tx, replace(asked, page=1, size=MAX_FEED_ENTRIES))
    by_key = {line.card.key: line.card for line in last.lines}
    return _written(cards.list_newest_posts(tx, list(by_key), MAX_FEED_ENTRIES), by_key)


def _written(posts: Iterable[PostHeadline], by_key: Mapping[AuthorKey, Card]) -> list[LoggedPost]:
    """Posts in the languages in which their authors are mentors."""
    pairs = [(post, by_key[_author(post)]) for post in posts if _author(post) in by_key]
    return [LoggedPost(post, card) for post, card in pairs if post.language in card.languages]


def _author(post: PostHeadline) -> AuthorKey:
    return AuthorKey(post.blog_id, post.author_id)


def _list_deleted(tx: Tx, host: str, blog_ids: Iterable[str], now: datetime) -> list[DeletedEntry]:
    removed = tombstones.list_removed_posts(tx, blog_ids, now - DELETIONS_KEPT, MAX_FEED_ENTRIES)
    return [DeletedEntry(_name_of_post(host, post_id), at) for post_id, at in removed]


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
