"""What the bank's own bilingual blogs teach: words that translate each other, from their linked translations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from bridge.mentors.bilingual import MOST, Pair, Text, learn
from bridge.model import AuthorKey
from bridge.storage import published
from bridge.text.terms import TermCounts
from bridge.worker.context import Context

AT_ONCE = 100  # pairs of posts: one short look each, as a long one would keep the log from ending


def learned(context: Context, authors: frozenset[AuthorKey]) -> list[Pair]:
    """Pairs of words of linked posts of `authors`, those who take part.

    Of more than ``MOST`` pairs of posts those with the smallest ids: ids are hashes, so that is a sample of all blogs,
    and the same whatever came first.
    """
    with context.database.read() as tx:
        linked = published.list_translations(tx)
    return learn(islice(_texts(context, linked, authors), MOST))


def _texts(
    context: Context, linked: list[tuple[int, int]], authors: frozenset[AuthorKey]
) -> Iterator[tuple[Text, Text]]:
    for start in range(0, len(linked), AT_ONCE):
        some = linked[start : start + AT_ONCE]
        with context.database.read() as tx:
            rows = published.posts_by_id(tx, sorted({post for both in some for post in both}))
        texts = {
            row.id: (row.language, TermCounts.from_bytes(row.counts)) for row in rows
            if AuthorKey(row.blog_id, row.author_id) in authors
        }  # fmt: skip
        for one, other in some:
            if one in texts and other in texts and texts[one][0] != texts[other][0]:
                yield texts[one], texts[other]
