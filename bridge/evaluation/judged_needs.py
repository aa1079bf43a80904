"""T2c: needs as people type them, and who could help with each, as judged by somebody who read the posts.

The folder holds `needs.jsonl` (`id`, `language`, `need`) and `judgements.jsonl` (`need`, `blog`, `author`, `grade`: 2
has lived or explained this, 1 touches on it, 0 no; `other_language`: their posts are not in the need's language).
Whoever is not judged counts as 0. Nobody may be right: then no answer is the right one.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.errors import BridgeError
from bridge.evaluation import figures
from bridge.evaluation.corpus import CorpusPost, ReportProgress, group_by_mentor
from bridge.evaluation.report import OUR_METHOD, FiguresByMethod, TaskOutcome, build_outcome
from bridge.evaluation.typed_needs import WholeBlogs
from bridge.model import AuthorKey
from bridge.worker.context import Context

DEPTH = 5  # answers that are looked at


class InvalidJudgements(BridgeError):
    """A folder of judged needs that cannot be read."""


@dataclass(frozen=True, slots=True)
class JudgedNeed:
    """A need, the grades of those who are right in part or in whole, and who of them writes in another language."""

    id: str
    language: str
    text: str
    grades: Mapping[AuthorKey, int]
    abroad: frozenset[AuthorKey]


def read_judged_needs(folder: Path) -> list[JudgedNeed]:
    """All needs of a folder.

    Raises:
        InvalidJudgements: a file is missing or a line of it is broken.
    """
    grades: dict[str, dict[AuthorKey, int]] = defaultdict(dict)
    abroad: dict[str, set[AuthorKey]] = defaultdict(set)
    try:
        for line in _lines(folder / "judgements.jsonl"):
            author = AuthorKey(str(line["blog"]), str(line["author"]))
            if grade := int(line["grade"]):
                grades[line["need"]][author] = grade
                if line.get("other_language"):
                    abroad[line["need"]].add(author)
        return [
            JudgedNeed(need["id"], need["language"], need["need"], grades[need["id"]], frozenset(abroad[need["id"]]))
            for need in _lines(folder / "needs.jsonl")
        ]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InvalidJudgements(f"{folder}: needs.jsonl and judgements.jsonl were expected: {error}") from error


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def by_judged_need(
    context: Context,
    readings: Sequence[CorpusPost],
    needs: Sequence[JudgedNeed],
    seed: int,
    progress: ReportProgress,
) -> TaskOutcome:
    """A need as somebody types it → the authors who could help, by nDCG over five; beside it what is not in a mean."""
    blogs = WholeBlogs(group_by_mentor(readings))
    gains: FiguresByMethod = {}
    extra: dict[str, list[float]] = {
        name: []
        for name in ("first wrong", "other language, recall@5", "nobody, and said so", "somebody, and none named")
    }
    for done, need in enumerate(needs):
        progress("T2c", done, len(needs))
        for method, keys in blogs.rank(context, need.text, seed).items():
            ranked = list(dict.fromkeys(key.author for key in keys))
            if need.grades:
                gains.setdefault(method, {})[need.id] = ndcg(ranked, need.grades)
            if method == OUR_METHOD:
                for name, value in _verdicts(ranked, need).items():
                    extra[name].append(value)
    if not gains:
        return TaskOutcome("T2c", "nDCG@5", note="no need that somebody here is right for")
    languages = {need.id: need.language for need in needs}
    means = {name: figures.mean(values) for name, values in extra.items() if values}
    return build_outcome(
        "T2c", "nDCG@5, a need as people type it → who could help", gains, languages, seed, extra=means
    )


def _verdicts(ranked: Sequence[AuthorKey], need: JudgedNeed) -> dict[str, float]:
    if not need.grades:
        return {"nobody, and said so": float(not ranked)}
    verdicts = {
        "first wrong": float(bool(ranked) and ranked[0] not in need.grades),
        "somebody, and none named": float(not ranked),
    }
    if need.abroad:
        reached = len(need.abroad.intersection(ranked[:DEPTH]))
        verdicts["other language, recall@5"] = reached / min(DEPTH, len(need.abroad))
    return verdicts


def ndcg(ranked: Sequence[AuthorKey], grades: Mapping[AuthorKey, int]) -> float:
    """Gain of the first answers, 2^grade - 1 each and less by place, beside the best order (Järvelin, Kekäläinen)."""
    best = sorted(grades.values(), reverse=True)[:DEPTH]
    return _gain([grades.get(author, 0) for author in ranked[:DEPTH]]) / _gain(best)


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1))
