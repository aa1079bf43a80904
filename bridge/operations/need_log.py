"""What is written about a need, as a log: every post that speaks of it, newest first, however many are one mentor's.

A search ranks mentors, so what it answers changes whenever anybody writes. Whoever follows a need misses nothing and
reads nothing twice: whether a post belongs in the log is decided by that post alone (``mentors.need_coverage``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.mentors.indexed_posts import IndexedPost
from bridge.mentors.need_coverage import deciding_words, words_held
from bridge.mentors.skills import bundled_matcher
from bridge.operations.need_query import POSTS_READ, NeedQuery
from bridge.operations.search import without_struck_words
from bridge.storage.bank import cards, full_text
from bridge.storage.bank.card_filters import Filters
from bridge.storage.bank.cards import Card
from bridge.storage.content import posts as stored_posts
from bridge.storage.content.posts import PostHeadline
from bridge.storage.core.database import Tx
from bridge.storage.matching import card_corrections, epochs, profiles


@dataclass(frozen=True, slots=True)
class LoggedPost:
    """A post in a log, whose it is, and which words of a need it holds, where there was one."""

    post: PostHeadline
    card: Card
    words: tuple[str, ...] = ()


def list_posts_on_need(tx: Tx, need: str, filters: Filters, page_language: str, limit: int) -> list[LoggedPost]:
    """The newest posts that speak of a need, of mentors who may be shown and fit."""
    epoch = epochs.find_current(tx)
    if epoch is None or not epoch.sizes:
        return []
    asked = NeedQuery(tx, epoch, need, filters.language or None, page_language)
    words = asked.subject_words()
    tokens = {
        full_text.token(language, term)
        for word in deciding_words(words)
        for language, terms in word.terms.items()
        for term in terms
    }
    posts = full_text.list_newest_matching(tx, sorted(tokens), POSTS_READ)
    skill = bundled_matcher().of_whole_name(asked.need)
    refusals = card_corrections.list_refusals(tx, sorted({post.mentor_id for post in posts}), skill or "")
    refusing = {mentor for mentor, refused in refusals.items() if refused.skill}
    posts = [post for post in without_struck_words(posts, refusals) if post.mentor_id not in refusing]
    words_by_post = words_held(words, posts)
    speaking = [post for post in posts if post.id in words_by_post]
    newest: list[tuple[IndexedPost, Card]] = []
    for start in range(0, len(speaking), limit):  # few cards are read where most posts may be shown
        if len(newest) < limit:
            newest += _with_cards(tx, speaking[start : start + limit], filters)
    headlines = stored_posts.list_headlines(tx, [post.id for post, _ in newest[:limit]])
    return [
        LoggedPost(headlines[post.id], card, words_by_post[post.id])
        for post, card in newest[:limit]
        if post.id in headlines
    ]


def _with_cards(tx: Tx, posts: Sequence[IndexedPost], filters: Filters) -> list[tuple[IndexedPost, Card]]:
    """Those of some posts whose mentors may be shown and fit."""
    keys = profiles.list_keys(tx, {post.mentor_id for post in posts})
    shown = cards.list_by_author(tx, [key.author for key in keys.values()], filters)
    card_of = {mentor_id: shown[key.author] for mentor_id, key in keys.items() if key.author in shown}
    return [(post, card_of[post.mentor_id]) for post in posts if post.mentor_id in card_of]
