"""What the posts of an author add up to: words, what they have lived, what crosses languages.

All of it is counts and sums of whole numbers, so it may be added up in any parts: a refresh reads the newest posts, and
of all others what they added up to when they were last read (``storage.matching.post_parts``).
"""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.mentors.cross_language import FeatureCounts
from bridge.mentors.term_sums import TermSums, merge_sums

COUNTERS = ("skills", "named", "lived", "themes")


@dataclass(frozen=True, slots=True)
class LivedSums:
    """Of posts that count, each once however many languages it is in: in how many each thing stands."""

    requests: tuple[tuple[str, int], ...] = ()  # (skill, when in microseconds) that they ask for
    skills: Counter[str] = field(default_factory=Counter)  # that they are on, by their text or a tag
    named: Counter[str] = field(default_factory=Counter)  # that a title or tag names
    lived: Counter[str] = field(default_factory=Counter)  # that a passage tells of
    themes: Counter[str] = field(default_factory=Counter)  # of passages

    def to_json(self) -> dict[str, Any]:
        """As a document."""
        return {name: dict(sorted(getattr(self, name).items())) for name in COUNTERS} | {"requests": self.requests}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> LivedSums:
        """The way back."""
        requests = tuple((skill, at) for skill, at in data["requests"])
        return cls(requests, *(Counter(data[name]) for name in COUNTERS))


@dataclass(frozen=True, slots=True)
class AuthorSums:
    """Of some posts of an author; `terms` and `features` by language."""

    terms: dict[str, TermSums] = field(default_factory=dict)
    features: dict[str, FeatureCounts] = field(default_factory=dict)
    lived: LivedSums = field(default_factory=LivedSums)

    def to_bytes(self) -> bytes:
        """The same for equal sums."""
        terms = [(language, sums.to_bytes()) for language, sums in sorted(self.terms.items())]
        features = {language: counts.to_json() for language, counts in sorted(self.features.items())}
        sizes = [(language, len(raw)) for language, raw in terms]
        head = json.dumps([sizes, features, self.lived.to_json()], ensure_ascii=False, sort_keys=True).encode()
        return struct.pack("<I", len(head)) + head + b"".join(raw for _, raw in terms)

    @classmethod
    def from_bytes(cls, raw: bytes) -> AuthorSums:
        """The way back."""
        (size,) = struct.unpack_from("<I", raw)
        sizes, features, lived = json.loads(raw[4 : 4 + size])
        at, terms = 4 + size, {}
        for language, length in sizes:
            terms[language] = TermSums.from_bytes(raw[at : at + length])
            at += length
        counts = {language: FeatureCounts.from_json(data) for language, data in features.items()}
        return cls(terms, counts, LivedSums.from_json(lived))


def merge_author_sums(parts: Sequence[AuthorSums]) -> AuthorSums:
    """Of all posts of some parts, of which none is in two."""
    if len(parts) == 1:
        return parts[0]
    terms: dict[str, TermSums] = {}
    for language in sorted({language for part in parts for language in part.terms}):
        merged = merge_sums([part.terms[language] for part in parts if language in part.terms])
        if merged is not None:
            terms[language] = merged
    features = {
        language: FeatureCounts.together(part.features[language] for part in parts if language in part.features)
        for language in sorted({language for part in parts for language in part.features})
    }
    lived = [part.lived for part in parts]
    counters = (_together(getattr(sums, name) for sums in lived) for name in COUNTERS)
    requests = sorted(request for sums in lived for request in sums.requests)
    return AuthorSums(terms, features, LivedSums(tuple(requests), *counters))


def _together(counters: Iterable[Counter[str]]) -> Counter[str]:
    together = Counter[str]()
    for counter in counters:
        together.update(counter)
    return together
