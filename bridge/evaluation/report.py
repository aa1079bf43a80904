"""What a task found: a figure for each method, by language, with how sure the differences are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.evaluation.figures import interval, mean
from bridge.model import MentorKey

OURS = "bridge"
Figures = dict[str, dict[str, float]]  # {method: {what it is averaged by: figure}}


@dataclass(frozen=True, slots=True)
class Line:
    """One method in one task, all and by language; `difference`: ours minus it, with its 95 % interval."""

    method: str
    all: float
    by_language: Mapping[str, float]
    n: int
    difference: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One task. Without lines it could not be run, and `note` says why."""

    task: str
    measure: str
    lines: tuple[Line, ...] = ()
    note: str = ""
    cpu_seconds: float = 0.0
    extra: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "task": self.task, "measure": self.measure, "note": self.note, "cpu_seconds": round(self.cpu_seconds, 2),
            "methods": {
                line.method: {
                    "all": round(line.all, 4), **{k: round(v, 4) for k, v in line.by_language.items()}, "n": line.n,
                    "ours_minus_it": [round(part, 4) for part in line.difference] if line.difference else None,
                }
                for line in self.lines
            },
            **{name: round(value, 4) for name, value in self.extra.items()},
        }  # fmt: skip


def outcome(
    task: str, measure: str, figures: Figures, languages: Mapping[str, str], seed: int, note: str = "",
    extra: Mapping[str, float] | None = None,
) -> Outcome:  # fmt: skip
    """Average the figures; `languages`: {what they are averaged by: its language}."""
    lines = []
    for method, each in figures.items():
        tongues = sorted({languages[name] for name in each if name in languages})
        by_language = {
            tongue: mean(value for name, value in each.items() if languages.get(name) == tongue) for tongue in tongues
        }
        difference = None if method == OURS or OURS not in figures else interval(figures[OURS], each, seed)
        lines.append(Line(method, mean(each.values()), by_language, len(each), difference))
    return Outcome(task, measure, tuple(lines), note, extra=extra or {})


def name_of(key: MentorKey) -> str:
    """How an author is called in figures."""
    return f"{key.blog_id}/{key.author_id}/{key.language}"
