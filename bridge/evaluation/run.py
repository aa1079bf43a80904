"""All tasks by name, and what each needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

from bridge.evaluation import authors, disclosure, gaming, judged_needs, lists, new_blogs, typed_needs
from bridge.evaluation.authors import Split
from bridge.evaluation.corpus import MIN_AUTHOR_POSTS, CorpusPost, ReportProgress, arrange_posts
from bridge.evaluation.judged_needs import JudgedNeed
from bridge.evaluation.new_blogs import ThrowAwayContext
from bridge.evaluation.report import TaskOutcome
from bridge.evaluation.typed_needs import BlogSource
from bridge.mentors.profile_subjects import words_of_author
from bridge.mentors.subjects import AuthorWords
from bridge.model import Author, AuthorKey
from bridge.storage.content.intake import AnalysedPost
from bridge.worker.context import Context
from bridge.worker.intake.absorb import PreparedEvent

DATABASE_TASKS = frozenset({"T2c", "T8"})  # need a database that holds all
BLOGLESS_TASKS = frozenset({"T6"})  # need no blogs
LATER_POSTS_TOGETHER = 5  # later posts together in T1b
NO_POSTS = "no posts were read"


@dataclass(frozen=True)
class Material:
    """What the tasks work on: a corpus that is read once, the databases over it, a seed."""

    folder: Path
    sources: Sequence[BlogSource]
    ready: Mapping[str, Sequence[PreparedEvent]]  # by source
    judged: Sequence[JudgedNeed]
    context: Context
    throw_away: ThrowAwayContext
    seed: int
    progress: ReportProgress

    @cached_property
    def readings(self) -> list[CorpusPost]:
        """The posts of all sources, in order of time."""
        analysed = (event for events in self.ready.values() for event in events if isinstance(event, AnalysedPost))
        return arrange_posts(analysed, _author_words(self.sources))

    @cached_property
    def split(self) -> Split:
        """Each author's posts, cut into those that are known and those that are guessed."""
        return Split.of(self.readings, MIN_AUTHOR_POSTS, self.seed)


def _by_tag(of: Material) -> TaskOutcome:
    with of.throw_away() as context:  # posts are found by their tags, too: here they are to be found without
        typed_needs.fill_database(context, of.sources, typed_needs.without_tags(of.ready), of.progress)
        return typed_needs.by_tag(context, of.readings, of.seed, of.progress)


TASKS: Mapping[str, Callable[[Material], TaskOutcome]] = {
    "T1": lambda of: authors.later_post(of.split, of.progress),
    "T1b": lambda of: authors.later_posts(of.split, of.progress, LATER_POSTS_TOGETHER),
    "T1c": lambda of: authors.later_posts(of.split, of.progress, None),
    "T1d": lambda of: authors.co_authors(of.readings, of.seed, of.progress),
    "T2": _by_tag,
    "T2b": lambda of: authors.same_subject(of.split, of.progress),
    "T2c": lambda of: judged_needs.by_judged_need(of.context, of.readings, of.judged, of.seed, of.progress),
    "T3": lambda of: lists.evaluate_lists(of.readings, of.seed, of.progress),
    "T4": lambda of: new_blogs.evaluate_new_blogs(of.throw_away, of.sources, of.ready, of.seed, of.progress),
    "T5": lambda of: authors.other_language(of.readings, of.seed, of.progress),
    "T6": lambda of: disclosure.evaluate_disclosure(of.folder, of.progress),
    "T8": lambda of: typed_needs.evaluate_determinism(of.context, of.sources, of.seed, of.progress),
    "T9": lambda of: lists.evaluate_faithfulness(of.readings, of.seed, of.progress),
    "T10": lambda of: gaming.attack(of.readings, of.seed, of.progress),
}
TASK_NAMES = tuple(TASKS)


def run_tasks(
    tasks: Sequence[str],
    folder: Path,
    sources: Sequence[BlogSource],
    context: Context,
    seed: int,
    progress: ReportProgress,
    throw_away: ThrowAwayContext,
    needs: Path | None = None,
) -> list[TaskOutcome]:
    """Run the tasks one after the other.

    Args:
        context: over an empty database, filled only if a task needs it.
        throw_away: a context over another empty database, each time.
        needs: a folder of judged needs for T2c (``judged_needs``).
    """
    judged = judged_needs.read_judged_needs(needs) if needs and "T2c" in tasks else []
    ready = typed_needs.read_sources(sources, progress) if set(tasks) - BLOGLESS_TASKS else {}
    if DATABASE_TASKS & set(tasks):
        typed_needs.fill_database(context, sources, ready, progress)
    material = Material(folder, sources, ready, judged, context, throw_away, seed, progress)
    return [
        _timed(partial(TASKS[task], material), "" if material.readings or task in BLOGLESS_TASKS else NO_POSTS)
        for task in tasks
    ]


def _author_words(sources: Sequence[BlogSource]) -> dict[AuthorKey, AuthorWords]:
    """What the bridge knows of authors beside their posts."""
    return {
        author.key: words_of_author(author.name, source.facts.name, source.facts.home_url, author.offers)
        for source in sources
        for author in source.events
        if isinstance(author, Author)
    }


def _timed(task: Callable[[], TaskOutcome], problem: str) -> TaskOutcome:
    began = time.process_time()
    outcome = task()
    return replace(outcome, cpu_seconds=time.process_time() - began, note=problem or outcome.note)
