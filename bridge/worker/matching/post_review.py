"""Which posts of an author are to be read again: by other patterns or skills, or without what they all repeat.

What a post repeats is told from those around it alone. So only the neighbourhood of what is new is looked at; elsewhere
all is as it was when it was last looked at.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bridge.mentors.post_reading import reading_fingerprint
from bridge.mentors.skills import SkillMatcher
from bridge.model import AuthorKey
from bridge.storage.content import post_analysis, post_states
from bridge.storage.content.post_states import PostState
from bridge.storage.core.database import Tx
from bridge.text.terms import Ints
from bridge.text.text_quality import REPEAT_SPAN_POSTS, omitted_paragraphs, repeated_paragraphs
from bridge.worker.context import Context
from bridge.worker.intake.post_analysis import NO_PARAGRAPHS, read_again
from bridge.worker.matching.author_posts import PostColumns
from bridge.worker.turns import Turn

MAX_READINGS = 4  # of an author's posts: by themselves, then without what they repeat, and once more if others came
NOWHERE: Ints = np.array([], np.int64)
REACH = REPEAT_SPAN_POSTS - 1  # places as far as which a post may belong to the same habit as another


def review_all_posts(context: Context, author: AuthorKey) -> None:
    """Read what is to be read again of all posts of an author, however long that takes."""
    for _ in range(MAX_READINGS):
        with context.database.read() as tx:
            columns, matcher = PostColumns(post_states.list_by_author(tx, author)), context.matcher(tx)
            all_posts = np.ones(len(columns.states), bool)
            stale = posts_to_read_again(tx, columns, matcher, all_posts, NOWHERE)
        if not stale:
            return
        read_again(context, matcher, stale, Turn())


def posts_to_read_again(
    tx: Tx, columns: PostColumns, matcher: SkillMatcher, new: npt.NDArray[np.bool_], former: Ints
) -> dict[int, frozenset[int]]:
    """{post: paragraphs that are none of it} of those that were not read so.

    Args:
        new: which are not as they were when all were read as they should be.
        former: when those came out that were there then, and may be gone or dated otherwise.
    """
    unmeasured = {state.id: NO_PARAGRAPHS for state in columns.states if state.brief is None}
    if unmeasured or not columns.states:  # kept since before there were briefs; the rest is told when they have one
        return unmeasured
    current = reading_fingerprint(matcher)
    changed = new | np.array([not _is_by(state, current) for state in columns.states])
    older, places = _places(columns)
    sources = _sources(columns, older, places, changed, former)
    near = _reach(places, sources, REACH)
    asked = columns.ids[near | (_reach(places, sources, 2 * REACH) & columns.firsts)].tolist()
    qualities = {state.id: state.substance for state in post_analysis.list_states(tx, asked)}
    originals = [
        (place, quality.paragraphs)
        for place, post, first in zip(places.tolist(), columns.ids.tolist(), columns.firsts.tolist(), strict=True)
        if first and (quality := qualities.get(post)) is not None
    ]
    repeated = repeated_paragraphs(originals, int(columns.firsts.sum()))
    stale = {}
    for number in np.flatnonzero(near).tolist():
        state, quality = columns.states[number], qualities.get(int(columns.ids[number]))
        if quality is not None:
            left_out = omitted_paragraphs(quality.paragraphs, repeated.get(int(places[number]), NO_PARAGRAPHS))
            if state.read_with != reading_fingerprint(matcher, left_out):
                stale[state.id] = left_out
    return stale


def _is_by(state: PostState, current: str) -> bool:
    return state.read_with == current or state.read_with.startswith(f"{current}.")


def _places(columns: PostColumns) -> tuple[Ints, Ints]:
    """Of each post how many different ones are older, and the place of the oldest that has its paragraphs."""
    older: Ints = np.cumsum(columns.firsts[::-1])[::-1] - columns.firsts
    names = columns.paragraphs
    order = np.lexsort((~columns.firsts, names))  # of each name the first post first
    starts = np.concatenate(([True], names[order][1:] != names[order][:-1]))
    group = np.cumsum(starts) - 1
    places = np.empty(len(names), np.int64)
    places[order] = older[order][np.flatnonzero(starts)][group]
    return older, places


def _sources(columns: PostColumns, older: Ints, places: Ints, changed: npt.NDArray[np.bool_], former: Ints) -> Ints:
    """Places at which something is not as it was: by the time of a post, by its text, and where one was before."""
    moments = np.sort(columns.published[columns.firsts])
    gaps = np.searchsorted(moments, former)
    return np.unique(np.concatenate((older[changed], places[changed], gaps, gaps - 1)))


def _reach(places: Ints, sources: Ints, reach: int) -> npt.NDArray[np.bool_]:
    """Which posts have their place so near to one of some others."""
    if not len(sources):
        return np.zeros(len(places), bool)
    after = np.searchsorted(sources, places)
    behind, before = np.minimum(after, len(sources) - 1), np.maximum(after - 1, 0)
    nearest = np.minimum(np.abs(sources[behind] - places), np.abs(sources[before] - places))
    near: npt.NDArray[np.bool_] = nearest <= reach
    return near
