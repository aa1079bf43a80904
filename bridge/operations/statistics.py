"""The statistics of one blog on demand, without writing: as they were counted, or counted now; and what `tally` shares.

The figures of the last 90 days are kept by `tally`; those of all time are computed when somebody asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bridge.engagement import blog as metrics
from bridge.engagement.blog import WindowSums
from bridge.engagement.facts import Tally, Window
from bridge.engagement.measures import median, percentile
from bridge.engagement.posts import EXPOSURE_PERIOD
from bridge.engagement.resonance import comparable_posts, resonance_sums, telling_thresholds
from bridge.operations.counting import Contributions, count_all_comments, sum_contributions
from bridge.storage.blogs.blogs import Blog
from bridge.storage.content import post_analysis
from bridge.storage.core.database import Tx
from bridge.storage.engagement import comments as stored_comments
from bridge.storage.engagement import dirty, statistics, totals
from bridge.storage.engagement.records import Cohort, CommenterFigures, PostFigures
from bridge.text.language import primary_language

# What a blog is told beside its figures.
SUMMARY_LISTS = ("waiting", "silent", "welcome", "alive", "regulars", "trend", "held_out")


@dataclass(frozen=True, slots=True)
class StatisticsReport:
    """All that is known of a blog's conversations in a window; `lists` is empty where nothing is tallied yet."""

    window: Window
    figures: Mapping[str, Mapping[str, Any]]
    cohorts: Sequence[Cohort]
    posts: Mapping[str, Mapping[str, object]]
    commenters: Mapping[str, Mapping[str, object]]
    lists: Mapping[str, Any]


def report_statistics(tx: Tx, blog: Blog, now: datetime, *, ever: bool) -> StatisticsReport:
    """The statistics of a blog, of the last 90 days or of all time."""
    stored = statistics.find_by_blog(tx, blog.id)
    lists = {} if stored is None else {name: stored.figures.get(name, []) for name in SUMMARY_LISTS}
    if not ever and stored is not None and _is_fresh(tx, blog.id, stored, now):
        window = Window.before(stored.as_of)
        current, before = (
            window_sums(tx, blog.id, of, totals.list_by_window(tx, blog.id, span))
            for of, span in ((window, totals.CURRENT_WINDOW), (window.previous, totals.PREVIOUS_WINDOW))
        )
        posts, people = (
            statistics.list_post_figures(tx, blog.id, None),
            statistics.list_commenter_figures(tx, blog.id, None),
        )
        stayed = totals.list_cohorts(tx, blog.id)
    else:
        window = Window.ever(now) if ever else Window.before(now)
        current, before, counted = _count(tx, blog, window)
        posts = {share.post: (share.figures, share.likeness) for share in counted.posts}
        people = {share.commenter: share.figures for share in counted.people}
        stayed = list(counted.cohorts)
    return StatisticsReport(
        window,
        _figures(current, None if ever else before),
        stayed,
        _of_posts(posts, current),
        _of_people(people),
        lists,
    )


def home_languages(tx: Tx, blog: Blog) -> frozenset[str]:
    """Languages in which nobody is foreign: that of the blog, and those of its posts."""
    return frozenset(stored_comments.list_post_languages(tx, blog.id) | {primary_language(blog.facts.language)})


def window_sums(tx: Tx, blog_id: str, window: Window, tally: Tally) -> WindowSums:
    """The sums of a window, with the posts that the comments are set against."""
    first, last = metrics.exposure_period(window)
    midnight = window.day - EXPOSURE_PERIOD
    # Those that had had their 14 days since midnight are few; of a window that has ended there are none.
    counts = statistics.count_posts(tx, blog_id, (window.start, window.end), (first, midnight), (midnight, last))
    exposed = Counter(tally.get("exposed", {}))
    exposed[0] += counts.comparable - exposed.total()
    exposed.update(counts.by_exposure)
    return WindowSums(window, tally, counts.published, +exposed)


def _is_fresh(tx: Tx, blog_id: str, stored: statistics.BlogStatistics, now: datetime) -> bool:
    seen = dirty.get_dirty_set(tx, blog_id)
    return stored.day == Window.before(now).day and not seen.posts and not seen.people


def _count(tx: Tx, blog: Blog, window: Window) -> tuple[WindowSums, WindowSums, Contributions]:
    published = stored_comments.list_publication_dates(tx, blog.id)
    comments = stored_comments.list_all_facts(tx, blog.id, published)
    elsewhere, begun = (
        partial(stored_comments.list_text_hashes_elsewhere, tx, blog.id),
        stored_comments.find_import_start(tx, blog.id),
    )
    counted = count_all_comments(comments, published, window, home_languages(tx, blog), elsewhere, begun)
    exposed = {share.post: share.exposed for share in counted.posts}

    def over(tally: Tally, of: Window) -> WindowSums:
        within = stored_comments.list_post_ids_between(tx, blog.id, of.start, of.end)
        seen: dict[int, int] = {}
        for post in stored_comments.list_post_ids_between(tx, blog.id, *metrics.exposure_period(of)):
            seen[exposed.get(post, 0)] = seen.get(exposed.get(post, 0), 0) + 1
        return WindowSums(of, tally, len(within), seen)

    now, before = sum_contributions(counted)
    seen = comparable_posts(
        post_analysis.list_disclosures(tx, blog.id, window.day - EXPOSURE_PERIOD),
        {share.post: (share.exposed, share.likeness) for share in counted.posts},
    )
    return (
        over({**now, **resonance_sums(seen, telling_thresholds(seen))}, window),
        over(before, window.previous),
        counted,
    )


def _figures(now: WindowSums, before: WindowSums | None) -> dict[str, dict[str, Any]]:
    figures: dict[str, dict[str, Any]] = {**metrics.blog_figures(now, metrics.figure_values(before) if before else {})}
    per_post = figures["comments_per_post"]
    per_post["median"] = median(now.exposed) if per_post["value"] is not None else None
    return figures


def _of_posts(
    stored: Mapping[str, tuple[PostFigures | None, int | None]], now: WindowSums
) -> dict[str, dict[str, object]]:
    alike = now.bins("relevance")
    return {
        post: {**figures, "relevance": None if likeness is None else percentile(alike, likeness)}
        for post, (figures, likeness) in sorted(stored.items())
        if figures is not None
    }


def _of_people(stored: Mapping[str, CommenterFigures | None]) -> dict[str, dict[str, object]]:
    return {
        name: {key: value for key, value in figures.items() if key != "latest"}
        for name, figures in sorted(stored.items())
        if figures is not None
    }
