"""`python -m tests.bench.disclosure FILE.csv [--write]`: how well the disclosure scores agree with people.

FILE has the columns text, emotional_disclosure, informational_disclosure (0 or 1). Learns with five-fold
cross-validation and prints the AUC of both scores; --write learns on everything and replaces the weights shipped.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bridge.evaluation.disclosure import (
    CROSS_VALIDATION_FOLDS,
    LABEL_COLUMNS,
    Floats,
    SparseMatrix,
    auc,
    cross_validate,
    frequent_features,
    label_matrix,
    learn_weights,
    read_labelled,
    sentence_features,
)
from bridge.text import disclosure

SHIPPED = Path(disclosure.__file__).parent / "data" / "disclosure_weights.json"
SMALL = 0.02  # weights that do not matter
ORIGIN = {
    "what": "Weights of bridge/text/disclosure.py: what a word or group adds to (emotional, informational).",
    "learnt on": "CL-Aff #OffMyChest 2020 (Jaidka, Singh, Lu, Chhaya, Ungar), 12,860 labelled English sentences.",
    "licence": "The labelled sentences are under CC BY 4.0; none of them is in here.",
    "again": "python -m tests.bench.disclosure FILE.csv --write",
}


def main(arguments: list[str]) -> int:
    """Measure, and perhaps write."""
    rows = read_labelled(Path(arguments[0]))
    found = [sentence_features(row["text"]) for row in rows]
    wanted = label_matrix(rows)
    models: dict[str, Any] = {}
    words = frequent_features(found)
    for model, chosen in (("words and groups", words), ("groups", [name for name in words if name[0] == "["])):
        matrix = SparseMatrix(found, chosen)
        scores = cross_validate(matrix, wanted, lambda _what, _done, _of: None)
        reached = [round(auc(scores[:, label], wanted[:, label]), 4) for label in range(len(LABEL_COLUMNS))]
        print(
            json.dumps(
                {
                    "model": model,
                    "features": len(chosen),
                    "auc": dict(zip(disclosure.DISCLOSURE_SCORES, reached, strict=True)),
                }
            ),
            flush=True,
        )
        whole = [learn_weights(matrix, wanted[:, label], np.ones(len(rows))) for label in range(len(LABEL_COLUMNS))]
        models[model] = _kept(chosen, whole)
        ORIGIN[f"auc of {model}"] = (
            f"emotional {reached[0]}, informational {reached[1]} ({CROSS_VALIDATION_FOLDS}-fold cross-validated)"
        )
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
