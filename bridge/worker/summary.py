"""The figures of a blog from its sums, the lists of what to do next, and what of it the blog has to be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bridge.contract.pushes import Pushed, wire_time, wired
from bridge.engagement import blog as metrics
from bridge.engagement.blog import WindowSums
from bridge.engagement.commenters import silence
from bridge.engagement.facts import Tally, Window
from bridge.engagement.measures import percentile
from bridge.engagement.posts import EXPOSURE
from bridge.model import BlogState, Station, StatsObject
from bridge.storage import blogs, engagement, pushes, tallies, work
from bridge.storage.database import Tx
from bridge.storage.tallies import BlogTally
from bridge.worker.context import Context
from bridge.worker.moments import write

AT_MOST = 20  # of each list
REGULARS = 50
ALIVE_FOR = timedelta(days=7)
ALIVE_COMMENTS, ALIVE_PEOPLE = 3, 2
FRESH = timedelta(days=7)
LISTS = ("waiting", "silent", "welcome", "alive", "regulars", "trend", "held_out")
Changed = tuple[Iterable[str] | None, Iterable[str] | None]  # posts, commenters
Known = tuple[frozenset[str], Mapping[str, int]]  # languages, from which score on a post tells much


def store(
    tx: Tx, blog_id: str, now: WindowSums, previous: metrics.Values, known: Known, changed: Changed
) -> None:  # fmt: skip
    """Make the figures from the sums, keep them, and tell the blog what is new of it, and of what changed."""
    window = now.window
    data = blog_data(tx, blog_id, now, metrics.figures(now, previous))
    tallies.store(tx, blog_id, BlogTally(window.day, *known, window.as_of, data))
    if is_told(tx, blog_id):
        told = details(tx, blog_id, window, now.bins("relevance"), changed)
        _tell(tx, blog_id, [StatsObject("blog", "0", 0, data), *told], window.as_of)


def tell_all(context: Context, blog_id: str, window: Window, alike: Mapping[int, int]) -> None:
    """Tell the blog what is new of all its posts and commenters, in portions; `alike`: the likeness of comments."""
    with context.database.read() as tx:
        if not is_told(tx, blog_id):
            return
        items: list[Pushed] = list(details(tx, blog_id, window, alike, (None, None)))
        kinds = [kind for kind in pushes.STATS if kind != "blog"]
        items += pushes.unlisted(tx, blog_id, kinds, {(item.kind, item.object) for item in items})
        rows = pushes.news(tx, blog_id, items, window.as_of)
    write(context, rows, pushes.store)
    if rows:
        with context.database.begin() as tx:
            work.mark_due(tx, Station.PUSH, [blog_id], window.as_of, blog_id=blog_id)


def is_told(tx: Tx, blog_id: str) -> bool:
    """Whether the blog is there and wants to know."""
    blog = blogs.get(tx, blog_id)
    return blog.origin == "connected" and blog.state is BlogState.CONNECTED and blog.facts.statistics


def _tell(tx: Tx, blog_id: str, items: Iterable[Pushed], now: datetime) -> None:
    if pushes.want(tx, blog_id, items, now):
        work.mark_due(tx, Station.PUSH, [blog_id], now, blog_id=blog_id)


def window_sums(tx: Tx, blog_id: str, window: Window, tally: Tally) -> WindowSums:
    """The sums of a window, with the posts that the comments are set against."""
    first, last = metrics.exposure(window)
    midnight = window.day - EXPOSURE
    published, in_sums = engagement.count_published(tx, blog_id, (window.start, window.end), (first, midnight))
    exposed = Counter(tally.get("exposed", {}))
    exposed[0] += in_sums - exposed.total()
    if midnight < last:  # those that had had their 14 days since then are few
        exposed.update(tallies.exposures(tx, blog_id, midnight, last))
    return WindowSums(window, tally, published, +exposed)


def blog_data(tx: Tx, blog_id: str, now: WindowSums, figures: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept and pushed of the blog as a whole."""
    window = now.window
    silent = tallies.list_silent(tx, blog_id, silence(window.as_of), AT_MOST)
    last = engagement.latest_comments(tx, blog_id, {row.commenter: row.silent_since for row in silent})
    fresh = engagement.first_comments(tx, blog_id, window.as_of - FRESH, AT_MOST)
    reasons = metrics.held_out_reasons(now)
    found: dict[str, Any] = wired({
        "as_of": window.as_of, "from": window.start, "to": window.as_of,
        "figures": figures,
        "waiting": [
            {**item, "comment": number(item["comment"]), "post": number(item["post"])}
            for item in tallies.list_waiting(tx, blog_id, AT_MOST)
        ],
        "silent": [
            {"commenter": row.commenter, "comment": number(last[row.commenter]), "posts": row.posts,
             "last": row.silent_since}
            for row in silent if row.commenter in last
        ],
        "welcome": [
            {"commenter": row.commenter, "comment": number(row.remote_id), "post": number(row.post_id),
             "at": row.published_at}
            for row in fresh
        ],
        "alive": _alive(tx, blog_id, window),
        "trend": [
            {"week": date.fromordinal(day).isoformat(), "comments": said, "commenters": people}
            for day, said, people in metrics.trend(now)
        ],
        "regulars": [
            {"commenter": name, "comment": number(theirs["latest"]), "posts": theirs["posts"]}
            for name, theirs in tallies.list_regulars(tx, blog_id, REGULARS)
        ],
        "held_out": {"count": now.total("held_out_comments"), "reasons": reasons},
    })  # fmt: skip
    return found


def _alive(tx: Tx, blog_id: str, window: Window) -> list[dict[str, Any]]:
    """Posts with at least three comments by two people within seven days, the liveliest first."""
    since = window.as_of - ALIVE_FOR
    latest = dict(tallies.list_latest_posts(tx, blog_id, since, 3 * AT_MOST))
    found: list[dict[str, Any]] = [
        {"post": number(post), "comments": said, "commenters": people, "last": latest[post]}
        for post, (said, people) in engagement.conversations_since(tx, blog_id, list(latest), since).items()
        if said >= ALIVE_COMMENTS and people >= ALIVE_PEOPLE
    ]
    return sorted(found, key=lambda item: (-item["comments"], str(item["post"])))[: AT_MOST // 2]


def number(name: str) -> int | str:
    """A remote id as its blog writes it: WordPress has numbers, an imported blog may have names."""
    return int(name) if name.isdecimal() and name.isascii() else name


def details(
    tx: Tx, blog_id: str, window: Window, alike: Mapping[int, int], changed: Changed
) -> Iterable[StatsObject]:  # fmt: skip
    """What the blog has to hold of some posts and commenters; None stands for all of them."""
    posts, people = changed
    as_of = wire_time(window.as_of)
    for post, (figures, likeness) in tallies.post_figures(tx, blog_id, posts).items():
        shown = None
        if figures is not None:
            relevance = None if likeness is None else percentile(alike, likeness)
            waiting = [number(name) for name in figures["waiting"]]
            shown = {**figures, "waiting": waiting, "relevance": relevance, "as_of": as_of}
        yield StatsObject("post", post, 0, shown)
    for name, figures in tallies.commenter_figures(tx, blog_id, people).items():
        shown = figures and {key: value for key, value in figures.items() if key != "latest"} | {"as_of": as_of}
        yield StatsObject("commenter", name, 0, shown)
