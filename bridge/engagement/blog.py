"""The figures of one blog: each compares it with itself a window earlier, never with other blogs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bridge.engagement import measures
from bridge.engagement.commenters import SPAM_SIGNALS
from bridge.engagement.facts import Tally, Window
from bridge.engagement.measures import Figure
from bridge.engagement.posts import EXPOSURE_PERIOD, hour_bin
from bridge.engagement.resonance import resonance

MIN_SAMPLE = 5
MIN_PERSONS_FOR_GINI = 10


@dataclass(frozen=True)
class WindowSums:
    """All that the figures of one window are made from."""

    window: Window
    tally: Tally  # over the posts and commenters of the blog
    posts: int  # published in the window
    exposed: Mapping[int, int]  # comments within 14 days → posts, of those published 14 days before the window

    def bins(self, name: str) -> Mapping[int, int]:
        """The bins of one sum."""
        return self.tally.get(name, {})

    def total(self, name: str) -> int:
        """All bins of one sum together."""
        return sum(self.bins(name).values())

    @cached_property
    def reply_times(self) -> tuple[int, tuple[int | None, ...]]:
        """How many were or are to be answered, and the minutes until half of them, and nine of ten, were."""
        ended, open_ones = self.bins("answered"), self.bins("unanswered")
        now = hour_bin(self.window.as_of)
        # Those of today, whose hour may not have come yet, have waited for nothing.
        censored = {(now - since) * 60: count for since, count in open_ones.items() if since < now}
        censored[0] = sum(count for since, count in open_ones.items() if since >= now)
        n = sum(ended.values()) + sum(censored.values())
        return n, measures.survival_quantiles(ended, censored, 0.5, 0.9) if n >= MIN_SAMPLE else (None, None)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure by its key; its words are in `bridge.engagement.catalogue`."""

    key: str
    of: Callable[[WindowSums], Figure]


def comments(sums: WindowSums) -> Figure:
    """Counted comments (the base set): approved, by readers, no echoes, repetitions or held-out spam."""
    return _count(sums.total("comments"))


def posts(sums: WindowSums) -> Figure:
    """Posts published in the window by authors who take part."""
    return _count(sums.posts)


def comments_per_post(sums: WindowSums) -> Figure:
    """Mean number of comments within 14 days of publication, over the posts published between the window's beginning
    less 14 days and its end less 14 days: so each post had equal time."""
    n = sum(sums.exposed.values())
    return Figure(measures.mean(sums.exposed) if n >= MIN_SAMPLE else None, n)


def conversation_rate(sums: WindowSums) -> Figure:
    """Share of the posts of `comments_per_post` with at least one comment within 14 days. Wilson 95 % interval."""
    n = sum(sums.exposed.values())
    return _share(n - sums.exposed.get(0, 0), n)


def unique_commenters(sums: WindowSums) -> Figure:
    """Distinct persons (by the blog's own key) among the counted comments; anonymous ones apart."""
    return _count(sums.total("person_comments"))


def new_commenters(sums: WindowSums) -> Figure:
    """Persons whose first counted comment ever on the blog lies in the window."""
    return _count(sums.total("new"))


def returning_commenters(sums: WindowSums) -> Figure:
    """Persons with a comment in the window and an earlier one, at least a day before, on another post."""
    return _count(sums.total("returning"))


def regulars(sums: WindowSums) -> Figure:
    """Persons who commented on at least 3 distinct posts on at least 3 distinct days of the window."""
    return _count(sums.total("regular"))


def h_index_commenters(sums: WindowSums) -> Figure:
    """The largest h such that h persons commented on at least h distinct posts each, in the window."""
    return _index(sums.bins("person_posts"))


def h_index_posts(sums: WindowSums) -> Figure:
    """The largest h such that h posts got comments of at least h distinct persons each, in the window."""
    return _index(sums.bins("post_commenters"))


def reply_rate(sums: WindowSums) -> Figure:
    """Share of readers' comments at the top of a thread that the post's author answered (directly or as the next in
    the thread) within 7 days, of those that had been there for 7 days at midnight UTC. Wilson 95 % interval."""
    bins = sums.bins("replied")
    return _share(bins.get(1, 0), sum(bins.values()))


def reply_time_median_hours(sums: WindowSums) -> Figure:
    """Hours until half of the comments of `reply_rate` were answered; unanswered ones wait still (Kaplan-Meier)."""
    return _reply_time(sums, 0)


def reply_time_p90_hours(sums: WindowSums) -> Figure:
    """Hours until nine of ten of the comments of `reply_rate` were answered (Kaplan-Meier); none while many wait."""
    return _reply_time(sums, 1)


def thread_depth(sums: WindowSums) -> Figure:
    """Mean depth in levels (a comment is 1, an answer to it 2) of the window's threads with at least one reply."""
    bins = sums.bins("depth")
    n = sum(bins.values())
    return Figure(measures.mean(bins) if n >= MIN_SAMPLE else None, n)


def back_and_forth(sums: WindowSums) -> Figure:
    """Share of the window's threads with a reply in which the author, a reader and the author again spoke.
    Wilson 95 % interval."""
    bins = sums.bins("back_and_forth")
    return _share(bins.get(1, 0), sum(bins.values()))


def gini(sums: WindowSums) -> Figure:
    """How unequally the comments are spread over the persons: 0 all alike, near 1 few write nearly all. From 10."""
    bins = sums.bins("person_comments")
    n = sum(bins.values())
    return Figure(measures.gini(bins) if n >= MIN_PERSONS_FOR_GINI else None, n)


def top_decile_share(sums: WindowSums) -> Figure:
    """Share of the comments that the most active tenth of the persons wrote. From 10 persons."""
    bins = sums.bins("person_comments")
    n = sum(bins.values())
    return Figure(measures.top_share(bins) if n >= MIN_PERSONS_FOR_GINI else None, n)


def substance(sums: WindowSums) -> Figure:
    """Share of comments with at least 25 words that show thought (a theme of the post from beyond its first 100 words,
    something lived or learned, a question, a link to a source), or marked as insightful. Wilson 95 % interval."""
    bins = sums.bins("substance")
    return _share(bins.get(1, 0), sum(bins.values()))


def held_out_spam(sums: WindowSums) -> Figure:
    """Approved comments left out of all figures because two or more signs of spam came together."""
    return _count(sums.total("held_out_comments"))


def waiting(sums: WindowSums) -> Figure:
    """Readers' comments of the window at the top of a thread that the post's author has not answered."""
    return _count(sums.total("waiting"))


def disclosure_resonance(sums: WindowSums) -> Figure:
    """Whether posts that tell of something lived go with more comments: of all posts that had had 14 days at midnight
    UTC, the third that discloses most against the rest, as rank-biserial correlation of their comments within 14 days
    (-1 to 1; 0: no difference). Goes with, says nothing of a cause. From 10 posts in each group. DeLong 95 % interval.
    """
    return resonance(sums.bins("telling_comments"), sums.bins("other_comments"))


def disclosure_relevance(sums: WindowSums) -> Figure:
    """Whether posts that tell of something lived go with comments that are closer to their post (median cosine), over
    the posts with comments long enough to tell. From 10 posts in each group. DeLong 95 % interval."""
    return resonance(sums.bins("telling_likeness"), sums.bins("other_likeness"))


def _count(value: int) -> Figure:
    # A count is exact, however small: there is nothing to infer.
    return Figure(value, value)


def _share(hits: int, n: int) -> Figure:
    interval = measures.wilson(hits, n) if n >= MIN_SAMPLE else None
    if interval is None:
        return Figure(None, n)
    return Figure(hits / n, n, *interval)


def _index(bins: Mapping[int, int]) -> Figure:
    n = sum(bins.values())
    return Figure(measures.h_index(bins) if n >= MIN_SAMPLE else None, n)


def _reply_time(sums: WindowSums, place: int) -> Figure:
    n, reached = sums.reply_times
    minutes = reached[place]
    return Figure(None if minutes is None else round(minutes / 60, 4), n)


METRICS = tuple(
    Metric(function.__name__, function)
    for function in (
        comments,
        posts,
        comments_per_post,
        conversation_rate,
        unique_commenters,
        new_commenters,
        returning_commenters,
        regulars,
        h_index_commenters,
        h_index_posts,
        reply_rate,
        reply_time_median_hours,
        reply_time_p90_hours,
        thread_depth,
        back_and_forth,
        gini,
        top_decile_share,
        substance,
        held_out_spam,
        waiting,
        disclosure_resonance,
        disclosure_relevance,
    )
)


FigureValues = Mapping[str, float | int | None]  # of every figure, by its key


def blog_figures(now: WindowSums, previous: FigureValues) -> dict[str, dict[str, float | int | None]]:
    """Every figure by its key: ``{"value", "n", "low", "high", "previous"}``.

    Args:
        now: the sums of this window.
        previous: the `values` of the window before; empty where there is none.
    """
    figures = {}
    for metric in METRICS:
        figure = metric.of(now)
        figures[metric.key] = {
            "value": _rounded(figure.value),
            "n": figure.n,
            "low": _rounded(figure.low),
            "high": _rounded(figure.high),
            "previous": previous.get(metric.key),
        }
    return figures


def figure_values(sums: WindowSums) -> FigureValues:
    """What the figures of a window came to, for comparison."""
    return {metric.key: _rounded(metric.of(sums).value) for metric in METRICS}


def _rounded(value: float | int | None) -> float | int | None:
    return round(value, 6) if isinstance(value, float) else value


def held_out_reasons(sums: WindowSums) -> dict[str, int]:
    """How many comments showed each sign of spam."""
    return {SPAM_SIGNALS[bin_]: count for bin_, count in sums.bins("held_out").items()}


def trend(sums: WindowSums) -> list[tuple[int, int, int]]:
    """Comments and commenters by week: (day number of the Monday, comments, commenters), oldest first, no gaps."""
    comments, people = sums.bins("week_comments"), sums.bins("week_commenters")
    weeks = sorted({*comments, *people})
    if not weeks:
        return []
    return [(day, comments.get(day, 0), people.get(day, 0)) for day in range(weeks[0], weeks[-1] + 1, 7)]


def exposure_period(window: Window) -> tuple[datetime, datetime]:
    """Between which moments posts were published that `comments_per_post` looks at."""
    return window.start - EXPOSURE_PERIOD, window.as_of - EXPOSURE_PERIOD
