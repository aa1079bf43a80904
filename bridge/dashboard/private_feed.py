"""The weekly digest as a private feed: a feed reader needs no address of its reader, so none is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, Response, request, url_for

from bridge.errors import NotFound
from bridge.logs import make_each
from bridge.pages import atom, formats
from bridge.pages.languages import gettext as _
from bridge.pages.languages import ngettext
from bridge.runtime import Runtime
from bridge.storage.blogs import blogs
from bridge.storage.engagement import statistics
from bridge.storage.people import private_feeds

DIGEST_WEEKS = 13


def add_open_routes(entrance: Blueprint, runtime: Runtime) -> None:
    """The feed; its address is its key."""

    @entrance.get("/digest/<token>.atom")
    def digest(token: str) -> Response:
        now = runtime.clock()
        with runtime.database.read() as tx:
            owner = private_feeds.find_feed(tx, token)
            if owner is None:
                raise NotFound("no such feed")
            blog = blogs.get(tx, owner.blog_id)
            tally = statistics.find_by_blog(tx, owner.blog_id)
        weeks = tally.figures.get("trend", []) if tally else []
        page = f"{runtime.config.public_url}{url_for('dashboard.first', blog_id=blog.id)}"
        title = _("%(blog)s: the week", blog=blog.facts.name or blog.id)
        feed = atom.Feed(
            f"tag:mentor-bridge,2026:{blog.id}/digest", title, f"{runtime.config.public_url}{request.path}", page
        )
        possible = make_each(
            reversed(weeks[-DIGEST_WEEKS:]),
            lambda week: _entry(week, blog.id, page) if _over(week, now) else None,
            "week",
        )
        entries = [entry for entry in possible if entry is not None]
        answer = Response(atom.write_feed(feed, entries, now), mimetype=atom.ATOM_MIMETYPE)
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer


def _begins(week: dict[str, str]) -> datetime:
    return datetime.combine(date.fromisoformat(week["week"]), time(), UTC)


def _over(week: dict[str, str], now: datetime) -> bool:
    """Only whole weeks: an entry does not change any more."""
    return _begins(week) + timedelta(days=7) <= now


def _entry(week: dict[str, int | str], blog_id: str, page: str) -> atom.FeedEntry:
    begins = _begins({"week": str(week["week"])})
    comments, people = int(week["comments"]), int(week["commenters"])
    text = ngettext("%(num)s comment", "%(num)s comments", comments)
    by = ngettext("by %(num)s person", "by %(num)s people", people)
    return atom.FeedEntry(
        f"tag:mentor-bridge,2026:{blog_id}/week/{week['week']}",
        _("Week of %(day)s", day=formats.date(begins)),
        page,
        begins + timedelta(days=7),
        begins + timedelta(days=7),
        f"{text}, {by}.",
    )
