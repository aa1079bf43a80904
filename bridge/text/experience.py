"""What somebody has lived and tells of: passages on failure, success, lessons and turning points; what they ask for.

A sentence is a passage when its writer (first person) tells of something past that went wrong, went well, or turned
their way, or draws a lesson. Quoted words never count, nor what is negated or only imagined. A text that touches on
a crisis (suicide, violence …) gives no passage and no score: it is nobody's showcase.

Sources of the idea: Ko & Kuo 2009 (disclosure in blogs and social integration); St-Jean 2012 (disclosure before
trust, trust before learning). Post score: D = 1 - exp(-(E + 2 L) / 4), E and L in 500 words.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from math import exp

from bridge.text.budget import UNLIMITED, Budget
from bridge.text.patterns import find_union, fold_text, load_patterns, matches_union
from bridge.text.sentences import MAX_SENTENCE_CHARACTERS, Sentence, split_sentences

NEGATION_WINDOW_TOKENS = 3  # tokens before a match in which a negation takes it back
FIRST_PLURAL_SHARE = 0.3  # how much "we" tells of oneself, beside "I"
SCORED_WORDS = 500
MIN_SCORED_WORDS = 250  # a shorter post counts as one so long: one sentence alone is no confession
CLOSING_SHARE, MIN_CLOSING_CHARACTERS = (
    0.2,
    200,
)  # the end of a post, where a question is a request: a fifth, or so many characters
MIN_PASSAGE_WORDS = 5  # words of a passage: less cannot be understood alone
CLAUSE = re.compile(r"[,;:()!?…]|\bbut\b|\bmais\b")
TOKEN = re.compile(r"\w+'?(?:t\b)?")
LIST_MARKS = re.compile(r"(?:#{1,6} |[-*+] |\d{1,3}[.)] )*")
EMPHASIS = re.compile(r"\*\*|__|~~|(?<!\w)[_*](?=\w)|(?<=[\w.!?…])[_*](?!\w)")
WORD = re.compile(r"[^\W\d_]+")


class PassageLabel(StrEnum):
    """What a passage tells of; the first that fits, in this order."""

    LESSON = "lesson"
    FAILURE = "failure"
    TURNING_POINT = "turning point"
    SUCCESS = "success"


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence, where it stands (characters from the beginning), and why it was chosen."""

    position: int
    text: str
    label: str  # a Label, "request" or "call for comments"
    patterns: tuple[str, ...]  # "failure: we lost", as found in the folded text
    personal: bool = True  # told as "I", not only as "we"

    @property
    def key(self) -> str:
        """Stands for the words of the passage: another sentence, another key."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Experience:
    """What a text tells and asks. `crisis`: it is never quoted or counted; then all is empty and `score` None."""

    passages: tuple[Passage, ...] = ()
    requests: tuple[Passage, ...] = ()
    calls: tuple[Passage, ...] = ()
    score: float | None = None  # None: nothing can be said (crisis, or a language without patterns)
    crisis: bool = False


def read_experience(text: str, language: str, budget: Budget = UNLIMITED) -> Experience:
    """Read a plain text (`html.plain_text`) in a language; others than French and English give nothing."""
    patterns = load_patterns(language)
    if not patterns:
        return Experience()
    if matches_union(patterns, "grave", fold_text(text)):
        return Experience(crisis=True)
    passages: list[Passage] = []
    requests: list[Passage] = []
    calls: list[Passage] = []
    late = len(text) - max(len(text) * CLOSING_SHARE, MIN_CLOSING_CHARACTERS)
    for sentence in split_sentences(text):
        budget.check()
        if len(sentence.text) > MAX_SENTENCE_CHARACTERS:
            continue
        folded = sentence.folded
        passage = _passage(sentence, folded, patterns)
        if passage is not None:
            passages.append(passage)
        if asked := _asked(sentence, folded, patterns, is_late=sentence.start >= late):
            (calls if asked.label == "call for comments" else requests).append(asked)
    words = len(text.split())
    return Experience(tuple(passages), tuple(requests), tuple(calls), _score(passages, words))


def tells_experience(text: str, language: str) -> bool:
    """Whether somebody tells, in a text that may be short, of something lived or learned."""
    patterns = load_patterns(language)
    for sentence in split_sentences(text) if patterns else ():
        folded = sentence.folded[:MAX_SENTENCE_CHARACTERS]
        if patterns["lived"].search(folded) or _labels(folded, patterns):
            return True
    return False


def asks_question(text: str, language: str) -> bool:
    """Whether a text asks something without a question mark."""
    patterns = load_patterns(language)
    return bool(patterns) and patterns["question"].search(fold_text(text)) is not None


def _passage(sentence: Sentence, folded: str, patterns: dict[str, re.Pattern[str]]) -> Passage | None:
    labels = _labels(folded, patterns)
    if not labels or len(list(islice(WORD.finditer(sentence.text), MIN_PASSAGE_WORDS))) < MIN_PASSAGE_WORDS:
        return None
    label = next(label for label in PassageLabel if label in labels)
    why = tuple(f"{name}: {labels[name]}" for name in PassageLabel if name in labels)
    return Passage(sentence.start, without_markup(sentence.text), label, why, patterns["i"].search(folded) is not None)


def _labels(folded: str, patterns: dict[str, re.Pattern[str]]) -> dict[PassageLabel, str]:
    """Which labels a folded sentence earns, each with the words that earned it."""
    if folded.rstrip().endswith("?") or not matches_union(patterns, "personal", folded):
        return {}
    first = find_union(patterns, "told", folded)
    if first is None:
        return {}
    labels = {label: words for label in PassageLabel if (words := _match(folded, patterns[label], patterns, first))}
    if labels and PassageLabel.LESSON not in labels and not patterns["past"].search(folded):
        return {}
    return labels


def _match(folded: str, pattern: re.Pattern[str], patterns: dict[str, re.Pattern[str]], start: int = 0) -> str:
    """The first match from a place on that is neither negated nor imagined, or ""."""
    for match in pattern.finditer(folded, start):
        before = CLAUSE.split(folded[max(0, match.start() - 60) : match.start()])[-1]
        near = " ".join(TOKEN.findall(before)[-NEGATION_WINDOW_TOKENS:])
        if not patterns["negation"].search(near) and not patterns["imagined"].search(near):
            return " ".join(match[0].split())
    return ""


def _asked(sentence: Sentence, folded: str, patterns: dict[str, re.Pattern[str]], *, is_late: bool) -> Passage | None:
    """A request, or a call for comments; a question to the reader counts only near the end."""
    first = find_union(patterns, "asked", folded)
    if first is not None:
        for name in ("call for comments", "request"):
            if (words := _match(folded, patterns[name], patterns, first)) and (name == "request" or is_late):
                return Passage(sentence.start, without_markup(sentence.text), name, (f"{name}: {words}",))
    question = folded.rstrip().endswith("?")
    if is_late and question and (to := patterns["you"].search(folded)):
        return Passage(sentence.start, without_markup(sentence.text), "request", (f"question to the reader: {to[0]}",))
    return None


def without_markup(text: str) -> str:
    """A sentence without the marks of Markdown, on one line."""
    text = LIST_MARKS.sub("", text, count=1)  # at the beginning, were it of no characters
    if "*" in text or "_" in text or "~~" in text:
        text = EMPHASIS.sub("", text)
    return " ".join(text.split())


def _score(passages: list[Passage], words: int) -> float:
    per = SCORED_WORDS / max(words, MIN_SCORED_WORDS)
    weights = {PassageLabel.LESSON.value: 2.0}
    weight = sum(weights.get(p.label, 1.0) * (1.0 if p.personal else FIRST_PLURAL_SHARE) for p in passages)
    return round(1 - exp(-weight * per / 4), 6)
