"""The figures of a blog from its sums, the lists of what to do next, and what of it the blog has to be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from bridge.contract.pushes import Pushed, json_value, wire_time
from bridge.engagement import blog as metrics
from bridge.engagement.blog import WindowSums
from bridge.engagement.commenters import silence_period
from bridge.engagement.facts import Window
from bridge.engagement.measures import percentile
from bridge.model import BlogState, StatsObject
from bridge.operations import due
from bridge.storage.blogs import blogs, outbox
from bridge.storage.core.database import Tx
from bridge.storage.engagement import comments, statistics
from bridge.storage.engagement.statistics import BlogStatistics
from bridge.worker.context import Context
from bridge.worker.write_slices import write_in_slices

MAX_LIST_ITEMS = 20  # of each list
MAX_REGULARS = 50
ALIVE_PERIOD = timedelta(days=7)
ALIVE_COMMENTS, ALIVE_PEOPLE = 3, 2
WELCOME_PERIOD = timedelta(days=7)
ChangedNames = tuple[Iterable[str] | None, Iterable[str] | None]  # posts, commenters
ComparisonBasis = tuple[frozenset[str], Mapping[str, int]]  # languages, from which score on a post tells much


def store_summary(
    tx: Tx,
    blog_id: str,
    now: WindowSums,
    previous: metrics.FigureValues,
    basis: ComparisonBasis,
    changed: ChangedNames,
    *,
    daily: bool = False,
) -> None:
    """Make the figures from the sums, keep them, and tell the blog what is new of it, and of what changed.

    `daily`: the first count of a day, with which the blog's lists are looked at, too.
    """
    window = now.window
    data = blog_data(tx, blog_id, now, metrics.blog_figures(now, previous))
    statistics.upsert_by_blog(tx, blog_id, BlogStatistics(window.day, *basis, window.as_of, data))
    if wants_statistics(tx, blog_id):
        details = push_details(tx, blog_id, window, now.bins("relevance"), changed)
        if outbox.upsert_changed(tx, blog_id, [StatsObject("blog", "0", 0, data), *details], window.as_of):
            due.figures_changed(tx, blog_id, window.as_of, thorough=daily)


def push_all_details(context: Context, blog_id: str, window: Window, alike: Mapping[int, int]) -> None:
    """Tell the blog what is new of all its posts and commenters, in portions; `alike`: the likeness of comments."""
    with context.database.read() as tx:
        if not wants_statistics(tx, blog_id):
            return
        items: list[Pushed] = list(push_details(tx, blog_id, window, alike, (None, None)))
        kinds = [kind for kind in outbox.STATISTICS_KINDS if kind != "blog"]
        items += outbox.list_emptied(tx, blog_id, kinds, {(item.kind, item.object) for item in items})
        rows = outbox.list_changed(tx, blog_id, items, window.as_of)
    write_in_slices(context, rows, outbox.upsert_rows)
    if rows:
        with context.database.begin() as tx:
            due.figures_changed(tx, blog_id, window.as_of, thorough=True)


def wants_statistics(tx: Tx, blog_id: str) -> bool:
    """Whether the blog is there and wants to know."""
    blog = blogs.get(tx, blog_id)
    return blog.origin == "connected" and blog.state is BlogState.CONNECTED and blog.facts.statistics


def blog_data(tx: Tx, blog_id: str, now: WindowSums, figures: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept and pushed of the blog as a whole."""
    window = now.window
    silent = statistics.list_silent_commenters(tx, blog_id, silence_period(window.as_of), MAX_LIST_ITEMS)
    last = comments.list_latest_by_commenter(tx, blog_id, {row.commenter: row.silent_since for row in silent})
    fresh = comments.list_first_comments(tx, blog_id, window.as_of - WELCOME_PERIOD, MAX_LIST_ITEMS)
    reasons = metrics.held_out_reasons(now)
    data: dict[str, Any] = json_value(
        {
            "as_of": window.as_of,
            "from": window.start,
            "to": window.as_of,
            "figures": figures,
            "waiting": [
                {**item, "comment": wire_id(item["comment"]), "post": wire_id(item["post"])}
                for item in statistics.list_waiting_comments(tx, blog_id, MAX_LIST_ITEMS)
            ],
            "silent": [
                {
                    "commenter": row.commenter,
                    "comment": wire_id(last[row.commenter]),
                    "posts": row.posts,
                    "last": row.silent_since,
                }
                for row in silent
                if row.commenter in last
            ],
            "welcome": [
                {
                    "commenter": row.commenter,
                    "comment": wire_id(row.remote_id),
                    "post": wire_id(row.post_id),
                    "at": row.published_at,
                }
                for row in fresh
            ],
            "alive": _alive(tx, blog_id, window),
            "trend": [
                {"week": date.fromordinal(day).isoformat(), "comments": comment_count, "commenters": people}
                for day, comment_count, people in metrics.trend(now)
            ],
            "regulars": [
                {"commenter": name, "comment": wire_id(theirs["latest"]), "posts": theirs["posts"]}
                for name, theirs in statistics.list_regular_commenters(tx, blog_id, MAX_REGULARS)
            ],
            "held_out": {"count": now.total("held_out_comments"), "reasons": reasons},
        }
    )
    return data


def _alive(tx: Tx, blog_id: str, window: Window) -> list[dict[str, Any]]:
    """Posts with at least three comments by two people within seven days, the liveliest first."""
    since = window.as_of - ALIVE_PERIOD
    latest = dict(statistics.list_recently_commented_posts(tx, blog_id, since, 3 * MAX_LIST_ITEMS))
    alive: list[dict[str, Any]] = [
        {"post": wire_id(post), "comments": comment_count, "commenters": people, "last": latest[post]}
        for post, (comment_count, people) in comments.count_by_post_since(tx, blog_id, list(latest), since).items()
        if comment_count >= ALIVE_COMMENTS and people >= ALIVE_PEOPLE
    ]
    return sorted(alive, key=lambda item: (-item["comments"], str(item["post"])))[: MAX_LIST_ITEMS // 2]


def wire_id(name: str) -> int | str:
    """A remote id as its blog writes it: WordPress has numbers, an imported blog may have names."""
    return int(name) if name.isdecimal() and name.isascii() else name


def push_details(
    tx: Tx, blog_id: str, window: Window, alike: Mapping[int, int], changed: ChangedNames
) -> Iterable[StatsObject]:
    """What the blog has to hold of some posts and commenters; None stands for all of them."""
    posts, people = changed
    as_of = wire_time(window.as_of)
    for post, (figures, likeness) in statistics.list_post_figures(tx, blog_id, posts).items():
        shown: dict[str, object] | None = None
        if figures is not None:
            relevance = None if likeness is None else percentile(alike, likeness)
            waiting = [wire_id(name) for name in figures["waiting"]]
            shown = {**figures, "waiting": waiting, "relevance": relevance, "as_of": as_of}
        yield StatsObject("post", post, 0, shown)
    for name, theirs in statistics.list_commenter_figures(tx, blog_id, people).items():
        shown = theirs and {key: value for key, value in theirs.items() if key != "latest"} | {"as_of": as_of}
        yield StatsObject("commenter", name, 0, shown)
