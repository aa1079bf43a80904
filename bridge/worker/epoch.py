"""epoch(bank): freeze new frequencies and a new reference sample, then let every author follow.

Milliseconds in a small bank. Runs when a tenth of the posts is new, never inside of a refresh.
"""

from __future__ import annotations

import hashlib
from collections import Counter

from bridge.model import AuthorKey, Station
from bridge.storage import content, epochs, mentors, notes, work
from bridge.storage.database import Tx
from bridge.text.terms import Frequencies, TermCounts, Vector, post_vector
from bridge.text.tokens import STEMMER_VERSION
from bridge.worker.absorb import CHANGES
from bridge.worker.context import Context
from bridge.worker.refresh import store_profiles

REFERENCES = 300  # posts; more changes nothing measurable


class _Census:
    """Who uses which term, by language."""

    def __init__(self) -> None:
        self.posts: Counter[str] = Counter()
        self.authors: Counter[str] = Counter()
        self.df: dict[str, Counter[int]] = {}
        self.adf: dict[str, Counter[int]] = {}
        self.sample: list[tuple[bytes, int, str, str, str]] = []  # (draw, post, blog, author, language)

    def add_author(self, tx: Tx, author: AuthorKey) -> None:
        """Count the posts of one author."""
        used: dict[str, set[int]] = {}
        for row in content.list_posts_of(tx, author.blog_id, author.author_id):
            ids = TermCounts.from_bytes(row.counts).ids.tolist()
            self.posts[row.language] += 1
            self.df.setdefault(row.language, Counter()).update(ids)
            used.setdefault(row.language, set()).update(ids)
            # Drawn by a hash: the same sample whatever the order, and no author can choose to be in it.
            draw = hashlib.sha256(f"reference {row.id}".encode()).digest()
            self.sample.append((draw, row.id, author.blog_id, author.author_id, row.language))
        if len(self.sample) > 20 * REFERENCES:
            self.sample = sorted(self.sample)[:REFERENCES]
        for language, ids_of_author in used.items():
            self.authors[language] += 1
            self.adf.setdefault(language, Counter()).update(ids_of_author)

    def frequencies(self, language: str) -> Frequencies:
        """As they will be frozen."""
        df, adf = self.df[language], self.adf[language]
        return Frequencies(self.posts[language], self.authors[language], {t: (df[t], adf[t]) for t in df})


def build(context: Context) -> None:
    """A new epoch, all profiles in it, and every author due for new lists."""
    census = _Census()
    with context.database.read() as tx:
        authors = [AuthorKey(*key) for key in content.each_author_with_posts(tx)]
        posts = content.count_posts(tx)
        for author in authors:
            census.add_author(tx, author)
        references = _references(tx, census)
    _put_in_force(context, census, references, posts)
    with context.database.read() as tx:
        epoch = epochs.current(tx)
    assert epoch is not None
    for author in authors:
        store_profiles(context, epoch, author)
    with context.database.begin() as tx:
        spread = mentors.deviations(tx)
        epochs.set_median_deviation(tx, epoch.id, spread[len(spread) // 2] if spread else 0)
    now = context.clock()
    for author in authors:
        with context.database.begin() as tx:
            work.mark_due(tx, Station.REFRESH, [str(author)], now, blog_id=author.blog_id)


def _references(tx: Tx, census: _Census) -> list[tuple[int, str, str, str, Vector]]:
    chosen = {post: (blog, author, language) for _, post, blog, author, language in sorted(census.sample)[:REFERENCES]}
    rows = content.posts_by_id(tx, sorted(chosen))
    frequencies = {language: census.frequencies(language) for language in census.posts}
    return [
        (row.id, *chosen[row.id], post_vector(TermCounts.from_bytes(row.counts), frequencies[row.language]))
        for row in rows
    ]


def _put_in_force(
    context: Context, census: _Census, references: list[tuple[int, str, str, str, Vector]], posts: int
) -> None:
    now = context.clock()
    landmark = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    sizes = {language: (census.posts[language], census.authors[language]) for language in census.posts}
    with context.database.begin() as tx:
        epochs.drop_old(tx)
        total = sum(census.authors.values())
        epoch_id = epochs.add(tx, now, landmark, STEMMER_VERSION, posts, total, sizes)
    for language in sorted(census.posts):
        df, adf = census.df[language], census.adf[language]
        rows = [(term, df[term], adf[term]) for term in sorted(df)]
        for start in range(0, len(rows), 2000):
            with context.database.begin() as tx:
                epochs.add_terms(tx, epoch_id, language, rows[start : start + 2000])
    with context.database.begin() as tx:
        epochs.add_references(tx, epoch_id, references)
        epochs.put_in_force(tx, epoch_id)
        notes.set_number(tx, CHANGES, 0)
        notes.set_number(tx, "posts of the epoch", posts)
