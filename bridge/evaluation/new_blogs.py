"""T4: is anybody left alone in a bank that has just begun? Through real databases and the stations."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from bridge.evaluation import figures
from bridge.evaluation.corpus import ReportProgress
from bridge.evaluation.report import OUR_METHOD, TaskOutcome, build_outcome
from bridge.evaluation.typed_needs import BlogSource
from bridge.mentors.related import MIN_LIST_LINES
from bridge.storage.blogs import blogs
from bridge.storage.content.intake import AnalysedPost
from bridge.storage.matching import profiles
from bridge.worker.context import Context
from bridge.worker.intake.absorb import PreparedEvent, apply
from bridge.worker.matching.epoch import freeze_epoch
from bridge.worker.nightly import sweep

DRAWS = 10
BLOGS_IN_A_DRAW = 10
FIRST_POSTS = 3  # that each of them has
ThrowAwayContext = Callable[[], AbstractContextManager[Context]]  # over an empty database


def evaluate_new_blogs(
    throw_away: ThrowAwayContext,
    sources: Sequence[BlogSource],
    ready: Mapping[str, Sequence[PreparedEvent]],
    seed: int,
    progress: ReportProgress,
) -> TaskOutcome:
    """T4: in ten draws of ten blogs, each with its first three posts: who has three mentors under the third?"""
    beginnings = {source.id: first_posts(ready[source.id]) for source in sources}
    possible = [source for source in sources if len(beginnings[source.id]) == FIRST_POSTS]
    if len(possible) <= MIN_LIST_LINES:
        return TaskOutcome(
            "T4", "share", note=f"needs {MIN_LIST_LINES + 1} blogs with {FIRST_POSTS} posts; there are {len(possible)}"
        )
    lengths: dict[str, int] = {}
    languages: dict[str, str] = {}
    complete = []
    draws = DRAWS if len(possible) > BLOGS_IN_A_DRAW else 1  # of so few blogs every draw is the same
    for draw in range(draws):
        progress("T4", draw, draws)
        dice = random.Random(seed + draw)  # noqa: S311 - repeatable on purpose
        drawn = dice.sample(possible, min(BLOGS_IN_A_DRAW, len(possible)))
        with throw_away() as context:
            lines = _lines_under_last_posts(context, drawn, ready, beginnings)
        complete.append(all(length >= MIN_LIST_LINES for length in lines.values()))
        for blog_id, length in lines.items():
            name = f"draw {draw + 1}: {blog_id}"
            lengths[name], languages[name] = length, beginnings[blog_id][-1].language
    reached = {name: float(length >= MIN_LIST_LINES) for name, length in lengths.items()}
    extra = {
        "draws in which nobody is left alone": figures.mean(complete),
        "mean length": figures.mean(lengths.values()),
        "no mentor at all": figures.mean(not length for length in lengths.values()),
    }
    what = f"share of new blogs with {MIN_LIST_LINES} mentors under their third post"
    return build_outcome("T4", what, {OUR_METHOD: reached}, languages, seed, extra=extra)


def first_posts(events: Sequence[PreparedEvent]) -> list[AnalysedPost]:
    """The first posts of a blog, oldest first."""
    posts = [event for event in events if isinstance(event, AnalysedPost)]
    return sorted(posts, key=lambda event: (event.post.published_at, event.post.remote_id))[:FIRST_POSTS]


def _lines_under_last_posts(
    context: Context,
    drawn: Sequence[BlogSource],
    ready: Mapping[str, Sequence[PreparedEvent]],
    beginnings: Mapping[str, Sequence[AnalysedPost]],
) -> dict[str, int]:
    """{blog: mentors under its last post}, in a bank of these blogs with their first posts."""
    for source in drawn:
        authors = [event for event in ready[source.id] if not isinstance(event, AnalysedPost)]
        with context.database.begin() as tx:
            blogs.upsert(tx, source.id, "connected", source.facts, context.clock())
            apply(tx, source.id, [*authors, *beginnings[source.id]], context.clock())
    freeze_epoch(context)
    sweep(context)
    with context.database.read() as tx:
        return {
            source.id: len(profiles.list_post_lists(tx, source.id).get(beginnings[source.id][-1].post.id, ()))
            for source in drawn
        }
