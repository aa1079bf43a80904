"""All tasks by name, and what each needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bridge.evaluation import authors, disclosure, gaming, lists, needs
from bridge.evaluation.authors import Split
from bridge.evaluation.corpus import FEWEST, Told, arrange
from bridge.evaluation.needs import Source
from bridge.evaluation.report import Outcome
from bridge.storage.content import ReadPost
from bridge.worker.context import Context

TASKS = ("T1", "T1b", "T1c", "T1d", "T2", "T2b", "T3", "T5", "T6", "T8", "T9", "T10")
STORED = frozenset({"T2", "T8"})  # need a database
UNREAD = frozenset({"T6"})  # need no blogs
FEW = 5  # later posts together in T1b


def run(
    tasks: Sequence[str], folder: Path, sources: Sequence[Source], context: Context, seed: int, told: Told
) -> list[Outcome]:
    """Run the tasks one after the other; `context`: over an empty database, filled only if a task needs it."""
    ready = needs.read(sources, told) if set(tasks) - UNREAD else {}
    readings = arrange(one for events in ready.values() for one in events if isinstance(one, ReadPost))
    if STORED & set(tasks):
        needs.fill(context, sources, ready, told)
    split: list[Split] = []

    def cut() -> Split:
        if not split:
            split.append(Split.of(readings, FEWEST, seed))
        return split[0]

    known: dict[str, Callable[[], Outcome]] = {
        "T1": lambda: authors.later_post(cut(), told),
        "T1b": lambda: authors.later_posts(cut(), told, FEW),
        "T1c": lambda: authors.later_posts(cut(), told, None),
        "T1d": lambda: authors.co_authors(readings, seed, told),
        "T2": lambda: needs.by_tag(context, readings, seed, told),
        "T2b": lambda: authors.same_subject(cut(), told),
        "T3": lambda: lists.related(readings, seed, told),
        "T5": lambda: authors.other_language(readings, seed, told),
        "T6": lambda: disclosure.disclosed(folder, told),
        "T8": lambda: needs.deterministic(context, sources, seed, told),
        "T9": lambda: lists.faithful(readings, seed, told),
        "T10": lambda: gaming.attack(readings, seed, told),
    }
    return [_timed(known[task], "" if readings or task in UNREAD else "no posts were read") for task in tasks]


def _timed(task: Callable[[], Outcome], problem: str) -> Outcome:
    began = time.process_time()
    found = task()
    return replace(found, cpu_seconds=time.process_time() - began, note=problem or found.note)
