"""All tasks by name, and what each needs."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bridge.evaluation import authors, gaming, lists, needs
from bridge.evaluation.authors import Split
from bridge.evaluation.corpus import FEWEST, Told, arrange
from bridge.evaluation.needs import Source
from bridge.evaluation.report import OURS, Line, Outcome
from bridge.storage.content import ReadPost
from bridge.text.disclosure import SCORES, of_sentence
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
        "T6": lambda: disclosed(folder, told),
        "T8": lambda: needs.deterministic(context, sources, seed, told),
        "T9": lambda: lists.faithful(readings, seed, told),
        "T10": lambda: gaming.attack(readings, seed, told),
    }
    return [_timed(known[task], "" if readings or task in UNREAD else "no posts were read") for task in tasks]


def _timed(task: Callable[[], Outcome], problem: str) -> Outcome:
    began = time.process_time()
    found = task()
    return replace(found, cpu_seconds=time.process_time() - began, note=problem or found.note)


def disclosed(folder: Path, told: Told) -> Outcome:
    """T6: does the score tell sentences that disclose from others? Area under the ROC curve, English."""
    path = folder / "labelled" / "disclosure_en.csv"
    if not path.exists():
        return Outcome("T6", "AUC", note=f"there is no {path}")
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = list(csv.DictReader(file))
    scored: list[tuple[float, float]] = []
    for done, row in enumerate(rows):
        if done % 100 == 0:
            told("T6", done, len(rows))
        scored.append(of_sentence(row["text"], "en"))
    lines = []
    for place, name in enumerate(SCORES):
        labels = [row[f"{name}_disclosure"] == "1" for row in rows]
        area = _area([(one[place], label) for one, label in zip(scored, labels, strict=True)])
        lines.append(Line(f"{OURS}: {name}", area, {"en": area}, len(rows)))
    note = (
        "with the weights that ship. On the sentences they were learnt from this flatters: "
        "`python -m tests.bench.disclosure FILE.csv` cross-validates."
    )
    return Outcome("T6", "AUC of the disclosure scores", tuple(lines), note)


def _area(scored: Sequence[tuple[float, bool]]) -> float:
    """Mann and Whitney: the chance that one that is scores above one that is not; ties count half."""
    ordered = sorted(scored)
    ranks, place = 0.0, 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        ranks += sum(is_one for _, is_one in ordered[place:end]) * (place + 1 + end) / 2
        place = end
    ones = sum(is_one for _, is_one in ordered)
    others = len(ordered) - ones
    return (ranks - ones * (ones + 1) / 2) / (ones * others) if ones and others else 0.5
