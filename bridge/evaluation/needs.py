"""T2, T8: typed needs and stored profiles, through a real database and the stations."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.evaluation import baselines, figures
from bridge.evaluation.authors import tagged
from bridge.evaluation.corpus import Reading, Told, by_mentor
from bridge.evaluation.report import OURS, Figures, Outcome, outcome
from bridge.mentors.needs import IndexedPost, Size, as_one_document, need_vector, pack
from bridge.model import Author, AuthorKey, BlogFacts, Event, Kind, MentorKey, Post, Removal, Version
from bridge.storage import blogs, epochs, mentors, needs
from bridge.text.terms import Frequencies, dot
from bridge.worker.absorb import Prepared, apply, prepare
from bridge.worker.context import Context
from bridge.worker.epoch import build
from bridge.worker.refresh import store_profiles

PORTION = 100  # events a transaction
ALL = 10_000


@dataclass(frozen=True, slots=True)
class Source:
    """One blog to be evaluated on."""

    id: str
    facts: BlogFacts
    events: tuple[Author | Post, ...]


def read(sources: Sequence[Source], told: Told) -> dict[str, list[Prepared]]:
    """{source: its events, read}: what takes longest, so it is done once for all tasks."""
    found: dict[str, list[Prepared]] = {source.id: [] for source in sources}
    done, total = 0, sum(len(source.events) for source in sources)
    for source in sources:
        for event in source.events:
            told("reading", done, total)
            found[source.id].append(prepare(event, source.facts.language))
            done += 1
    told("reading", total, total)
    return found


def fill(context: Context, sources: Sequence[Source], ready: Mapping[str, Sequence[Prepared]], told: Told) -> None:
    """Absorb everything and freeze an epoch, as an import does."""
    for done, source in enumerate(sources):
        told("absorbing", done, len(sources))
        with context.database.begin() as tx:
            blogs.upsert(tx, source.id, "imported", source.facts, context.clock())
        for start in range(0, len(ready[source.id]), PORTION):
            with context.database.begin() as tx:
                apply(tx, source.id, ready[source.id][start : start + PORTION], context.clock())
    build(context, told)


def by_tag(context: Context, readings: Sequence[Reading], seed: int, told: Told) -> Outcome:
    """T2: a tag, typed as a need, → the authors with three posts of it; tags are nowhere in the index."""
    groups = by_mentor(readings)
    right = tagged(groups)
    if not right:
        return Outcome("T2", "MAP", note="no author has three posts with the same tag")
    found: Figures = {}
    languages = {}
    whole = _WholeBlogs(groups)
    for done, (tag, wanted) in enumerate(sorted(right.items())):
        told("T2", done, len(right))
        languages[tag] = min(key.language for key in wanted)
        for method, ranked in whole.rank(context, tag, seed).items():
            found.setdefault(method, {})[tag] = figures.average_precision(ranked, set(wanted))
    return outcome("T2", "MAP, a tag typed as a need → authors with three posts of it", found, languages, seed)


class _WholeBlogs:
    """Ours, and what it is compared with: every blog as one document, and the plain centroid."""

    def __init__(self, groups: Mapping[MentorKey, Sequence[Reading]]) -> None:
        self._groups = groups
        self._posts = [
            IndexedPost(post.id, key.id, key.language, post.counts.words, pack(post.counts))
            for key, posts in groups.items()
            for post in posts
        ]
        self._sizes = {key.id: Size(len(p), sum(post.counts.words for post in p)) for key, p in groups.items()}
        self._keys = {key.id: key for key in groups}
        self._centroid: baselines.Centroid | None = None

    def rank(self, context: Context, need: str, seed: int) -> dict[str, list[MentorKey]]:
        """{method: everybody it finds, best first}."""
        with context.database.read() as tx:
            epoch = epochs.current(tx)
            assert epoch is not None
            ours = [found.key for found in needs.search(tx, need, limit=ALL, snippets=False).mentors]
            asked = needs.Query(tx, epoch, need, None)
        if self._centroid is None:
            self._centroid = baselines.Centroid(self._groups, self._all_frequencies(context, epoch))
        document = as_one_document(asked.words, self._posts, self._sizes, asked.frequencies)
        near = {
            key.id: dot(need_vector(asked.words, key.language, asked.frequencies[key.language]),
                        self._centroid.of(key))
            for key in self._groups
            if key.language in asked.frequencies
        }  # fmt: skip
        return {
            OURS: ours,
            "blog as one document": self._ordered(document),
            "centroid": self._ordered(near),
            "chance": baselines.chance(list(self._groups), seed ^ len(need)),
        }

    def _all_frequencies(self, context: Context, epoch: epochs.Epoch) -> dict[str, Frequencies]:
        terms: dict[str, set[int]] = {}
        for key, posts in self._groups.items():
            terms.setdefault(key.language, set()).update(int(term) for post in posts for term in post.counts.ids)
        with context.database.read() as tx:
            cache = epochs.FrequencyCache(epoch)
            return {language: cache.frequencies(tx, language, found) for language, found in terms.items()}

    def _ordered(self, scores: Mapping[int, float]) -> list[MentorKey]:
        best = sorted((one for one in scores if scores[one] > 0), key=lambda one: (-scores[one], one))
        return [self._keys[one] for one in best]


# -- T8 --------------------------------------------------------------------------------------------------------

TRIALS = 10


def deterministic(context: Context, sources: Sequence[Source], seed: int, told: Told) -> Outcome:
    """T8: posts arrive in another order, twice, changed and changed back, removed and sent again: the same bytes."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    with context.database.read() as tx:
        epoch = epochs.current(tx)
    assert epoch is not None
    possible = [source for source in sources if sum(isinstance(event, Post) for event in source.events) > 2]
    found: Figures = {OURS: {}}
    for trial in range(min(TRIALS, len(possible))):
        told("T8", trial, TRIALS)
        source = possible[dice.randrange(len(possible))]
        before = _bytes(context, source)
        _shake(context, source, dice)
        for author in sorted({event.author_id for event in source.events if isinstance(event, Post)}):
            store_profiles(context, epoch, AuthorKey(source.id, author))
        found[OURS][f"{trial} {source.id}"] = float(_bytes(context, source) == before)
    return outcome("T8", "share of histories that end in the same profile bytes", found, {}, seed)


def _bytes(context: Context, source: Source) -> list[bytes]:
    with context.database.read() as tx:
        return [row.profile.to_bytes() for row in mentors.list_of(tx, source.id)]


def _shake(context: Context, source: Source, dice: random.Random) -> None:
    """A history of edits, removals and repeats that ends where it began, told in random order."""
    posts = [event for event in source.events if isinstance(event, Post)]
    start = max(event.version.revision for event in source.events)
    generation = max(event.version.generation for event in source.events)
    round_ = dice.randrange(1, 10**6)
    told: list[Event] = []
    for number, post in enumerate(dice.sample(posts, min(10, len(posts)))):
        at = start + round_ * 1000 + 3 * number
        told.append(replace(post, content="Something else entirely. " * 20, version=Version(generation, at)))
        told.append(Removal(source.id, Kind.POST, post.remote_id, Version(generation, at + 1)))
        told += [replace(post, version=Version(generation, at + 2))] * 2
    dice.shuffle(told)
    for event in told:
        ready = prepare(event, source.facts.language)
        with context.database.begin() as tx:
            apply(tx, source.id, [ready], context.clock())
