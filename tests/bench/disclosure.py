"""`python -m tests.bench.disclosure FILE.csv [--write]`: how well the disclosure scores agree with people.

FILE has the columns text, emotional_disclosure, informational_disclosure (0 or 1). Learns with five-fold
cross-validation and prints the AUC of both scores; --write learns on everything and replaces the weights shipped.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bridge.text import disclosure
from bridge.text.html import plain_text

SHIPPED = Path(disclosure.__file__).parent / "data" / "disclosure_weights.json"
LABELS = ("emotional_disclosure", "informational_disclosure")
OFTEN = 10  # sentences; a rarer word could tell who wrote it, and teaches nothing
RIDGE = 50.0
FOLDS = 5
SMALL = 0.02  # weights that do not matter
ORIGIN = {
    "what": "Weights of bridge/text/disclosure.py: what a word or group adds to (emotional, informational).",
    "learnt on": "CL-Aff #OffMyChest 2020 (Jaidka, Singh, Lu, Chhaya, Ungar), 12,860 labelled English sentences.",
    "licence": "The labelled sentences are under CC BY 4.0; none of them is in here.",
    "again": "python -m tests.bench.disclosure FILE.csv --write",
}
Floats = npt.NDArray[np.float64]


class Sparse:
    """Sentences by features; just the two products that learning needs."""

    def __init__(self, found: Sequence[dict[str, float]], names: Sequence[str]) -> None:
        place = {name: n for n, name in enumerate(names)}
        cells = [(row, place[n], v) for row, one in enumerate(found) for n, v in one.items() if n in place]
        self.rows, self.columns = (np.array([cell[n] for cell in cells], np.int64) for n in (0, 1))
        self.values = np.array([cell[2] for cell in cells], np.float64)
        self.shape = (len(found), len(names))

    def times(self, weights: Floats) -> Floats:
        """One sum a sentence."""
        return np.bincount(self.rows, self.values * weights[self.columns], self.shape[0]).astype(np.float64)

    def turned(self, errors: Floats) -> Floats:
        """One sum a feature."""
        return np.bincount(self.columns, self.values * errors[self.rows], self.shape[1]).astype(np.float64)


def learn(matrix: Sparse, wanted: Floats, used: Floats) -> Floats:
    """Weights of a ridge-penalised logistic regression over the sentences that are `used` (0 or 1), by Newton's
    method with conjugate gradients."""
    weights = np.zeros(matrix.shape[1])
    for _ in range(12):
        chance = 1 / (1 + np.exp(-matrix.times(weights)))
        slope = matrix.turned((chance - wanted) * used) + RIDGE * weights
        curve = chance * (1 - chance) * used
        step = _solve(lambda v, c=curve: matrix.turned(c * matrix.times(v)) + RIDGE * v, slope)  # type: ignore[misc]
        weights -= step
        if np.abs(step).max() < 1e-4:
            break
    return weights


def _solve(apply: Callable[[Floats], Floats], right: Floats) -> Floats:
    found, rest = np.zeros_like(right), right.copy()
    way, size = rest.copy(), float(rest @ rest)
    for _ in range(60):
        turned = apply(way)
        length = size / float(way @ turned)
        found += length * way
        rest -= length * turned
        before, size = size, float(rest @ rest)
        if size < 1e-10:
            break
        way = rest + size / before * way
    return found


def auc(scores: Floats, wanted: Floats) -> float:
    """The chance that a sentence with the label scores above one without; a tie is half."""
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    hits = float(wanted.sum())
    return float((ranks[wanted == 1].sum() - hits * (hits + 1) / 2) / (hits * (len(wanted) - hits)))


def main(arguments: list[str]) -> int:
    """Measure, and perhaps write."""
    with open(arguments[0], encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = [disclosure.features(plain_text(row["text"]), "en") | {"[start]": 1.0} for row in rows]
    wanted = np.array([[float(row[label]) for label in LABELS] for row in rows])
    often = Counter(name for one in found for name in one)
    fold = np.random.default_rng(7).integers(0, FOLDS, len(rows))
    models: dict[str, Any] = {}
    for model, chosen in (
        ("words and groups", sorted(name for name in often if name[0] == "[" or often[name] >= OFTEN)),
        ("groups", sorted(name for name in often if name[0] == "[")),
    ):
        matrix = Sparse(found, chosen)
        reached = []
        for label in range(len(LABELS)):
            scores = np.zeros(len(rows))
            for part in range(FOLDS):
                weights = learn(matrix, wanted[:, label], (fold != part).astype(float))
                scores[fold == part] = matrix.times(weights)[fold == part]
            reached.append(round(auc(scores, wanted[:, label]), 4))
        print(
            json.dumps(
                {"model": model, "features": len(chosen), "auc": dict(zip(disclosure.SCORES, reached, strict=True))}
            ),
            flush=True,
        )
        whole = [learn(matrix, wanted[:, label], np.ones(len(rows))) for label in range(len(LABELS))]
        models[model] = _kept(chosen, whole)
        ORIGIN[f"auc of {model}"] = f"emotional {reached[0]}, informational {reached[1]} ({FOLDS}-fold cross-validated)"
    if "--write" in arguments:
        SHIPPED.write_text(_written(models), encoding="utf-8")
    return 0


def _kept(names: Sequence[str], learnt: Sequence[Floats]) -> dict[str, list[float]]:
    pairs = {name: [round(float(weights[n]), 3) for weights in learnt] for n, name in enumerate(names)}
    return {name: pair for name, pair in pairs.items() if name[0] == "[" or max(map(abs, pair)) >= SMALL}


def _written(models: dict[str, Any]) -> str:
    """One feature a line."""
    parts = [f'"about": {json.dumps(ORIGIN, indent=1)}']
    for model, weights in models.items():
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(pair)}" for name, pair in weights.items())
        parts.append(f'"{model}": {{\n{lines}\n}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
