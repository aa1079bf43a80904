"""What a task found: a figure for each method, by language, with how sure the differences are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.evaluation.figures import bootstrap_interval, mean
from bridge.model import MentorKey

OUR_METHOD = "bridge"
FiguresByMethod = dict[str, dict[str, float]]  # {method: {what it is averaged by: figure}}


@dataclass(frozen=True, slots=True)
class MethodLine:
    """One method in one task, all and by language; `difference`: ours minus it, with its 95 % interval."""

    method: str
    all: float
    by_language: Mapping[str, float]
    n: int
    difference: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """One task. Without lines it could not be run, and `note` says why."""

    task: str
    measure: str
    lines: tuple[MethodLine, ...] = ()
    note: str = ""
    cpu_seconds: float = 0.0
    extra: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "task": self.task,
            "measure": self.measure,
            "note": self.note,
            "cpu_seconds": round(self.cpu_seconds, 2),
            "methods": {
                line.method: {
                    "all": round(line.all, 4),
                    **{k: round(v, 4) for k, v in line.by_language.items()},
                    "n": line.n,
                    "ours_minus_it": [round(part, 4) for part in line.difference] if line.difference else None,
                }
                for line in self.lines
            },
            **{name: round(value, 4) for name, value in self.extra.items()},
        }


def build_outcome(
    task: str,
    measure: str,
    figures: FiguresByMethod,
    languages: Mapping[str, str],
    seed: int,
    note: str = "",
    extra: Mapping[str, float] | None = None,
) -> TaskOutcome:
    """Average the figures; `languages`: {what they are averaged by: its language}."""
    lines = []
    for method, each in figures.items():
        tongues = sorted({languages[name] for name in each if name in languages})
        by_language = {
            tongue: mean(value for name, value in each.items() if languages.get(name) == tongue) for tongue in tongues
        }
        difference = (
            None
            if method == OUR_METHOD or OUR_METHOD not in figures
            else bootstrap_interval(figures[OUR_METHOD], each, seed)
        )
        lines.append(MethodLine(method, mean(each.values()), by_language, len(each), difference))
    return TaskOutcome(task, measure, tuple(lines), note, extra=extra or {})


def mentor_name(key: MentorKey) -> str:
    """How an author is called in figures."""
    return f"{key.blog_id}/{key.author_id}/{key.language}"
