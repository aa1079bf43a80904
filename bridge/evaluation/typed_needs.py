"""T2, T8: typed needs and stored profiles, through a real database and the stations."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.evaluation import baselines, figures
from bridge.evaluation.authors import tagged
from bridge.evaluation.corpus import CorpusPost, ReportProgress, group_by_mentor
from bridge.evaluation.report import OUR_METHOD, FiguresByMethod, TaskOutcome, build_outcome
from bridge.mentors.indexed_posts import IndexedPost, MentorSize, pack_terms
from bridge.mentors.need_ranking import large_document_bm25, need_vector
from bridge.model import Author, AuthorKey, BlogFacts, Event, Kind, MentorKey, Post, Removal, Version
from bridge.operations import search
from bridge.operations.need_query import NeedQuery
from bridge.storage.blogs import blogs
from bridge.storage.content.intake import AnalysedPost
from bridge.storage.matching import epochs, profiles
from bridge.text.terms import Frequencies, dot
from bridge.worker.context import Context
from bridge.worker.intake.absorb import PreparedEvent, apply, prepare
from bridge.worker.matching.author_profile import store_profiles
from bridge.worker.matching.epoch import freeze_epoch

IMPORT_BATCH_EVENTS = 100  # events a transaction
MAX_RESULTS = 10_000


@dataclass(frozen=True, slots=True)
class BlogSource:
    """One blog to be evaluated on."""

    id: str
    facts: BlogFacts
    events: tuple[Author | Post, ...]


def read_sources(sources: Sequence[BlogSource], progress: ReportProgress) -> dict[str, list[PreparedEvent]]:
    """{source: its events, read}: what takes longest, so it is done once for all tasks."""
    prepared: dict[str, list[PreparedEvent]] = {source.id: [] for source in sources}
    done, total = 0, sum(len(source.events) for source in sources)
    for source in sources:
        for event in source.events:
            progress("reading", done, total)
            prepared[source.id].append(prepare(event, source.facts.language))
            done += 1
    progress("reading", total, total)
    return prepared


def without_tags(ready: Mapping[str, Sequence[PreparedEvent]]) -> dict[str, list[PreparedEvent]]:
    """The same posts as if nobody had tagged them."""
    return {
        source: [_untagged(event) if isinstance(event, AnalysedPost) else event for event in events]
        for source, events in ready.items()
    }


def _untagged(analysed: AnalysedPost) -> AnalysedPost:
    post = replace(analysed.post, tags=(), categories=())
    return replace(analysed, post=post, parts=tuple(map(_untagged, analysed.parts)))


def fill_database(
    context: Context,
    sources: Sequence[BlogSource],
    ready: Mapping[str, Sequence[PreparedEvent]],
    progress: ReportProgress,
) -> None:
    """Absorb everything and freeze an epoch, as an import does."""
    for done, source in enumerate(sources):
        progress("absorbing", done, len(sources))
        with context.database.begin() as tx:
            blogs.upsert(tx, source.id, "imported", source.facts, context.clock())
        for start in range(0, len(ready[source.id]), IMPORT_BATCH_EVENTS):
            with context.database.begin() as tx:
                apply(tx, source.id, ready[source.id][start : start + IMPORT_BATCH_EVENTS], context.clock())
    freeze_epoch(context, progress)


def by_tag(context: Context, readings: Sequence[CorpusPost], seed: int, progress: ReportProgress) -> TaskOutcome:
    """T2: a tag, typed as a need, → the authors with three posts of it, in a database `without_tags`."""
    groups = group_by_mentor(readings)
    right = tagged(groups)
    if not right:
        return TaskOutcome("T2", "MAP", note="no author has three posts with the same tag")
    figures_by_method: FiguresByMethod = {}
    languages = {}
    whole_blogs = WholeBlogs(groups)
    for done, (tag, relevant) in enumerate(sorted(right.items())):
        progress("T2", done, len(right))
        languages[tag] = min(key.language for key in relevant)
        for method, ranked in whole_blogs.rank(context, tag, seed).items():
            figures_by_method.setdefault(method, {})[tag] = figures.average_precision(ranked, set(relevant))
    return build_outcome(
        "T2", "MAP, a tag typed as a need → authors with three posts of it", figures_by_method, languages, seed
    )


class WholeBlogs:
    """Ours, and what it is compared with: every blog as one document, and the plain centroid."""

    def __init__(self, groups: Mapping[MentorKey, Sequence[CorpusPost]]) -> None:
        self._groups = groups
        self._posts = [
            IndexedPost(post.id, key.id, key.language, post.counts.words, pack_terms(post.counts))
            for key, posts in groups.items()
            for post in posts
        ]
        self._sizes = {key.id: MentorSize(len(p), sum(post.counts.words for post in p)) for key, p in groups.items()}
        self._keys = {key.id: key for key in groups}
        self._centroid: baselines.Centroid | None = None

    def rank(self, context: Context, need: str, seed: int) -> dict[str, list[MentorKey]]:
        """{method: everybody it finds, best first}."""
        with context.database.read() as tx:
            epoch = epochs.find_current(tx)
            assert epoch is not None
            ours = [hit.key for hit in search.search(tx, need, limit=MAX_RESULTS, reasons=False).mentors]
            asked = NeedQuery(tx, epoch, need, None)
        if self._centroid is None:
            self._centroid = baselines.Centroid(self._groups, self._all_frequencies(context, epoch))
        document = large_document_bm25(asked.words, self._posts, self._sizes, asked.frequencies)
        near = {
            key.id: dot(need_vector(asked.words, key.language, asked.frequencies[key.language]), self._centroid.of(key))
            for key in self._groups
            if key.language in asked.frequencies
        }
        return {
            OUR_METHOD: ours,
            "blog as one document": self._ordered(document),
            "centroid": self._ordered(near),
            "chance": baselines.random_order(list(self._groups), seed ^ len(need)),
        }

    def _all_frequencies(self, context: Context, epoch: epochs.Epoch) -> dict[str, Frequencies]:
        terms: dict[str, set[int]] = {}
        for key, posts in self._groups.items():
            terms.setdefault(key.language, set()).update(int(term) for post in posts for term in post.counts.ids)
        with context.database.read() as tx:
            cache = epochs.FrequencyCache(epoch)
            return {language: cache.frequencies(tx, language, numbers) for language, numbers in terms.items()}

    def _ordered(self, scores: Mapping[int, float]) -> list[MentorKey]:
        best = sorted((place for place in scores if scores[place] > 0), key=lambda place: (-scores[place], place))
        return [self._keys[place] for place in best]


# -- T8 --------------------------------------------------------------------------------------------------------

SHUFFLE_TRIALS = 10


def evaluate_determinism(
    context: Context, sources: Sequence[BlogSource], seed: int, progress: ReportProgress
) -> TaskOutcome:
    """T8: posts arrive in another order, twice, changed and changed back, removed and sent again: the same bytes."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    with context.database.read() as tx:
        epoch = epochs.find_current(tx)
    assert epoch is not None
    possible = [source for source in sources if sum(isinstance(event, Post) for event in source.events) > 2]
    figures_by_method: FiguresByMethod = {OUR_METHOD: {}}
    for trial in range(min(SHUFFLE_TRIALS, len(possible))):
        progress("T8", trial, SHUFFLE_TRIALS)
        source = possible[dice.randrange(len(possible))]
        before = _bytes(context, source)
        _shake(context, source, dice)
        for author in sorted({event.author_id for event in source.events if isinstance(event, Post)}):
            store_profiles(context, epoch, AuthorKey(source.id, author))
        figures_by_method[OUR_METHOD][f"{trial} {source.id}"] = float(_bytes(context, source) == before)
    return build_outcome("T8", "share of histories that end in the same profile bytes", figures_by_method, {}, seed)


def _bytes(context: Context, source: BlogSource) -> list[bytes]:
    with context.database.read() as tx:
        return [row.profile.to_bytes() for row in profiles.list_by_blog(tx, source.id)]


def _shake(context: Context, source: BlogSource, dice: random.Random) -> None:
    """A history of edits, removals and repeats that ends where it began, told in random order."""
    posts = [event for event in source.events if isinstance(event, Post)]
    start = max(event.version.revision for event in source.events)
    generation = max(event.version.generation for event in source.events)
    round_ = dice.randrange(1, 10**6)
    history: list[Event] = []
    for number, post in enumerate(dice.sample(posts, min(10, len(posts)))):
        at = start + round_ * 1000 + 3 * number
        history.append(replace(post, content="Something else entirely. " * 20, version=Version(generation, at)))
        history.append(Removal(source.id, Kind.POST, post.remote_id, Version(generation, at + 1)))
        history += [replace(post, version=Version(generation, at + 2))] * 2
    dice.shuffle(history)
    for event in history:
        ready = prepare(event, source.facts.language)
        with context.database.begin() as tx:
            apply(tx, source.id, [ready], context.clock())
