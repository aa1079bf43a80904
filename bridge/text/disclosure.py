"""How much a text shows of its writer: feelings (emotional) and facts of their life (informational), in 0 … 1.

A logistic model over words and groups of words, learnt on sentences that people labelled; its weights are one readable
file, which says where they come from and how to learn them anew (``python -m tests.bench.disclosure FILE.csv``).
For French the groups alone count: there are no labelled French sentences, so its scores are an indication.
Texts of one language are ordered well by them. As levels they would be right only where people tell of themselves as
often as in the labelled sentences, so they are shown as an order only; and never as a grade of a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from math import exp, log1p

from bridge.text.memo import Memo
from bridge.text.patterns import fold_text
from bridge.text.sentences import MAX_SENTENCE_CHARACTERS, split_sentences

WORD = re.compile(r"[a-z]+(?:-[a-z]+)*|[!?]")
SILENT_SIGNS = '.,;:()"'  # that say nothing, as all but ! and ?
PREFIX_LETTERS = 5  # from so many letters a word also counts by its first ones, so that its forms stand together
GROUPS_ONLY_LANGUAGE = "fr"  # whose words and pairs have no weights
DISCLOSURE_SCORES = ("emotional", "informational")
BEGINNING = "^"  # stands before the first word
PREFIX_SIGN = "~"  # stands behind the first letters of a word
Weight = complex  # what a feature adds to each score: one number of two parts, added at once
# A word; its weight; those of the pairs that it begins, by second word; its first letters; their weight; its group.
WordWeights = tuple[str, Weight | None, dict[str, Weight] | None, str, Weight | None, str | None]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """How much is told of feelings, and of facts, beside other texts of the language: they order, they measure not."""

    emotional: float
    informational: float


@lru_cache(maxsize=4)
def word_groups(language: str) -> dict[str, str]:
    """Word → the group it belongs to."""
    text = (files("bridge.text") / "data" / f"disclosure_{language}.txt").read_text(encoding="utf-8")
    groups: dict[str, str] = {}
    group = ""
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip("[]")
        elif not line.startswith("#"):
            groups |= dict.fromkeys(line.split(), f"[{group}]")
    return groups


@lru_cache(maxsize=4)
def _weights(language: str) -> dict[str, Weight]:
    text = (files("bridge.text") / "data" / "disclosure_weights.json").read_text(encoding="utf-8")
    model = json.loads(text)["groups" if language == GROUPS_ONLY_LANGUAGE else "words and groups"]
    return {name: complex(*pair) for name, pair in model.items()}


@lru_cache(maxsize=4)
def _pair_weights(language: str) -> dict[str, dict[str, Weight]]:
    """First word → second word → weight of the pair."""
    pairs: dict[str, dict[str, Weight]] = {}
    for name, weight in _weights(language).items():
        first, _, second = name.partition(" ")
        if second and not name.startswith("["):
            pairs.setdefault(first, {})[second] = weight
    return pairs


@lru_cache(maxsize=4)
def _weights_of_pieces(language: str) -> Memo[tuple[WordWeights, ...]]:
    return Memo(lambda piece: tuple(_word_weights(word, language) for word in _words(piece, language)))


def _word_weights(word: str, language: str) -> WordWeights:
    group, prefix = word_groups(language).get(word), _prefix(word)
    if language == GROUPS_ONLY_LANGUAGE:
        return word, None, None, prefix, None, group
    weights = _weights(language)
    return word, weights.get(word), _pair_weights(language).get(word), prefix, weights.get(prefix), group


def extract_features(sentence: str, language: str) -> dict[str, float]:
    """What the model looks at in one sentence: words, their beginnings, pairs of them, groups, signs, length."""
    words = _words(sentence, language)
    return dict.fromkeys(_signs(words), 1.0) | _counted(words, language)


def _words(sentence: str, language: str) -> list[str]:
    return WORD.findall(fold_text(sentence).replace("'", " " if language == "fr" else ""))


def _signs(words: Sequence[str]) -> Iterable[str]:
    """What is there or is not, each once."""
    pairs = map(" ".join, zip((BEGINNING, *words), words, strict=False))
    prefixes = filter(None, map(_prefix, words))
    return dict.fromkeys((*words, *pairs, *prefixes))


def _prefix(word: str) -> str:
    return word[: PREFIX_LETTERS - 1] + PREFIX_SIGN if len(word) >= PREFIX_LETTERS else ""


def _counted(words: Sequence[str], language: str) -> dict[str, float]:
    """What is there more or less."""
    group_of = word_groups(language)
    counted: dict[str, int] = {}
    for group in filter(None, map(group_of.get, words)):
        counted[group] = counted.get(group, 0) + 1
    return _damped(counted, len(words))


def _damped(groups: Mapping[str, int], words: int) -> dict[str, float]:
    length = log1p(words)
    damped = {group: log1p(count) for group, count in groups.items()}
    return damped | {"[length]": length, "[length squared]": length * length}


def sentence_disclosure(sentence: str, language: str) -> tuple[float, float]:
    """(emotional, informational) of one sentence, in 0 … 1; nothing known in it: (0, 0).

    Looks at what `extract_features` finds, without putting together the many features that have no weight.
    """
    words: dict[str, Weight] = {}
    pairs: dict[tuple[str, str], Weight] = {}
    prefixes: dict[str, Weight] = {}
    groups: dict[str, int] = {}
    length, last, following = 0, BEGINNING, _pair_weights(language).get(BEGINNING)
    pieces = _weights_of_pieces(language)
    for word, weight, begun, prefix, prefix_weight, group in chain.from_iterable(
        map(pieces.__getitem__, sentence.split())
    ):
        if weight is not None:
            words[word] = weight
        if following is not None and word in following:
            pairs[last, word] = following[word]
        if prefix_weight is not None:
            prefixes[prefix] = prefix_weight
        if group is not None:
            groups[group] = groups.get(group, 0) + 1
        length, last, following = length + 1, word, begun
    if not (words or pairs or prefixes or groups):
        return 0.0, 0.0
    weights = _weights(language)
    total = sum(chain(words.values(), pairs.values(), prefixes.values()), weights["[start]"])
    for name, value in _damped(groups, length).items():
        total += weights.get(name, 0.0) * value
    return _logistic(total.real), _logistic(total.imag)


def text_disclosure(text: str, language: str) -> Disclosure:
    """The mean over the sentences of a plain text. Languages other than French are read as English: a text in one that
    has no patterns holds nothing that is known, and gets 0."""
    chosen = "fr" if language == "fr" else "en"
    sentences = "\n".join(sentence.folded[:MAX_SENTENCE_CHARACTERS] for sentence in split_sentences(text))
    scores = [sentence_disclosure(sentence, chosen) for sentence in _with_signs_apart(sentences).split("\n")]
    if not scores:
        return Disclosure(0.0, 0.0)
    means = (round(sum(column) / len(scores), 4) for column in zip(*scores, strict=True))
    return Disclosure(*means)


def _with_signs_apart(text: str) -> str:
    """A text in which most pieces between two spaces are a word, which comes again, or a sign that counts."""
    for sign in SILENT_SIGNS:
        text = text.replace(sign, " ")
    return text.replace("!", " ! ").replace("?", " ? ")


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, value))))
