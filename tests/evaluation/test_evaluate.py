"""The yardstick by hand: figures as published, and a folder of blogs measured from the command line."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.evaluation import figures
from bridge.evaluation.disclosure import auc, evaluate_disclosure
from bridge.mentors.anti_gaming import RULES_ON, AntiGamingRules
from bridge.mentors.term_sums import microseconds
from tests.conftest import NOW

pytestmark = pytest.mark.slow

SUBJECTS = {
    "baker": "bread flour oven dough yeast crust starter hydration salt loaf",
    "sailor": "boat wind mast harbour tide anchor rope hull chart storm",
    "gardener": "soil seed compost tomato prune mulch harvest greenhouse worm shade",
}


def test_figures_by_hand() -> None:
    assert figures.reciprocal_rank(["a", "b", "c"], "b") == 0.5
    assert figures.reciprocal_rank(["a"], "z") == 0.0
    assert figures.average_precision(["x", "a", "y", "b"], {"a", "b"}) == pytest.approx((1 / 2 + 2 / 4) / 2)
    assert figures.gini([5, 5, 5]) == 0.0
    assert figures.gini([0, 0, 0, 10]) == pytest.approx(0.75)
    assert auc(np.array([0.1, 0.4, 0.4, 0.9]), np.array([0.0, 1.0, 0.0, 1.0])) == pytest.approx(0.875)


def test_an_interval_is_repeatable_and_holds_the_mean() -> None:
    ours, theirs = {str(n): 0.5 + n / 100 for n in range(20)}, {str(n): 0.5 for n in range(20)}
    middle, low, high = figures.bootstrap_interval(ours, theirs, 3) or (0, 0, 0)
    assert low < middle < high
    assert figures.bootstrap_interval(ours, theirs, 3) == (middle, low, high)


def test_a_burst_of_posts_counts_as_one() -> None:
    day = np.array([microseconds(NOW + timedelta(minutes=n)) for n in range(5)])
    assert RULES_ON.shares_at(day).sum() == pytest.approx(1.0)
    assert AntiGamingRules().shares_at(day).sum() == 5
    assert not RULES_ON.entered(np.tile(day, 3))
    assert RULES_ON.entered(np.array([microseconds(NOW + timedelta(days=7 * n)) for n in range(10)]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three blogs on three subjects, thirty posts each."""
    dice = random.Random(1)
    (tmp_path / "posts").mkdir()
    lines = [{"id": name, "title": name, "url": f"https://{name}.example", "language": "en"} for name in SUBJECTS]
    (tmp_path / "blogs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    for name, words in SUBJECTS.items():
        posts = [_post(name, n, words.split(), dice) for n in range(30)]
        (tmp_path / "posts" / f"{name}.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts))
    return tmp_path


def _post(name: str, number: int, words: list[str], dice: random.Random) -> dict[str, Any]:
    said = " and the ".join(dice.choices(words, k=30))
    at = NOW - timedelta(days=400) + timedelta(days=number)
    return {
        "id": str(number),
        "title": dice.choice(words),
        "date": at.isoformat(),
        "author": name,
        "tags": [words[0]],
        "language": "en",
        "body": f"This is what I have learnt about the {said}.",
    }


def test_a_folder_is_measured(folder: Path, run_bridge: Callable[..., Any]) -> None:
    tasks = "T1,T1b,T1c,T1d,T2,T2b,T3,T4,T5,T6,T8,T9,T10"
    done = run_bridge("evaluate", str(folder), "--tasks", tasks, "--json")
    assert done.returncode == 0, done.stderr
    found = {task["task"]: task for task in json.loads(done.stdout)["tasks"]}
    assert list(found) == tasks.split(",")
    for task in ("T1", "T1b", "T1c", "T2"):
        assert found[task]["methods"]["bridge"]["all"] == 1.0, task
        assert found[task]["methods"]["chance"]["all"] < 1.0, task
    assert found["T8"]["methods"]["bridge"]["all"] == 1.0
    assert all(found[task]["note"] for task in ("T1d", "T2b", "T3", "T4", "T5", "T6"))
    again = run_bridge("evaluate", str(folder), "--tasks", "T1,T2", "--json")
    for task in json.loads(again.stdout)["tasks"]:
        assert {**task, "cpu_seconds": 0} == {**found[task["task"]], "cpu_seconds": 0}


def test_a_bank_that_has_just_begun_leaves_nobody_alone(folder: Path, run_bridge: Callable[..., Any]) -> None:
    """Four blogs on one subject; and one more, which shares no word with them, hears so."""
    words = SUBJECTS["baker"].split()
    bakers = {f"baker{n}": words for n in range(4)}

    def measured(blogs: dict[str, list[str]]) -> dict[str, Any]:
        lines = [{"id": name, "title": name, "url": f"https://{name}.example", "language": "en"} for name in blogs]
        (folder / "blogs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        for place, (name, subject) in enumerate(blogs.items()):
            posts = [_post(name, n, subject, random.Random(f"{place} {n}")) for n in range(4)]
            (folder / "posts" / f"{name}.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts))
        done = run_bridge("evaluate", str(folder), "--tasks", "T4", "--json")
        assert done.returncode == 0, done.stderr
        (task,) = json.loads(done.stdout)["tasks"]
        return dict(task)

    together = measured(bakers)
    assert together["methods"]["bridge"]["all"] == together["draws in which nobody is left alone"] == 1.0
    apart = measured({**bakers, "other": ["quasar", "nebula", "pulsar", "photon"]})
    assert apart["methods"]["bridge"]["all"] == 0.8
    assert apart["draws in which nobody is left alone"] == 0.0


def test_needs_are_measured_by_who_was_judged_to_help(
    folder: Path, tmp_path: Path, run_bridge: Callable[..., Any]
) -> None:
    needs = [("a", "bread with a starter"), ("b", "anchor in a storm"), ("c", "qwertz")]
    (tmp_path / "needs.jsonl").write_text(
        "".join(json.dumps({"id": id_, "language": "en", "need": need}) + "\n" for id_, need in needs)
    )
    judged = [
        {"need": "a", "blog": "baker", "author": "baker", "grade": 2},
        {"need": "b", "blog": "gardener", "author": "gardener", "grade": 1},
    ]
    (tmp_path / "judgements.jsonl").write_text("".join(json.dumps(line) + "\n" for line in judged))
    done = run_bridge("evaluate", str(folder), "--tasks", "T2c", "--needs", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    (task,) = json.loads(done.stdout)["tasks"]
    assert task["methods"]["bridge"]["n"] == 2
    assert task["methods"]["bridge"]["all"] == 0.5
    assert task["first wrong"] == 0.5
    assert task["nobody, and said so"] == 1.0
    (tmp_path / "judgements.jsonl").write_text('{"need": "a"}\n')
    wrong = run_bridge("evaluate", str(folder), "--tasks", "T2c", "--needs", str(tmp_path))
    assert wrong.returncode != 0
    assert "judgements.jsonl" in wrong.stderr


@pytest.mark.parametrize("chance", [False, True])
def test_labelled_sentences_are_scored_by_weights_that_never_saw_them(tmp_path: Path, chance: bool) -> None:
    dice = random.Random(3)
    subjects, ends = ("my mother", "my old boss", "my dog", "my doctor"), ("today", "again", "at home", "last year")
    lines = ["text,emotional_disclosure,informational_disclosure"]
    for number in range(200):
        told = number % 2
        said = f"I cried because {dice.choice(subjects)} left {dice.choice(ends)}." if told else "The pan is on sale."
        label = dice.randrange(2) if chance else told
        lines.append(f"{said} {number},{label},{label}")
    (tmp_path / "labelled").mkdir()
    (tmp_path / "labelled" / "disclosure_en.csv").write_text("\n".join(lines) + "\n")
    found = {line.method: line.all for line in evaluate_disclosure(tmp_path, lambda _what, _done, _of: None).lines}
    crossed = found["bridge: emotional, cross-validated"]
    assert crossed < 0.65 if chance else crossed > 0.95
    (tmp_path / "labelled" / "disclosure_en.csv").write_text("sentence\nI cried.\n")
    assert "columns" in evaluate_disclosure(tmp_path, lambda _what, _done, _of: None).note


def test_a_wrong_task_or_folder_is_named(tmp_path: Path, run_bridge: Callable[..., Any]) -> None:
    wrong = run_bridge("evaluate", str(tmp_path), "--tasks", "T4,T99")
    assert wrong.returncode != 0
    assert "T99" in wrong.stderr
    assert "blogs.jsonl" in run_bridge("evaluate", str(tmp_path)).stderr
