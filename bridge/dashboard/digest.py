"""The weekly digest as a private feed: a feed reader needs no address of its reader, so none is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, Response, request, url_for

from bridge.dashboard.desk import Desk
from bridge.errors import NotFound
from bridge.logs import each
from bridge.pages import atom, formats
from bridge.pages.languages import gettext as _
from bridge.pages.languages import ngettext
from bridge.storage import blogs, digests, tallies

WEEKS = 13


def add_open_routes(entrance: Blueprint, desk: Desk) -> None:
    """The feed; its address is its key."""

    @entrance.get("/digest/<token>.atom")
    def digest(token: str) -> Response:
        now = desk.clock()
        with desk.database.read() as tx:
            owner = digests.find_feed(tx, token)
            if owner is None:
                raise NotFound("no such feed")
            blog = blogs.get(tx, owner.blog_id)
            tally = tallies.find(tx, owner.blog_id)
        weeks = tally.figures.get("trend", []) if tally else []
        page = f"{desk.config.public_url}{url_for('dashboard.first', blog_id=blog.id)}"
        title = _("%(blog)s: the week", blog=blog.facts.name or blog.id)
        feed = atom.Feed(
            f"tag:mentor-bridge,2026:{blog.id}/digest", title, f"{desk.config.public_url}{request.path}", page
        )
        told = each(
            reversed(weeks[-WEEKS:]), lambda week: _entry(week, blog.id, page) if _over(week, now) else None, "week"
        )
        entries = [entry for entry in told if entry is not None]
        answer = Response(atom.written(feed, entries, now), mimetype=atom.MIMETYPE)
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer


def _begins(week: dict[str, str]) -> datetime:
    return datetime.combine(date.fromisoformat(week["week"]), time(), UTC)


def _over(week: dict[str, str], now: datetime) -> bool:
    """Only whole weeks: an entry does not change any more."""
    return _begins(week) + timedelta(days=7) <= now


def _entry(week: dict[str, int | str], blog_id: str, page: str) -> atom.Entry:
    begins = _begins({"week": str(week["week"])})
    comments, people = int(week["comments"]), int(week["commenters"])
    said = ngettext("%(num)s comment", "%(num)s comments", comments)
    by = ngettext("by %(num)s person", "by %(num)s people", people)
    return atom.Entry(
        f"tag:mentor-bridge,2026:{blog_id}/week/{week['week']}", _("Week of %(day)s", day=formats.date(begins)), page,
        begins + timedelta(days=7), begins + timedelta(days=7), f"{said}, {by}.",
    )  # fmt: skip
