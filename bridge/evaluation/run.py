"""All tasks by name, and what each needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bridge.evaluation import authors, disclosure, gaming, judged_needs, lists, new_blogs, typed_needs
from bridge.evaluation.authors import Split
from bridge.evaluation.corpus import MIN_AUTHOR_POSTS, ReportProgress, arrange_posts
from bridge.evaluation.new_blogs import ThrowAwayContext
from bridge.evaluation.report import TaskOutcome
from bridge.evaluation.typed_needs import BlogSource
from bridge.storage.content.intake import AnalysedPost
from bridge.worker.context import Context

TASK_NAMES = ("T1", "T1b", "T1c", "T1d", "T2", "T2b", "T2c", "T3", "T4", "T5", "T6", "T8", "T9", "T10")
DATABASE_TASKS = frozenset({"T2", "T2c", "T8"})  # need a database
BLOGLESS_TASKS = frozenset({"T6"})  # need no blogs
LATER_POSTS_TOGETHER = 5  # later posts together in T1b


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
    readings = arrange_posts(event for events in ready.values() for event in events if isinstance(event, AnalysedPost))
    if DATABASE_TASKS & set(tasks):
        typed_needs.fill_database(context, sources, ready, progress)
    split: list[Split] = []

    def cut() -> Split:
        if not split:
            split.append(Split.of(readings, MIN_AUTHOR_POSTS, seed))
        return split[0]

    tasks_by_name: dict[str, Callable[[], TaskOutcome]] = {
        "T1": lambda: authors.later_post(cut(), progress),
        "T1b": lambda: authors.later_posts(cut(), progress, LATER_POSTS_TOGETHER),
        "T1c": lambda: authors.later_posts(cut(), progress, None),
        "T1d": lambda: authors.co_authors(readings, seed, progress),
        "T2": lambda: typed_needs.by_tag(context, readings, seed, progress),
        "T2b": lambda: authors.same_subject(cut(), progress),
        "T2c": lambda: judged_needs.by_judged_need(context, readings, judged, seed, progress),
        "T3": lambda: lists.evaluate_lists(readings, seed, progress),
        "T4": lambda: new_blogs.evaluate_new_blogs(throw_away, sources, ready, seed, progress),
        "T5": lambda: authors.other_language(readings, seed, progress),
        "T6": lambda: disclosure.evaluate_disclosure(folder, progress),
        "T8": lambda: typed_needs.evaluate_determinism(context, sources, seed, progress),
        "T9": lambda: lists.evaluate_faithfulness(readings, seed, progress),
        "T10": lambda: gaming.attack(readings, seed, progress),
    }
    return [
        _timed(tasks_by_name[task], "" if readings or task in BLOGLESS_TASKS else "no posts were read")
        for task in tasks
    ]


def _timed(task: Callable[[], TaskOutcome], problem: str) -> TaskOutcome:
    began = time.process_time()
    outcome = task()
    return replace(outcome, cpu_seconds=time.process_time() - began, note=problem or outcome.note)
