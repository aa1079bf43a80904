"""From the text of a post to what is kept of it: words, skills, passages, figures.

Read at absorption, alone. At refresh beside the author's other posts, too (``matching.post_review``): what stands under
post after post is none of them, so those that hold it are read again without. What is kept follows from the texts
alone, whatever came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from bridge.mentors.duplicates import original_of
from bridge.mentors.post_reading import PostExperience, read_post_experience, reading_fingerprint
from bridge.mentors.post_weight import JudgedPost, PostWeight, repeats_among, share_weights, standalone_weights
from bridge.mentors.skills import SkillMatcher
from bridge.model import AuthorKey, stable_id
from bridge.operations import due
from bridge.storage.bank import full_text
from bridge.storage.content import duplicates, post_states, rereading
from bridge.storage.content import post_analysis as analyses
from bridge.storage.content.post_analysis import AnalysisState
from bridge.storage.content.post_states import PostState
from bridge.storage.content.rereading import PostReading, PostRevision
from bridge.storage.core.database import Tx
from bridge.text import language, patterns
from bridge.text.budget import UNLIMITED, Budget
from bridge.text.html import PostText, leading_text, plain_text
from bridge.text.html import read_post_html as read_html
from bridge.text.quality_brief import read_briefs, with_shared_bands
from bridge.text.terms import TermCounts, count_terms
from bridge.text.text_quality import (
    TextQuality,
    measure_quality,
    omitted_paragraphs,
    repeated_paragraphs,
    without_paragraphs,
)
from bridge.worker.context import Context
from bridge.worker.turns import Turn

READ_BATCH_POSTS = 5  # posts; the longest take a second together, and then others may have their turn
NO_PARAGRAPHS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TextAnalysis:
    """What was read of one post, and by what."""

    counts: TermCounts
    lived: PostExperience
    substance: TextQuality
    read_with: str


@cache
def load_models() -> None:
    """What reading takes from files, once in a process: no text's own cost."""
    language.language_model()
    read_html("<p>")
    for code in patterns.PATTERN_LANGUAGES:
        patterns.load_patterns(code)


def analyse_post(
    title: str,
    page: PostText,
    language: str,
    names: Iterable[str],
    matcher: SkillMatcher,
    left_out: frozenset[int] = NO_PARAGRAPHS,
    *,
    budget: Budget = UNLIMITED,
) -> TextAnalysis:
    """Read a post, without some of its paragraphs; pure and slow, so outside of any transaction.

    Args:
        title: in HTML or plain.
        page: the text, as read from HTML.
        language: ISO 639-1 of the text.
        names: its tags and categories.
        left_out: names of paragraphs that are not part of it (`text_quality.paragraphs_of`).
        budget: what it may cost.

    Raises:
        TooCostly: beyond the budget.
    """
    page = replace(page, text=leading_text(page.text))
    substance = measure_quality(page, language)
    budget.check()
    if left_out:
        page = replace(page, text=without_paragraphs(page.text, left_out))
        substance = replace(measure_quality(page, language), paragraphs=substance.paragraphs)
    title = plain_text(title, language=language)
    counts = count_terms(title, page.text, language)
    budget.check()
    lived = read_post_experience(title, page.text, language, names, matcher, budget)
    budget.check()
    return TextAnalysis(counts, lived, substance, reading_fingerprint(matcher, left_out))


def read_again(context: Context, matcher: SkillMatcher, left_out: Mapping[int, frozenset[int]], turn: Turn) -> bool:
    """Read some posts again by the patterns and skills of now, each without some of its paragraphs.

    Returns:
        Whether that is done; if not, the turn is over, and the next call goes on.
    """
    post_ids = sorted(left_out)
    for start in range(0, len(post_ids), READ_BATCH_POSTS):
        if start and turn.over:
            return False
        with context.database.read() as tx:
            rows = rereading.list_texts(tx, post_ids[start : start + READ_BATCH_POSTS])
        analyses = [(row, _read(row, matcher, left_out.get(row.id, NO_PARAGRAPHS))) for row in rows]
        with context.database.begin() as tx:
            rereading.record_if_unchanged(tx, analyses)
            # Needs find it by its new words.
            full_text.delete_posts(tx, [row.id for row, _ in analyses])
            alike = duplicates.upsert_shingles(tx, [row.id for row, _ in analyses])
            due.duplicates_changed(tx, alike, context.clock())
        turn.done += len(rows)
    return True


def _read(post: PostRevision, matcher: SkillMatcher, left_out: frozenset[int]) -> PostReading:
    page = read_html(post.content, language=language.primary_language(post.said_language or post.language))
    text = analyse_post(post.title, page, post.language, post.labels, matcher, left_out)
    return PostReading(text.counts.to_bytes(), text.substance.to_bytes(), text.lived, text.read_with)


def paragraphs_to_omit(states: Sequence[AnalysisState]) -> dict[int, frozenset[int]]:
    """{post: paragraphs that are none of it} of all posts of an author."""
    by_time = sorted(states, key=lambda state: (state.published_at, state.id))
    measured = [(state.id, state.substance.paragraphs) for state in by_time if state.substance is not None]
    places: dict[tuple[tuple[int, int], ...], int] = {}
    for _, paragraphs in measured:
        places.setdefault(paragraphs, len(places))
    repeated = repeated_paragraphs([(place, paragraphs) for paragraphs, place in places.items()], len(places))
    return {
        post_id: omitted_paragraphs(paragraphs, repeated.get(places[paragraphs], NO_PARAGRAPHS))
        for post_id, paragraphs in measured
    }


def weights_of_posts(context: Context, tx: Tx, author: AuthorKey) -> dict[int, PostWeight]:
    """{post: its worth} of an author's posts."""
    return weights_of_states(context, tx, author, post_states.list_by_author(tx, author))


def weights_of_states(
    context: Context, tx: Tx, author: AuthorKey, states: Sequence[PostState]
) -> dict[int, PostWeight]:
    """The same of posts whose states were read; only those that may say the same as others are looked at."""
    measured = [state for state in states if state.brief is not None]
    briefs = read_briefs([state.brief for state in measured if state.brief is not None])
    alone = {state.id: 1.0 for state in states}
    alone |= zip((state.id for state in measured), standalone_weights(briefs, context.standards), strict=True)
    beside = duplicates.list_candidates(tx, author) if any(state.shared for state in states) else []
    copies = {post.id for post, others in beside if original_of(post, others, context.standards)}
    alone |= dict.fromkeys(copies, 0.0)
    groups = np.array([stable_id("language", state.language) for state in measured], np.int64)
    near = [state.id for state, same in zip(measured, with_shared_bands(briefs, groups), strict=True) if same]
    judged = [JudgedPost(*state[:4]) for state in analyses.list_states(tx, [post for post in near if alone[post]])]
    return share_weights(alone, repeats_among(judged, context.standards), copies)
