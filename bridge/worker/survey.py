"""The statistics of one blog on demand, without writing: as they were counted, or counted now.

The figures of the last 90 days are kept by `tally`; those of all time are computed when somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bridge.engagement import blog as metrics
from bridge.engagement.blog import WindowSums
from bridge.engagement.facts import Tally, Window
from bridge.engagement.measures import median, percentile
from bridge.engagement.posts import EXPOSURE
from bridge.engagement.resonance import compared, drawn_by, telling
from bridge.storage import cohorts, engagement, marks, readings, sums, tallies
from bridge.storage.blogs import Blog
from bridge.storage.database import Tx
from bridge.worker import summary
from bridge.worker.counting import Counted, count_from_nothing, sum_of
from bridge.worker.tally import known_languages


@dataclass(frozen=True, slots=True)
class Survey:
    """All that is known of a blog's conversations in a window; `lists` is empty where nothing is tallied yet."""

    window: Window
    figures: Mapping[str, Mapping[str, Any]]
    cohorts: list[dict[str, object]]
    posts: Mapping[str, Mapping[str, Any]]
    commenters: Mapping[str, Mapping[str, Any]]
    lists: Mapping[str, Any]


def survey(tx: Tx, blog: Blog, now: datetime, *, ever: bool) -> Survey:
    """The statistics of a blog, of the last 90 days or of all time."""
    held = tallies.find(tx, blog.id)
    lists = {} if held is None else {name: held.figures.get(name, []) for name in summary.LISTS}
    if not ever and held is not None and _is_fresh(tx, blog.id, held, now):
        window = Window.before(held.as_of)
        current, before = (
            summary.window_sums(tx, blog.id, of, sums.held(tx, blog.id, span))
            for of, span in ((window, sums.NOW), (window.previous, sums.BEFORE))
        )
        posts, people = tallies.post_figures(tx, blog.id, None), tallies.commenter_figures(tx, blog.id, None)
        stayed = cohorts.list_of(tx, blog.id)
    else:
        window = Window.ever(now) if ever else Window.before(now)
        current, before, counted = _count(tx, blog, window)
        posts = {share.post: (dict(share.figures), share.likeness) for share in counted.posts}
        people = {share.commenter: dict(share.figures) for share in counted.people if share.figures is not None}
        stayed = list(counted.cohorts)
    return Survey(
        window, _figures(current, None if ever else before), stayed,
        _of_posts(posts, current), _of_people(people), lists,
    )  # fmt: skip


def _is_fresh(tx: Tx, blog_id: str, held: tallies.BlogTally, now: datetime) -> bool:
    seen = marks.marked(tx, blog_id)
    return held.day == Window.before(now).day and not seen.posts and not seen.people


def _count(tx: Tx, blog: Blog, window: Window) -> tuple[WindowSums, WindowSums, Counted]:
    published = engagement.published(tx, blog.id)
    comments = engagement.all_facts(tx, blog.id, published)
    elsewhere, begun = partial(engagement.texts_elsewhere, tx, blog.id), engagement.imported_since(tx, blog.id)
    counted = count_from_nothing(comments, published, window, known_languages(tx, blog), elsewhere, begun)
    exposed = {share.post: share.exposed for share in counted.posts}

    def over(tally: Tally, of: Window) -> WindowSums:
        within = engagement.published_between(tx, blog.id, of.start, of.end)
        seen: dict[int, int] = {}
        for post in engagement.published_between(tx, blog.id, *metrics.exposure(of)):
            seen[exposed.get(post, 0)] = seen.get(exposed.get(post, 0), 0) + 1
        return WindowSums(of, tally, len(within), seen)

    now, before = sum_of(counted)
    seen = compared(
        readings.disclosures(tx, blog.id, window.day - EXPOSURE),
        {share.post: (share.exposed, share.likeness) for share in counted.posts},
    )
    return over({**now, **drawn_by(seen, telling(seen))}, window), over(before, window.previous), counted


def _figures(now: WindowSums, before: WindowSums | None) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {**metrics.figures(now, metrics.values(before) if before else {})}
    per_post = found["comments_per_post"]
    per_post["median"] = median(now.exposed) if per_post["value"] is not None else None
    return found


def _of_posts(
    found: Mapping[str, tuple[dict[str, Any] | None, int | None]], now: WindowSums
) -> dict[str, dict[str, Any]]:
    alike = now.bins("relevance")
    return {
        post: {**figures, "relevance": None if likeness is None else percentile(alike, likeness)}
        for post, (figures, likeness) in sorted(found.items()) if figures is not None
    }  # fmt: skip


def _of_people(found: Mapping[str, dict[str, Any] | None]) -> dict[str, dict[str, Any]]:
    return {
        name: {key: value for key, value in figures.items() if key != "latest"}
        for name, figures in sorted(found.items()) if figures is not None
    }  # fmt: skip
