"""JSON Feed (version 1.1): the same entries as in Atom, for readers that like it better."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bridge.language_tags import language_tag
from bridge.legible import legible
from bridge.logs import make_each
from bridge.pages.atom import Feed, FeedEntry, write_moment
from bridge.pages.languages import language

JSON_FEED_MIMETYPE = "application/feed+json"
JSON_FEED_VERSION = "https://jsonfeed.org/version/1.1"


def write_json_feed(feed: Feed, entries: Sequence[FeedEntry]) -> bytes:
    """The feed as it is sent, entries in their order; the format has no word for what was taken back."""
    head = {
        "version": JSON_FEED_VERSION,
        "title": legible(feed.title),
        "home_page_url": feed.page,
        "feed_url": feed.own,
        "description": legible(feed.subtitle),
        "language": language(),
        "hubs": [{"type": "WebSub", "url": feed.hub}] if feed.hub else [],
    }
    items = make_each(entries, lambda entry: _item(feed, entry), "entry of a feed")
    return json.dumps({**_without_empty(head), "items": items}, ensure_ascii=False, indent=1).encode()


def _item(feed: Feed, entry: FeedEntry) -> dict[str, Any]:
    author = {"name": legible(entry.author or feed.title), "url": entry.author_url}
    item = {
        "id": entry.id,
        "url": entry.link,
        "title": legible(entry.title),
        "date_published": write_moment(entry.published),
        "date_modified": write_moment(max(entry.updated, entry.published)),
        "authors": [_without_empty(author)],
        "tags": [legible(entry.category)] if entry.category else [],
        "language": language_tag(entry.language),
    }
    return {**_without_empty(item), "content_text": legible(entry.text)}  # which every item must have


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
