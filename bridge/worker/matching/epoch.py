"""epoch(bank): freeze new frequencies and a new reference sample, then let every author follow.

Milliseconds in a small bank. Runs when a tenth of the posts is new, never inside of a refresh. Authors follow one by
one, each when nothing else is due, so that who has just published never stands behind the whole bank. Built aside while
events keep flowing: until it is put in force, in one transaction, everything goes on in the epoch before. It is made in
steps of an author or a portion of rows; between two of them the worker does what is due meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

import structlog

from bridge.mentors.cross_language import ALL_LANGUAGES
from bridge.mentors.skill_offers import disputed_skills
from bridge.mentors.term_statistics import TermStatistics
from bridge.mentors.word_pairs import WordPair
from bridge.model import AuthorKey
from bridge.operations import due
from bridge.operations.stations import Station
from bridge.storage.bank import full_text
from bridge.storage.blogs import blogs
from bridge.storage.content import (
    authors as stored_authors,
)
from bridge.storage.content import (
    posts as stored_posts,
)
from bridge.storage.core import counters, set_aside_jobs
from bridge.storage.core.database import Tx
from bridge.storage.matching import card_corrections, census_shards, epochs, facets, profiles
from bridge.text.terms import TermCounts, Vector, post_vector
from bridge.text.tokens import STEMMER_VERSION
from bridge.worker.context import Context
from bridge.worker.matching import translations
from bridge.worker.matching.author_profile import store_profiles
from bridge.worker.matching.census import count_in_shards
from bridge.worker.matching.failures import skip_on_failure

log = structlog.get_logger("worker")

Row = TypeVar("Row")
ReportProgress = Callable[[str, int, int], None]  # (what is being done, done, of how many)
EPOCH_BATCH_ROWS = 200  # rows: an acknowledgement waits for one transaction of ours at most
# Work over the whole bank: left and gone on with at each `yield`, which names the author who comes next, if one does;
# in the end, when it is due again by itself.
Steps = Generator[str | None, None, datetime | None]


def ignore_progress(_what: str, _done: int, _of: int) -> None:
    """Nobody wants to hear."""


def freeze_epoch(context: Context, progress: ReportProgress = ignore_progress) -> None:
    """A new epoch, all profiles in it, and every author due for new lists; `progress` hears how far it is."""
    for _ in freeze_epoch_in_steps(context, progress):
        pass


def freeze_epoch_in_steps(context: Context, progress: ReportProgress = ignore_progress) -> Steps:
    """The same, a step at a time. What is absorbed between them is in this epoch or in the next."""
    with context.database.read() as tx:
        authors = authors_with_posts(tx)
        posts = stored_posts.count_all(tx)
    census = TermStatistics()
    yield from count_in_shards(context, authors, census, lambda done: progress("counting", done, len(authors)))
    with context.database.read() as tx:
        references = _references(tx, census)
    pairs = translations.learn_from_translations(context, frozenset(authors))
    yield from _put_in_force(context, census, references, pairs, posts)
    del census
    yield from _follow(context, authors, progress)
    return None


def build_epoch_in_steps(context: Context) -> Steps:
    """A new epoch; or, if a worker was killed after one came into force, the rest of what follows from that."""
    with context.database.read() as tx:
        epoch = epochs.find_current(tx)
        begun = counters.get_number(tx, counters.EPOCH_FOLLOWED_BY_SOME)
        authors = authors_with_posts(tx)
    if epoch is None or begun != epoch.id:
        return (yield from freeze_epoch_in_steps(context))
    yield from _follow(context, authors, ignore_progress)
    return None


def authors_with_posts(tx: Tx) -> list[AuthorKey]:
    """Who has posts, but for those whom no worker lives to the end of."""
    aside = {entity for station, entity in set_aside_jobs.list_set_aside(tx) if station == Station.REFRESH}
    authors = (AuthorKey(*key) for key in stored_authors.list_with_posts(tx))
    return [author for author in authors if str(author) not in aside]


def _follow(context: Context, authors: list[AuthorKey], progress: ReportProgress) -> Iterator[str | None]:
    """Profiles in the new epoch, and new lists for everybody in turn."""
    with context.database.read() as tx:
        epoch = epochs.find_current(tx)
        assert epoch is not None
        following = profiles.list_authors_in_epoch(tx, epoch.id)
    for done, author in enumerate(authors):
        progress("profiles", done, len(authors))
        if author in following:
            continue
        yield str(author)
        with skip_on_failure(author):
            store_profiles(context, epoch, author)
    yield from rank_facets(context)
    with context.database.read() as tx:
        spread = profiles.list_deviations(tx)
    with context.database.begin() as tx:
        epochs.record_median_deviation(tx, epoch.id, spread[len(spread) // 2] if spread else 0)
    now = context.clock()
    with context.database.read() as tx:
        silent = [AuthorKey(*key) for key in stored_authors.list_without_posts(tx)]
        left = {blog.id for blog in blogs.list_all(tx) if blog.has_left}  # since it was begun
    for author in [*authors, *silent]:
        if author.blog_id in left:
            continue
        with context.database.begin() as tx:
            due.epoch_in_force(tx, author, now)
    with context.database.begin() as tx:
        counters.upsert_number(tx, counters.EPOCH_FOLLOWED_BY_SOME, 0)
    progress("profiles", len(authors), len(authors))


def follow_epoch(context: Context, entity: str) -> None:
    """An author's turn: due like one with news, for whom one row of work keeps two workers from computing at once."""
    with context.database.begin() as tx:
        due.author_follows_epoch(tx, AuthorKey.parse(entity), context.clock())


def rank_facets(context: Context) -> Iterator[None]:
    """How personal and in-depth each mentor writes beside all others of now."""
    with context.database.read() as tx:
        ranks = facets.list_changed_ranks(tx)
    for part in _slices(ranks):
        with context.database.begin() as tx:
            facets.record_ranks(tx, part)
        yield


def _slices(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + EPOCH_BATCH_ROWS] for start in range(0, len(rows), EPOCH_BATCH_ROWS))


def _set_words(context: Context, language: str, words: Iterable[tuple[str, int, int]]) -> Iterator[None]:
    with context.database.read() as tx:
        gone, new = full_text.list_spelling_differences(tx, language, words)
    for part in _slices(gone):
        with context.database.begin() as tx:
            full_text.delete_spellings(tx, language, part)
        yield
    for part in _slices(new):
        with context.database.begin() as tx:
            full_text.record_spellings(tx, language, part)
        yield


def _drop_old(context: Context) -> Iterator[None]:
    some = True
    while some:
        with context.database.begin() as tx:
            some = epochs.delete_old(tx, EPOCH_BATCH_ROWS)
        yield


def _references(tx: Tx, census: TermStatistics) -> list[tuple[int, str, str, str, Vector]]:
    chosen = {post: (blog, author, language) for _, post, blog, author, language in census.sample()}
    rows = stored_posts.list_by_ids(tx, sorted(chosen))
    frequencies = {language: census.frequencies(language) for language in census.posts}
    return [
        (row.id, *chosen[row.id], post_vector(TermCounts.from_bytes(row.counts), frequencies[row.language]))
        for row in rows
        if row.language == chosen[row.id][2]  # and has not been written anew in another one since
    ]


def _put_in_force(
    context: Context,
    census: TermStatistics,
    references: list[tuple[int, str, str, str, Vector]],
    pairs: list[WordPair],
    posts: int,
) -> Iterator[None]:
    now = context.clock()
    landmark = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    sizes = {language: (census.posts[language], census.authors[language]) for language in census.posts}
    yield from _drop_old(context)
    with context.database.begin() as tx:
        total = sum(census.authors.values())
        refusing, asked = card_corrections.count_refusing_blogs(tx), card_corrections.count_asked_blogs(tx)
        disputed = disputed_skills(refusing, asked)
        epoch_id = epochs.record_new(tx, now, landmark, STEMMER_VERSION, posts, total, sizes, disputed)
    for language in sorted(census.posts):
        for part in _slices(list(census.rows(language))):
            with context.database.begin() as tx:
                epochs.record_terms(tx, epoch_id, language, part)
            yield
        yield from _set_words(context, language, census.words(language))
    feature_frequencies = census.features().of
    for part in _slices([(number, *feature_frequencies[number]) for number in sorted(feature_frequencies)]):
        with context.database.begin() as tx:
            epochs.record_terms(tx, epoch_id, ALL_LANGUAGES, part)
        yield
    for some in _slices(pairs):
        with context.database.begin() as tx:
            epochs.record_word_pairs(tx, epoch_id, some)
        yield
    with context.database.begin() as tx:
        # What was taken back since it was chosen is in no epoch.
        still = {row.id for row in stored_posts.list_by_ids(tx, [reference[0] for reference in references])}
        epochs.record_references(tx, epoch_id, [reference for reference in references if reference[0] in still])
        epochs.mark_current(tx, epoch_id)
        counters.upsert_number(tx, counters.CHANGED_POSTS, 0)
        counters.upsert_number(tx, counters.EPOCH_POSTS, posts)
        counters.upsert_number(tx, counters.EPOCH_FOLLOWED_BY_SOME, epoch_id)
        census_shards.delete_all(tx)
