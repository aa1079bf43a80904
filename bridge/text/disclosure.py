"""How much a text shows of its writer: feelings (emotional) and facts of their life (informational), in 0 … 1.

A logistic model over words and groups of words, learnt on sentences that people labelled; its weights are one readable
file, which says where they come from and how to learn them anew (``python -m tests.bench.disclosure FILE.csv``).
For French the groups alone count: there are no labelled French sentences, so its scores are an indication.
Never shown as a grade of a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp, log1p

from bridge.text.patterns import fold_text
from bridge.text.sentences import MAX_SENTENCE_CHARACTERS, split_sentences

WORD = re.compile(r"[a-z]+(?:-[a-z]+)*|[!?]")
PREFIX_LETTERS = 5  # from so many letters a word also counts by its first ones, so that its forms stand together
LENGTH_FEATURES = 2  # features that every sentence has
GROUPS_ONLY_LANGUAGE = "fr"  # whose words and pairs have no weights
DISCLOSURE_SCORES = ("emotional", "informational")
FeatureWeights = Mapping[str, complex]  # feature → what it adds to each score: one number of two parts, added at once


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The expected share of sentences that disclose feelings, and facts."""

    emotional: float
    informational: float


@lru_cache(maxsize=4)
def word_groups(language: str) -> dict[str, str]:
    """Word → the group it belongs to."""
    text = (files("bridge.text") / "data" / f"disclosure_{language}.txt").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    group = ""
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip("[]")
        elif not line.startswith("#"):
            found |= dict.fromkeys(line.split(), f"[{group}]")
    return found


@lru_cache(maxsize=4)
def _weights(language: str) -> FeatureWeights:
    text = (files("bridge.text") / "data" / "disclosure_weights.json").read_text(encoding="utf-8")
    model = json.loads(text)["groups" if language == GROUPS_ONLY_LANGUAGE else "words and groups"]
    return {name: complex(*pair) for name, pair in model.items()}


def extract_features(sentence: str, language: str) -> dict[str, float]:
    """What the model looks at in one sentence: words, their beginnings, pairs of them, groups, signs, length."""
    words = _words(sentence, language)
    return dict.fromkeys(_signs(words), 1.0) | _counted(words, language)


def _words(sentence: str, language: str) -> list[str]:
    return WORD.findall(fold_text(sentence).replace("'", " " if language == "fr" else ""))


def _signs(words: Sequence[str]) -> Iterable[str]:
    """What is there or is not, each once."""
    pairs = map(" ".join, zip(("^", *words), words, strict=False))
    begun = [word[: PREFIX_LETTERS - 1] + "~" for word in words if len(word) >= PREFIX_LETTERS]
    return dict.fromkeys((*words, *pairs, *begun))


def _counted(words: Sequence[str], language: str) -> dict[str, float]:
    """What is there more or less."""
    known = word_groups(language)
    counted: dict[str, float] = {}
    for group in filter(None, map(known.get, words)):
        counted[group] = counted.get(group, 0.0) + 1.0
    counted = {group: log1p(count) for group, count in counted.items()}
    length = log1p(len(words))
    return counted | {"[length]": length, "[length squared]": length * length}


def sentence_disclosure(sentence: str, language: str) -> tuple[float, float]:
    """(emotional, informational) of one sentence, in 0 … 1; nothing known in it: (0, 0)."""
    weights = _weights(language)
    words = _words(sentence, language)
    counted = _counted(words, language)
    found = [] if language == GROUPS_ONLY_LANGUAGE else list(filter(None, map(weights.get, _signs(words))))
    if not found and len(counted) <= LENGTH_FEATURES:
        return 0.0, 0.0
    total = sum(found, weights["[start]"])
    for name, value in counted.items():
        total += weights.get(name, 0.0) * value
    return _logistic(total.real), _logistic(total.imag)


def text_disclosure(text: str, language: str) -> Disclosure:
    """The mean over the sentences of a plain text. Languages other than French are read as English: a text in one that
    has no patterns holds nothing that is known, and gets 0."""
    chosen = "fr" if language == "fr" else "en"
    scores = [sentence_disclosure(one.folded[:MAX_SENTENCE_CHARACTERS], chosen) for one in split_sentences(text)]
    if not scores:
        return Disclosure(0.0, 0.0)
    means = (round(sum(column) / len(scores), 4) for column in zip(*scores, strict=True))
    return Disclosure(*means)


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, value))))
