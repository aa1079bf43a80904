"""T6: do the disclosure scores agree with people? Beside the weights that ship, the same model learnt and tried here.

A ridge-penalised logistic regression over `text.disclosure.extract_features`, five-fold: each sentence is scored by
weights that were learnt without it. `python -m tests.bench.disclosure` learns the weights that ship with the same
functions.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bridge.evaluation.corpus import ReportProgress
from bridge.evaluation.report import OUR_METHOD, MethodLine, TaskOutcome
from bridge.text.disclosure import DISCLOSURE_SCORES, extract_features, sentence_disclosure
from bridge.text.html import plain_text

LABEL_COLUMNS = tuple(f"{name}_disclosure" for name in DISCLOSURE_SCORES)
MIN_FEATURE_SENTENCES = 10  # sentences; a rarer word could tell who wrote it, and teaches nothing
RIDGE_PENALTY = 50.0
CROSS_VALIDATION_FOLDS = 5
Floats = npt.NDArray[np.float64]


def evaluate_disclosure(folder: Path, progress: ReportProgress) -> TaskOutcome:
    """Area under the ROC curve, English: the weights that ship, and cross-validated on these very sentences."""
    path = folder / "labelled" / "disclosure_en.csv"
    if not path.exists():
        return TaskOutcome("T6", "AUC", note=f"there is no {path}")
    rows = read_labelled(path)
    if not rows or not {"text", *LABEL_COLUMNS} <= rows[0].keys():
        return TaskOutcome(
            "T6", "AUC", note=f"{path} needs sentences, with the columns text, {', '.join(LABEL_COLUMNS)}"
        )
    labels = label_matrix(rows)
    shipped = []
    for done, row in enumerate(rows):
        if done % 100 == 0:
            progress("T6", done, len(rows))
        shipped.append(sentence_disclosure(plain_text(row["text"]), "en"))
    features = [sentence_features(row["text"]) for row in rows]
    crossed = cross_validate(SparseMatrix(features, frequent_features(features)), labels, progress)
    lines = []
    for kind, scores in (("", np.array(shipped)), (", cross-validated", crossed)):
        for place, name in enumerate(DISCLOSURE_SCORES):
            area = auc(scores[:, place], labels[:, place])
            lines.append(MethodLine(f"{OUR_METHOD}: {name}{kind}", area, {"en": area}, len(rows)))
    note = (
        "The weights that ship flatter on the sentences they were learnt from; there, cross-validated is what counts."
    )
    return TaskOutcome("T6", "AUC of the disclosure scores", tuple(lines), note)


def read_labelled(path: Path) -> list[dict[str, str]]:
    """Rows with the columns text, emotional_disclosure, informational_disclosure (0 or 1)."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return list(csv.DictReader(file))


def label_matrix(rows: Sequence[dict[str, str]]) -> Floats:
    """One row a sentence, one column a score."""
    return np.array([[float(row[label]) for label in LABEL_COLUMNS] for row in rows]).reshape(
        len(rows), len(LABEL_COLUMNS)
    )


def sentence_features(text: str) -> dict[str, float]:
    """What the model looks at, and where it starts from."""
    return extract_features(plain_text(text), "en") | {"[start]": 1.0}


def frequent_features(sentences: Sequence[dict[str, float]]) -> list[str]:
    """Groups, and words that stand in enough sentences."""
    often = Counter(name for features in sentences for name in features)
    return sorted(name for name in often if name[0] == "[" or often[name] >= MIN_FEATURE_SENTENCES)


def cross_validate(matrix: SparseMatrix, labels: Floats, progress: ReportProgress) -> Floats:
    """Each sentence scored by weights that were learnt without its fold; the folds are always the same."""
    fold = np.random.default_rng(7).integers(0, CROSS_VALIDATION_FOLDS, matrix.shape[0])
    scores = np.zeros(labels.shape)
    for label in range(labels.shape[1]):
        for part in range(CROSS_VALIDATION_FOLDS):
            progress(
                "T6 cross-validated", label * CROSS_VALIDATION_FOLDS + part, labels.shape[1] * CROSS_VALIDATION_FOLDS
            )
            weights = learn_weights(matrix, labels[:, label], (fold != part).astype(float))
            scores[fold == part, label] = matrix.times(weights)[fold == part]
    return scores


class SparseMatrix:
    """Sentences by features; just the two products that learning needs."""

    def __init__(self, sentences: Sequence[dict[str, float]], names: Sequence[str]) -> None:
        place = {name: n for n, name in enumerate(names)}
        cells = [
            (row, place[n], v) for row, features in enumerate(sentences) for n, v in features.items() if n in place
        ]
        self.rows, self.columns = (np.array([cell[n] for cell in cells], np.int64) for n in (0, 1))
        self.values = np.array([cell[2] for cell in cells], np.float64)
        self.shape = (len(sentences), len(names))

    def times(self, weights: Floats) -> Floats:
        """One sum a sentence."""
        return np.bincount(self.rows, self.values * weights[self.columns], self.shape[0]).astype(np.float64)

    def turned(self, errors: Floats) -> Floats:
        """One sum a feature."""
        return np.bincount(self.columns, self.values * errors[self.rows], self.shape[1]).astype(np.float64)


def learn_weights(matrix: SparseMatrix, labels: Floats, used: Floats) -> Floats:
    """Weights of a ridge-penalised logistic regression over the sentences that are `used` (0 or 1), by Newton's
    method with conjugate gradients."""
    weights = np.zeros(matrix.shape[1])
    for _ in range(12):
        chance = 1 / (1 + np.exp(-matrix.times(weights)))
        slope = matrix.turned((chance - labels) * used) + RIDGE_PENALTY * weights
        curve = chance * (1 - chance) * used
        step = _solve(lambda v, c=curve: matrix.turned(c * matrix.times(v)) + RIDGE_PENALTY * v, slope)  # type: ignore[misc]
        weights -= step
        if np.abs(step).max() < 1e-4:
            break
    return weights


def _solve(apply: Callable[[Floats], Floats], right: Floats) -> Floats:
    solution, rest = np.zeros_like(right), right.copy()
    way, size = rest.copy(), float(rest @ rest)
    for _ in range(60):
        turned = apply(way)
        length = size / float(way @ turned)
        solution += length * way
        rest -= length * turned
        before, size = size, float(rest @ rest)
        if size < 1e-10:
            break
        way = rest + size / before * way
    return solution


def auc(scores: Floats, labels: Floats) -> float:
    """The chance that a sentence with the label scores above one without; a tie is half."""
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    hits = float(labels.sum())
    if hits in (0.0, float(len(labels))):
        return 0.5  # nothing to tell apart
    return float((ranks[labels == 1].sum() - hits * (hits + 1) / 2) / (hits * (len(labels) - hits)))
