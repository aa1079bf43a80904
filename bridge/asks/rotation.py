"""Whom to propose instead: of those who fit equally well, whoever was proposed least."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ALTERNATIVES = 3
EQUAL_SHARE = 0.7  # of the fit of the last who would be proposed by fit alone: who has that fits as well


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be asked instead."""

    name: str
    fit: float
    proposed: int  # how often until now


def choose_in_turn(candidates: Iterable[Candidate], limit: int = ALTERNATIVES) -> list[Candidate]:
    """Those to propose, so that proposals go round; the same for the same candidates in any order."""
    by_fit = sorted(candidates, key=lambda candidate: (-candidate.fit, candidate.name))
    if len(by_fit) <= limit:
        return by_fit
    enough = by_fit[limit - 1].fit * EQUAL_SHARE
    equal = [candidate for candidate in by_fit if candidate.fit >= enough]
    return sorted(equal, key=lambda candidate: (candidate.proposed, -candidate.fit, candidate.name))[:limit]
