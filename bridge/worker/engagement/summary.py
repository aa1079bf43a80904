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
from bridge.model import BlogState
from bridge.operations import due
from bridge.pushes import StatsObject
from bridge.storage.blogs import blogs, outbox
from bridge.storage.core.database import Tx
from bridge.storage.engagement import comments, statistics, summary_lists
from bridge.storage.engagement.records import CommenterFigures, PostFigures
from bridge.storage.engagement.statistics import BlogStatistics
from bridge.worker.context import Context
from bridge.worker.write_slices import write_in_slices

MAX_LIST_ITEMS = 20  # of each list
MAX_REGULARS = 50
ALIVE_PERIOD = timedelta(days=7)
ALIVE_COMMENTS, ALIVE_PEOPLE = 3, 2
WELCOME_PERIOD = timedelta(days=7)
PostDetails = Mapping[str, tuple[PostFigures | None, int | None]]  # post → figures, likeness; None: it has none
CommenterDetails = Mapping[str, CommenterFigures | None]
ComparisonBasis = tuple[frozenset[str], Mapping[str, int]]  # languages, from which score on a post tells much


def store_summary(
    tx: Tx,
    blog_id: str,
    now: WindowSums,
    previous: metrics.FigureValues,
    basis: ComparisonBasis,
    changed: tuple[PostDetails, CommenterDetails],
) -> None:
    """Make the figures from the sums, keep them, and tell the blog what is new of it, and of what changed."""
    window = now.window
    data = blog_data(tx, blog_id, now, metrics.blog_figures(now, previous))
    statistics.upsert_by_blog(tx, blog_id, BlogStatistics(window.day, *basis, window.as_of, data))
    if wants_statistics(tx, blog_id):
        details = push_details(window, now.bins("relevance"), *changed)
        if outbox.upsert_changed(tx, blog_id, [StatsObject("blog", "0", 0, data), *details], window.as_of):
            due.figures_changed(tx, blog_id, window.as_of)


def push_all_details(context: Context, blog_id: str, window: Window, alike: Mapping[int, int]) -> None:
    """Tell the blog what is new of all its posts and commenters, in portions; `alike`: the likeness of comments."""
    with context.database.read() as tx:
        if not wants_statistics(tx, blog_id):
            return
        posts = statistics.list_post_figures(tx, blog_id, None)
        people = statistics.list_commenter_figures(tx, blog_id, None)
        items: list[Pushed] = list(push_details(window, alike, posts, people))
        kinds = [kind for kind in outbox.STATISTICS_KINDS if kind != "blog"]
        items += outbox.list_emptied(tx, blog_id, kinds, {(item.kind, item.object) for item in items})
        rows = outbox.list_changed(tx, blog_id, items, window.as_of)
    write_in_slices(context, rows, outbox.upsert_rows)
    if rows:
        with context.database.begin() as tx:
            due.figures_changed(tx, blog_id, window.as_of)


def wants_statistics(tx: Tx, blog_id: str) -> bool:
    """Whether the blog is there and wants to know."""
    blog = blogs.get(tx, blog_id)
    return blog.origin == "connected" and blog.state is BlogState.CONNECTED and blog.facts.statistics


def blog_data(tx: Tx, blog_id: str, now: WindowSums, figures: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept and pushed of the blog as a whole."""
    window = now.window
    silent, regulars = _commenter_lists(tx, blog_id, window)
    data: dict[str, Any] = json_value(
        {
            "as_of": window.as_of,
            "from": window.start,
            "to": window.as_of,
            "figures": figures,
            "waiting": [
                {**item, "comment": wire_id(item["comment"]), "post": wire_id(item["post"])}
                for item in summary_lists.list_waiting_comments(tx, blog_id, MAX_LIST_ITEMS)
            ],
            "silent": silent,
            "welcome": _welcome(tx, blog_id, window),
            "alive": _alive(tx, blog_id, window),
            "trend": [
                {"week": date.fromordinal(day).isoformat(), "comments": comment_count, "commenters": people}
                for day, comment_count, people in metrics.trend(now)
            ],
            "regulars": regulars,
            "held_out": {"count": now.total("held_out_comments"), "reasons": metrics.held_out_reasons(now)},
        }
    )
    return data


def _commenter_lists(tx: Tx, blog_id: str, window: Window) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Those who came back and are silent now, and those who still come back."""
    silent, regular = summary_lists.list_noted_commenters(
        tx, blog_id, silence_period(window.as_of), MAX_LIST_ITEMS, MAX_REGULARS
    )
    last = comments.list_latest_by_commenter(tx, blog_id, {row.commenter: row.silent_since for row in silent})
    return [
        {
            "commenter": row.commenter,
            "comment": wire_id(last[row.commenter]),
            "posts": row.posts,
            "last": row.silent_since,
        }
        for row in silent
        if row.commenter in last
    ], [{"commenter": name, "comment": wire_id(theirs["latest"]), "posts": theirs["posts"]} for name, theirs in regular]


def _welcome(tx: Tx, blog_id: str, window: Window) -> list[dict[str, Any]]:
    """First comments of people who are new."""
    fresh = comments.list_first_comments(tx, blog_id, window.as_of - WELCOME_PERIOD, MAX_LIST_ITEMS)
    return [
        {
            "commenter": row.commenter,
            "comment": wire_id(row.remote_id),
            "post": wire_id(row.post_id),
            "at": row.published_at,
        }
        for row in fresh
    ]


def _alive(tx: Tx, blog_id: str, window: Window) -> list[dict[str, Any]]:
    """Posts with at least three comments by two people within seven days, the liveliest first."""
    lively = summary_lists.list_lively_posts(tx, blog_id, window.as_of - ALIVE_PERIOD, 3 * MAX_LIST_ITEMS)
    alive: list[dict[str, Any]] = [
        {"post": wire_id(post.post), "comments": post.comments, "commenters": post.commenters, "last": post.last_at}
        for post in lively
        if post.comments >= ALIVE_COMMENTS and post.commenters >= ALIVE_PEOPLE
    ]
    return sorted(alive, key=lambda item: (-item["comments"], str(item["post"])))[: MAX_LIST_ITEMS // 2]


def wire_id(name: str) -> int | str:
    """A remote id as its blog writes it: WordPress has numbers, an imported blog may have names."""
    return int(name) if name.isdecimal() and name.isascii() else name


def push_details(
    window: Window, alike: Mapping[int, int], posts: PostDetails, people: CommenterDetails
) -> Iterable[StatsObject]:
    """What the blog has to hold of some posts and commenters."""
    as_of = wire_time(window.as_of)
    for post, (figures, likeness) in posts.items():
        shown: dict[str, object] | None = None
        if figures is not None:
            relevance = None if likeness is None else percentile(alike, likeness)
            waiting = [wire_id(name) for name in figures["waiting"]]
            shown = {**figures, "waiting": waiting, "relevance": relevance, "as_of": as_of}
        yield StatsObject("post", post, 0, shown)
    for name, theirs in people.items():
        shown = theirs and {key: value for key, value in theirs.items() if key != "latest"} | {"as_of": as_of}
        yield StatsObject("commenter", name, 0, shown)
