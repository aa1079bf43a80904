"""epoch(bank): freeze new frequencies and a new reference sample, then let every author follow.

Milliseconds in a small bank. Runs when a tenth of the posts is new, never inside of a refresh. Authors follow one by
one, each when nothing else is due, so that who has just published never stands behind the whole bank. Built aside while
events keep flowing: until it is put in force, in one transaction, everything goes on in the epoch before. It is made in
steps of an author or a portion of rows; between two of them the worker does what is due meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

import structlog

from bridge.errors import StorageUnavailable
from bridge.mentors.bilingual import Pair
from bridge.mentors.census import Census
from bridge.mentors.crossing import ALL
from bridge.model import AuthorKey, Station
from bridge.storage import blogs, epochs, facets, mentors, notes, post_index, published, readings, work, writers
from bridge.storage.database import Tx
from bridge.text.terms import TermCounts, Vector, post_vector
from bridge.text.tokens import STEMMER_VERSION
from bridge.worker import texts, translations
from bridge.worker.context import Context
from bridge.worker.refresh import store_profiles
from bridge.worker.turns import Turn

log = structlog.get_logger("worker")

Row = TypeVar("Row")
Told = Callable[[str, int, int], None]  # (what is being done, done, of how many)
AT_ONCE = 200  # rows: an acknowledgement waits for one transaction of ours at most
# Work over the whole bank: left and gone on with at each `yield`, which names the author who comes next, if one does;
# in the end, when it is due again by itself.
Steps = Generator[str | None, None, datetime | None]


def nobody(_what: str, _done: int, _of: int) -> None:
    """Nobody wants to hear."""


def build(context: Context, told: Told = nobody) -> None:
    """A new epoch, all profiles in it, and every author due for new lists; `told` hears how far it is."""
    for _ in steps(context, told):
        pass


def steps(context: Context, told: Told = nobody) -> Steps:
    """The same, a step at a time. What is absorbed between them is in this epoch or in the next."""
    with context.database.read() as tx:
        authors = everybody(tx)
        posts = published.count_posts(tx)
    census = Census()
    for done, author in enumerate(authors):
        told("counting", done, len(authors))
        yield str(author)
        with spared(author):
            texts.read_again(context, author, Turn())
            with context.database.read() as tx:  # one short look an author: a long one would keep the log from ending
                _count(tx, census, author)
    with context.database.read() as tx:
        references = _references(tx, census)
    pairs = translations.learned(context, frozenset(authors))
    yield from _put_in_force(context, census, references, pairs, posts)
    del census
    yield from _follow(context, authors, told)
    return None


def everybody(tx: Tx) -> list[AuthorKey]:
    """Who has posts, but for those whom no worker lives to the end of."""
    aside = {entity for station, entity in work.list_set_aside(tx) if station is Station.REFRESH}
    authors = (AuthorKey(*key) for key in writers.each_author_with_posts(tx))
    return [author for author in authors if str(author) not in aside]


@contextmanager
def spared(who: object) -> Iterator[None]:
    """What fails for one costs that one, not the night of all others."""
    try:
        yield
    except StorageUnavailable:
        raise
    except Exception:
        log.exception("left out", who=str(who))


def _count(tx: Tx, census: Census, author: AuthorKey) -> None:
    rows = published.list_posts_of(tx, author.blog_id, author.author_id)
    census.add_features(readings.list_features(tx, author.blog_id, author.author_id))
    census.add_author(
        author.blog_id, author.author_id, ((row.id, row.language, TermCounts.from_bytes(row.counts)) for row in rows)
    )


def _follow(context: Context, authors: list[AuthorKey], told: Told) -> Iterator[str | None]:
    """Profiles in the new epoch, and new lists for everybody in turn."""
    with context.database.read() as tx:
        epoch = epochs.current(tx)
    assert epoch is not None
    for done, author in enumerate(authors):
        told("profiles", done, len(authors))
        yield str(author)
        with spared(author):
            store_profiles(context, epoch, author)
    yield from rank_all(context)
    with context.database.read() as tx:
        spread = mentors.deviations(tx)
    with context.database.begin() as tx:
        epochs.set_median_deviation(tx, epoch.id, spread[len(spread) // 2] if spread else 0)
    now = context.clock()
    with context.database.read() as tx:
        silent = [AuthorKey(*key) for key in writers.each_author_without_posts(tx)]
        left = {blog.id for blog in blogs.list_all(tx) if blog.has_left}  # since it was begun
    for author in [*authors, *silent]:
        if author.blog_id in left:
            continue
        with context.database.begin() as tx:
            work.mark_due(tx, Station.FOLLOW, [str(author)], now, blog_id=author.blog_id)
    told("profiles", len(authors), len(authors))


def follow(context: Context, entity: str) -> None:
    """An author's turn: due like one with news, for whom one row of work keeps two workers from computing at once."""
    author = AuthorKey.parse(entity)
    with context.database.begin() as tx:
        work.mark_due(tx, Station.REFRESH, [entity], context.clock(), blog_id=author.blog_id)


def rank_all(context: Context) -> Iterator[None]:
    """How personal and in-depth each mentor writes beside all others of now."""
    with context.database.read() as tx:
        ranks = facets.ranks_to_set(tx)
    for part in _slices(ranks):
        with context.database.begin() as tx:
            facets.set_ranks(tx, part)
        yield


def _slices(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _set_words(context: Context, language: str, words: Iterable[tuple[str, int, int]]) -> Iterator[None]:
    with context.database.read() as tx:
        gone, new = post_index.words_to_set(tx, language, words)
    for part in _slices(gone):
        with context.database.begin() as tx:
            post_index.remove_words(tx, language, part)
        yield
    for part in _slices(new):
        with context.database.begin() as tx:
            post_index.add_words(tx, language, part)
        yield


def _drop_old(context: Context) -> Iterator[None]:
    some = True
    while some:
        with context.database.begin() as tx:
            some = epochs.drop_old(tx, AT_ONCE)
        yield


def _references(tx: Tx, census: Census) -> list[tuple[int, str, str, str, Vector]]:
    chosen = {post: (blog, author, language) for _, post, blog, author, language in census.sample()}
    rows = published.posts_by_id(tx, sorted(chosen))
    frequencies = {language: census.frequencies(language) for language in census.posts}
    return [
        (row.id, *chosen[row.id], post_vector(TermCounts.from_bytes(row.counts), frequencies[row.language]))
        for row in rows
        if row.language == chosen[row.id][2]  # and has not been written anew in another one since
    ]


def _put_in_force(
    context: Context, census: Census, references: list[tuple[int, str, str, str, Vector]], pairs: list[Pair],
    posts: int,
) -> Iterator[None]:  # fmt: skip
    now = context.clock()
    landmark = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    sizes = {language: (census.posts[language], census.authors[language]) for language in census.posts}
    yield from _drop_old(context)
    with context.database.begin() as tx:
        total = sum(census.authors.values())
        epoch_id = epochs.add(tx, now, landmark, STEMMER_VERSION, posts, total, sizes)
    for language in sorted(census.posts):
        for part in _slices(list(census.rows(language))):
            with context.database.begin() as tx:
                epochs.add_terms(tx, epoch_id, language, part)
            yield
        yield from _set_words(context, language, census.words(language))
    known = census.features().of
    for part in _slices([(number, *known[number]) for number in sorted(known)]):
        with context.database.begin() as tx:
            epochs.add_terms(tx, epoch_id, ALL, part)
        yield
    for some in _slices(pairs):
        with context.database.begin() as tx:
            epochs.add_pairs(tx, epoch_id, some)
        yield
    with context.database.begin() as tx:
        # What was taken back since it was chosen is in no epoch.
        still = {row.id for row in published.posts_by_id(tx, [reference[0] for reference in references])}
        epochs.add_references(tx, epoch_id, [reference for reference in references if reference[0] in still])
        epochs.put_in_force(tx, epoch_id)
        notes.set_number(tx, notes.CHANGED_POSTS, 0)
        notes.set_number(tx, notes.EPOCH_POSTS, posts)
