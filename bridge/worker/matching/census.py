"""Who uses which word: counted author by author in shards that are written down as they are done.

A worker that is killed while an epoch is made loses a shard at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from bridge.mentors.term_statistics import TermStatistics
from bridge.model import AuthorKey, stable_id
from bridge.storage.content import post_analysis as stored_post_analysis
from bridge.storage.content import posts as stored_posts
from bridge.storage.core.database import Tx
from bridge.storage.matching import census_shards
from bridge.text.terms import TermCounts
from bridge.worker.context import Context
from bridge.worker.matching.failures import skip_on_failure
from bridge.worker.matching.post_review import review_all_posts

SHARDS = 64
SHARD_RETENTION = timedelta(days=1)  # what was counted before is counted again


def count_in_shards(
    context: Context, authors: Sequence[AuthorKey], census: TermStatistics, progress: Callable[[int], None]
) -> Iterator[str]:
    """Into `census` all that these authors wrote, a step an author; `progress` hears how many are counted."""
    shards: dict[int, list[AuthorKey]] = {}
    for author in authors:
        shards.setdefault(stable_id(author.blog_id, author.author_id) % SHARDS, []).append(author)
    done = 0
    for shard, some in sorted(shards.items()):
        began = context.clock()
        with context.database.read() as tx:
            stored = census_shards.find_fresh(tx, shard, some, began - SHARD_RETENTION)
        part = TermStatistics() if stored is None else TermStatistics.from_bytes(stored)
        if stored is None:
            for author in some:
                progress(done)
                yield str(author)
                with skip_on_failure(author):
                    review_all_posts(context, author)
                    with context.database.read() as tx:  # one short look: a long one would keep the log from ending
                        _count(tx, part, author)
                done += 1
            with context.database.begin() as tx:
                census_shards.upsert(tx, shard, some, began, part.to_bytes())
        else:
            done += len(some)
        census.merge(part)


def _count(tx: Tx, census: TermStatistics, author: AuthorKey) -> None:
    rows = stored_posts.list_by_author(tx, author.blog_id, author.author_id)
    census.add_features(stored_post_analysis.list_features(tx, author.blog_id, author.author_id))
    census.add_author(
        author.blog_id, author.author_id, ((row.id, row.language, TermCounts.from_bytes(row.counts)) for row in rows)
    )
