"""From the text of a post to what is kept of it: words, skills, passages, figures.

Read at absorption, alone. At refresh beside the author's other posts, too: what stands under post after post is none of
them, so those that hold it are read again without. What is kept follows from the texts alone, whatever came first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from bridge.mentors.copies import original_of
from bridge.mentors.lived import Lived, read_post, read_with
from bridge.mentors.skills import Matcher
from bridge.mentors.worth import Judged, Worth, worths
from bridge.model import AuthorKey
from bridge.storage import copies, post_index, readings
from bridge.storage.database import Tx
from bridge.storage.readings import PostState
from bridge.text import language, patterns
from bridge.text.budget import BOUNDLESS, Budget
from bridge.text.html import Page, beginning, plain_text
from bridge.text.html import read as read_html
from bridge.text.substance import Substance, dropped, measure, repeated, without
from bridge.text.terms import TermCounts, count_terms
from bridge.worker.context import Context
from bridge.worker.turns import Turn

AT_ONCE = 5  # posts; the longest take a second together, and then others may have their turn
NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Text:
    """What was read of one post, and by what."""

    counts: TermCounts
    lived: Lived
    substance: Substance
    read_with: str


@cache
def load() -> None:
    """What reading takes from files, once in a process: no text's own cost."""
    language.model()
    read_html("<p>")
    for known in patterns.LANGUAGES:
        patterns.patterns(known)


def read(
    title: str, page: Page, language: str, names: Iterable[str], matcher: Matcher,
    left_out: frozenset[int] = NOTHING, *, budget: Budget = BOUNDLESS,
) -> Text:  # fmt: skip
    """Read a post, without some of its paragraphs; pure and slow, so outside of any transaction.

    Args:
        title: in HTML or plain.
        page: the text, as read from HTML.
        language: ISO 639-1 of the text.
        names: its tags and categories.
        left_out: names of paragraphs that are not part of it (`substance.paragraphs_of`).
        budget: what it may cost.

    Raises:
        TooCostly: beyond the budget.
    """
    page = replace(page, text=beginning(page.text))
    substance = measure(page, language)
    budget.check()
    if left_out:
        page = replace(page, text=without(page.text, left_out))
        substance = replace(measure(page, language), paragraphs=substance.paragraphs)
    counts = count_terms(plain_text(title), page.text, language)
    budget.check()
    lived = read_post(page.text, language, names, matcher, budget)
    budget.check()
    return Text(counts, lived, substance, read_with(matcher, left_out))


def read_again(context: Context, author: AuthorKey, turn: Turn) -> bool:
    """Bring what is kept of an author's posts up to the patterns and skills of now, and to each other.

    Returns:
        Whether that is done; if not, the turn is over, and the next call goes on.
    """
    with context.database.read() as tx:
        matcher = context.matcher(tx)
        states = readings.list_states(tx, author.blog_id, author.author_id)
    unmeasured = [state.id for state in states if state.substance is None]
    if unmeasured:  # kept since before posts were measured
        if not _read_again(context, matcher, unmeasured, {}, turn):
            return False
        with context.database.read() as tx:
            states = readings.list_states(tx, author.blog_id, author.author_id)
    left_out = to_leave_out(states)
    stale = [one.id for one in states if one.read_with != read_with(matcher, left_out.get(one.id, NOTHING))]
    return _read_again(context, matcher, stale, left_out, turn)


def _read_again(
    context: Context, matcher: Matcher, post_ids: Sequence[int], left_out: Mapping[int, frozenset[int]], turn: Turn
) -> bool:
    for start in range(0, len(post_ids), AT_ONCE):
        if start and turn.over:
            return False
        with context.database.read() as tx:
            rows = readings.list_texts(tx, post_ids[start : start + AT_ONCE])
        made = [(row, _of_row(row, matcher, left_out.get(row.id, NOTHING))) for row in rows]
        with context.database.begin() as tx:
            readings.store(tx, [(row, _columns(text)) for row, text in made])
            # Needs find it by its new words, and its own list is made of them.
            post_index.forget(tx, [row.id for row, _ in made])
            copies.follow(tx, [row.id for row, _ in made], context.clock())
        turn.done += len(rows)
    return True


def _of_row(row: Any, matcher: Matcher, left_out: frozenset[int]) -> Text:
    labels = json.loads(row.labels)
    names = (*labels.get("tags", ()), *labels.get("categories", ()))
    return read(row.title, read_html(row.content), row.language, names, matcher, left_out)


def _columns(text: Text) -> dict[str, Any]:
    read_as = readings.columns(text.lived, text.read_with)
    return {**read_as, "counts": text.counts.to_bytes(), "substance": text.substance.to_bytes(), "listed_as": ""}


def to_leave_out(states: Sequence[PostState]) -> dict[int, frozenset[int]]:
    """{post: paragraphs that are none of it} of all posts of an author."""
    by_time = sorted(states, key=lambda state: (state.published_at, state.id))
    known = [(state.id, state.substance.paragraphs) for state in by_time if state.substance is not None]
    often = repeated(paragraphs for _, paragraphs in known)
    return {post_id: dropped(paragraphs, often) for post_id, paragraphs in known}


def worths_of(context: Context, tx: Tx, author: AuthorKey) -> dict[int, Worth]:
    """{post: its worth} of an author's posts."""
    beside = copies.list_beside(tx, author)
    return worths(
        (Judged(*one[:4]) for one in readings.list_states(tx, author.blog_id, author.author_id)),
        context.standards,
        {post.id for post, others in beside if original_of(post, others, context.standards)},
    )
