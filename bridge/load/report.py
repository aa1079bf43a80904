"""What came of a load, and which promises of a bridge were broken."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# What each kind of bad client is answered; beyond the limit of its address 429.
BAD_ANSWERS: Mapping[str, frozenset[int]] = {
    "forged": frozenset({401, 429}),
    "unsigned": frozenset({401, 429}),
    "unknown": frozenset({404, 429}),
    "not JSON": frozenset({415, 429}),
    "too large": frozenset({413, 429}),
    "repeated": frozenset({202, 429}),
    "slow": frozenset({0, 400, 408}),  # cut off, with a word or without
}


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile; 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


@dataclass
class LoadReport:
    """Counted while it runs; threads share one."""

    seconds: float = 0.0
    accepted: int = 0  # events
    deliveries: int = 0  # that were accepted
    given_up: int = 0  # deliveries without an acknowledgement after all tries
    latencies: list[float] = field(default_factory=list)  # seconds from the planned departure to the acknowledgement
    answers: Counter[int] = field(default_factory=Counter)  # to blogs; 0: none
    bad_answers: dict[str, Counter[int]] = field(default_factory=dict)
    lost: int = 0  # ranges of acknowledged objects that the bridge holds otherwise
    unread: int = 0  # blogs of which the bridge has not read everything yet
    caught_up: float = 0.0  # seconds from the last event until all was read
    effects: list[float] = field(default_factory=list)  # seconds from the acknowledgement of a post to its first list
    unlisted: int = 0  # posts without a list at the end

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def note_answer(self, status: int) -> None:
        """One try of a blog."""
        with self._lock:
            self.answers[status] += 1

    def note_accepted(self, events: int, latency: float) -> None:
        """One acknowledged delivery."""
        with self._lock:
            self.accepted += events
            self.deliveries += 1
            self.latencies.append(latency)

    def note_given_up(self) -> None:
        """One delivery that nobody took."""
        with self._lock:
            self.given_up += 1

    def note_bad_answer(self, kind: str, status: int) -> None:
        """One try of a bad client."""
        with self._lock:
            self.bad_answers.setdefault(kind, Counter())[status] += 1

    def broken_promises(self) -> list[str]:
        """Sentences; none: all was kept."""
        failed = sum(count for status, count in self.answers.items() if status >= 500)
        broken = [f"{failed} answers of 5xx to blogs"] if failed else []
        if self.lost:
            broken.append(f"{self.lost} ranges of acknowledged events are not held as they were sent")
        if self.unread:
            broken.append(f"of {self.unread} blogs not everything was read in time: nothing is sure")
        for kind, counts in sorted(self.bad_answers.items()):
            odd = {status: count for status, count in counts.items() if status not in BAD_ANSWERS[kind]}
            broken += [f"{count} × {kind} answered {status}" for status, count in sorted(odd.items())]
        return broken

    def as_dict(self) -> dict[str, Any]:
        """For machines; latencies in milliseconds, all other times in seconds."""
        return {
            "seconds": round(self.seconds, 1),
            "accepted": self.accepted,
            "deliveries": self.deliveries,
            "accepted_per_second": round(self.accepted / self.seconds, 1) if self.seconds else 0.0,
            "ack_ms": {name: round(1000 * percentile(self.latencies, share), 1) for name, share in SHARES.items()},
            "answers": _by_status(self.answers),
            "refused": {kind: _by_status(counts) for kind, counts in sorted(self.bad_answers.items())},
            "given_up": self.given_up,
            "caught_up_seconds": round(self.caught_up, 1),
            "effect_seconds": {name: round(percentile(self.effects, share), 1) for name, share in SHARES.items()},
            "posts_listed": len(self.effects),
            "posts_unlisted": self.unlisted,
            "lost": self.lost,
            "broken_promises": self.broken_promises(),
        }


SHARES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}


def _by_status(counts: Counter[int]) -> dict[str, int]:
    return {str(status) if status else "none": counts[status] for status in sorted(counts)}
