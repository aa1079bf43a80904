"""What the bank's own bilingual blogs teach: words that translate each other, from their linked translations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from bridge.mentors.word_pairs import MAX_POST_PAIRS, LanguageCounts, WordPair, learn_word_pairs
from bridge.model import AuthorKey
from bridge.storage.content import posts
from bridge.text.terms import TermCounts
from bridge.worker.context import Context

LEARN_BATCH_PAIRS = 100  # pairs of posts: one short look each, as a long one would keep the log from ending


def learn_from_translations(context: Context, authors: frozenset[AuthorKey]) -> list[WordPair]:
    """Pairs of words of linked posts of `authors`, those who take part.

    Of more than ``MOST`` pairs of posts those with the smallest ids: ids are hashes, so that is a sample of all blogs,
    and the same whatever came first.
    """
    with context.database.read() as tx:
        linked = posts.list_translations(tx)
    return learn_word_pairs(islice(_texts(context, linked, authors), MAX_POST_PAIRS))


def _texts(
    context: Context, linked: list[tuple[int, int]], authors: frozenset[AuthorKey]
) -> Iterator[tuple[LanguageCounts, LanguageCounts]]:
    for start in range(0, len(linked), LEARN_BATCH_PAIRS):
        some = linked[start : start + LEARN_BATCH_PAIRS]
        with context.database.read() as tx:
            rows = posts.list_by_ids(tx, sorted({post for both in some for post in both}))
        texts = {
            row.id: (row.language, TermCounts.from_bytes(row.counts))
            for row in rows
            if AuthorKey(row.blog_id, row.author_id) in authors
        }
        for first, second in some:
            if first in texts and second in texts and texts[first][0] != texts[second][0]:
                yield texts[first], texts[second]
