"""What reading one post costs: all of `bridge text analyse`, in one thread, on posts of 1,000 words.

CPU time, which other work on the machine does not add to. As a baseline the same machine in the same minute finds
the language alone.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from typing import Any

from bridge.cli.text import analyse_text
from bridge.text.language import detect_language
from bridge.text.sentences import split_sentences

WORDS = 1000
ROUNDS = 20


def posts() -> dict[str, str]:
    """A post of 1,000 words in each language, from the sample blogs."""
    found = {}
    for language, blog in (("en", "clay-and-ledger"), ("fr", "table-du-fleuve")):
        lines = (files("bridge") / "samples" / "posts" / f"{blog}.jsonl").read_text(encoding="utf-8").splitlines()
        body = "\n".join(json.loads(line)["body"] for line in lines)
        words = (body + "\n").split(" ")
        found[language] = " ".join((words * (WORDS // len(words) + 1))[:WORDS])
    return found


def _median_ms(act: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        split_sentences.cache_clear()  # no text is read twice in a row
        began = time.process_time()
        act()
        times.append(time.process_time() - began)
    return round(1000 * statistics.median(times), 3)


def run() -> dict[str, Any]:
    """Median milliseconds by language, and of the baseline."""
    results: dict[str, Any] = {}
    for language, text in posts().items():
        analyse_text(text)  # patterns and weights are read once
        analysed = _median_ms(partial(analyse_text, text))
        baseline = _median_ms(partial(detect_language, text, "en"))
        results[language] = {"ms": analysed, "language_alone_ms": baseline, "ratio": round(analysed / baseline, 2)}
    return {"words": WORDS, **results}
