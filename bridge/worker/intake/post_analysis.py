"""From the text of a post to what is kept of it: words, skills, passages, figures.

Read at absorption, alone. At refresh beside the author's other posts, too: what stands under post after post is none of
them, so those that hold it are read again without. What is kept follows from the texts alone, whatever came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bridge.mentors.duplicates import original_of
from bridge.mentors.post_reading import PostExperience, read_post_experience, reading_fingerprint
from bridge.mentors.post_weight import JudgedPost, PostWeight, weigh_posts
from bridge.mentors.skills import SkillMatcher
from bridge.model import AuthorKey
from bridge.operations import due
from bridge.storage.bank import full_text
from bridge.storage.content import duplicates, post_analysis, rereading
from bridge.storage.content.post_analysis import AnalysisState
from bridge.storage.content.rereading import PostReading, PostRevision
from bridge.storage.core.database import Tx
from bridge.text import language, patterns
from bridge.text.budget import UNLIMITED, Budget
from bridge.text.html import PostText, leading_text, plain_text
from bridge.text.html import read_post_html as read_html
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


def reanalyse_posts(context: Context, author: AuthorKey, turn: Turn) -> bool:
    """Bring what is kept of an author's posts up to the patterns and skills of now, and to each other.

    Returns:
        Whether that is done; if not, the turn is over, and the next call goes on.
    """
    with context.database.read() as tx:
        matcher = context.matcher(tx)
        states = post_analysis.list_states(tx, author.blog_id, author.author_id)
    unmeasured = [state.id for state in states if state.substance is None]
    if unmeasured:  # kept since before posts were measured
        if not _read_again(context, matcher, unmeasured, {}, turn):
            return False
        with context.database.read() as tx:
            states = post_analysis.list_states(tx, author.blog_id, author.author_id)
    left_out = paragraphs_to_omit(states)
    stale = [
        state.id
        for state in states
        if state.read_with != reading_fingerprint(matcher, left_out.get(state.id, NO_PARAGRAPHS))
    ]
    return _read_again(context, matcher, stale, left_out, turn)


def _read_again(
    context: Context, matcher: SkillMatcher, post_ids: Sequence[int], left_out: Mapping[int, frozenset[int]], turn: Turn
) -> bool:
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
    often = repeated_paragraphs(paragraphs for _, paragraphs in measured)
    return {post_id: omitted_paragraphs(paragraphs, often) for post_id, paragraphs in measured}


def weights_of_posts(context: Context, tx: Tx, author: AuthorKey) -> dict[int, PostWeight]:
    """{post: its worth} of an author's posts."""
    beside = duplicates.list_candidates(tx, author)
    return weigh_posts(
        (JudgedPost(*state[:4]) for state in post_analysis.list_states(tx, author.blog_id, author.author_id)),
        context.standards,
        {post.id for post, others in beside if original_of(post, others, context.standards)},
    )
