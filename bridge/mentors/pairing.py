"""Who could help whom, both ways: what one looks for the other has lived, and something comes back.

Likeness is not enough for a pairing: two who know the same have little to give each other. So what an author can
give (offers) and what they look for (needs) stand apart, each direction is scored, and the two meet in a harmonic
mean: nothing on one side is nothing at all. Both have to want it. The weights are choices, there being no labels
to learn them from; a bridge may set others, and they are shown beside every result.

Source: mentoring research finds deep likeness and disclosure before success (Eby et al. 2013; St-Jean 2012);
mentoring networks pair by affinity and across fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import exp

from bridge.text.terms import EMPTY_VECTOR, WEIGHT_UNIT, Vector, dot

MAX_NAMED_SKILLS = 3  # skills in an explanation, each way
MIN_DECLARED_OFFER = 0.5  # what somebody says they can help with counts at least so much
EXPERIENCE_FACTOR = 1.5  # times more where they tell of having lived it
MATURE_AFTER_POSTS = 3  # posts
OPEN_TO_ALL_RETURN = 0.3
REQUESTED_NEED_WEIGHT = 0.5  # a need that is only read from posts, beside a declared one
REQUEST_HALF_LIFE, MAX_REQUEST_AGE = timedelta(days=90), timedelta(days=365)
SCORE_DECIMALS = 9  # decimals of every stored score


class Role(StrEnum):
    """What an author is willing to be."""

    MENTOR = "mentor"
    MENTEE = "mentee"
    BOTH = "both"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class PairingWeights:
    """How much each side of a pairing counts: exponents of the score, shares of the affinity."""

    complement: float = 0.6
    affinity: float = 0.3
    openness: float = 0.1
    likeness: float = 0.5
    themes: float = 0.3
    context: float = 0.2


@dataclass(frozen=True, slots=True)
class PairingSide:
    """An author, as far as a pairing looks: declared or read from their own posts, nothing else.

    Never in here: sex, ethnicity, health, religion, politics; views, comments or followers.
    """

    id: str  # blog/author
    blog_id: str
    languages: frozenset[str]
    role: Role
    offers: Mapping[str, float]  # skill → 0 … 1
    needs: Mapping[str, float]  # skill → 0 … 1: declared, else asked for in their own posts
    wishes: frozenset[str] = frozenset()  # skills among the needs that were declared
    open_to_all: bool = False
    room: int | None = None  # how many more mentees; None: not said
    sectors: frozenset[str] = frozenset()
    outside_own_sector: bool = False
    refuses: frozenset[str] = frozenset()  # ids, and ids of blogs, it will not be put beside
    themes: frozenset[str] = frozenset()  # of shared experience: failure, handing over, export …
    region: str = ""
    stage: str = ""
    openness: float = 0.0  # percentile of consented disclosure within the language, 0 … 1
    profiles: Mapping[str, Vector] = field(default_factory=dict)  # by language, without the words of the sector


@dataclass(frozen=True, slots=True)
class Pairing:
    """One proposal, with its reasons: skills that each gives the other, best first."""

    mentor: str
    mentee: str
    score: float
    gives: tuple[tuple[str, float], ...]
    gets: tuple[tuple[str, float], ...]
    themes: tuple[str, ...]
    gap: float
    comes_back: float
    affinity: float


def offer_strength(share: float, posts: int, *, lived: bool, declared: bool) -> float:
    """How much somebody can give in a skill, 0 … 1.

    Args:
        share: of their posts on it, against the skill they write most about (0 … 1).
        posts: how many distinct posts are on it.
        lived: whether an experience passage is.
        declared: whether they say so themselves.
    """
    read = share * (1 - exp(-posts / MATURE_AFTER_POSTS)) * (EXPERIENCE_FACTOR if lived else 1)
    return round(min(1.0, max(read, MIN_DECLARED_OFFER if declared else 0.0)), SCORE_DECIMALS)


def requested_needs(asked: Iterable[tuple[str, datetime]], now: datetime) -> dict[str, float]:
    """Skill → how much it is needed by who declares no need but asks in their posts: half of a declared one at most,
    half of that after 90 days, and nothing after a year.

    Args:
        asked: (skill, when) of each request.
    """
    needs: dict[str, float] = {}
    for skill, when in sorted(asked):
        age = max(timedelta(0), now - when)
        if age <= MAX_REQUEST_AGE:
            needs[skill] = max(
                needs.get(skill, 0.0), round(REQUESTED_NEED_WEIGHT * 0.5 ** (age / REQUEST_HALF_LIFE), SCORE_DECIMALS)
            )
    return needs


def gap(seeker: PairingSide, giver: PairingSide) -> float:
    """Which part of what the seeker looks for the giver has and the seeker lacks, 0 … 1."""
    return _part(seeker.needs, _shares(seeker, giver))


def _shares(seeker: PairingSide, giver: PairingSide) -> dict[str, float]:
    return {
        skill: need * giver.offers.get(skill, 0.0) * (1 - seeker.offers.get(skill, 0.0))
        for skill, need in sorted(seeker.needs.items())
    }


def _part(needs: Mapping[str, float], met: Mapping[str, float]) -> float:
    total = sum(need for _, need in sorted(needs.items()))
    return sum(met.values()) / total if total else 0.0


def comes_back(mentor: PairingSide, mentee: PairingSide) -> float:
    """What the mentor gets: declared wishes met, or a gap filled the other way, or the pleasure of who is open to all.

    0 where none of these holds: then there is no proposal.
    """
    wished = dict.fromkeys(sorted(mentor.wishes), 1.0)
    met = {skill: mentee.offers.get(skill, 0.0) for skill in wished}
    return max(_part(wished, met), gap(mentor, mentee), OPEN_TO_ALL_RETURN if mentor.open_to_all else 0.0)


def affinity(first: PairingSide, second: PairingSide, weights: PairingWeights) -> float:
    """Likeness of what they write, of what they have been through, and of where they stand, 0 … 1."""
    common = sorted(first.languages & second.languages)
    likeness = (
        max((dot(first.profiles.get(c, EMPTY_VECTOR), second.profiles.get(c, EMPTY_VECTOR)) for c in common), default=0)
        / WEIGHT_UNIT
    )
    either = first.themes | second.themes
    themes = len(first.themes & second.themes) / len(either) if either else 0.0
    places = [
        bool(common),
        bool(first.region) and first.region == second.region,
        bool(first.stage) and first.stage == second.stage,
    ]
    return weights.likeness * likeness + weights.themes * themes + weights.context * sum(places) / len(places)


def may_meet(mentor: PairingSide, mentee: PairingSide) -> bool:
    """The hard gates: willing on both sides, a common language, room, neither refuses the other, limits kept."""
    return (
        mentor.role in (Role.MENTOR, Role.BOTH)
        and mentee.role in (Role.MENTEE, Role.BOTH)
        and mentor.blog_id != mentee.blog_id
        and bool(mentor.languages & mentee.languages)
        and (mentor.room is None or mentor.room > 0)
        and not mentee.refuses & {mentor.id, mentor.blog_id}
        and not mentor.refuses & {mentee.id, mentee.blog_id}
        and not ((mentor.outside_own_sector or mentee.outside_own_sector) and mentor.sectors & mentee.sectors)
    )


def propose_pairing(mentor: PairingSide, mentee: PairingSide, weights: PairingWeights) -> Pairing | None:
    """The proposal that `mentor` helps `mentee`; None where a gate is shut or one side would get nothing."""
    if not may_meet(mentor, mentee):
        return None
    there, back = gap(mentee, mentor), comes_back(mentor, mentee)
    if not there or not back:
        return None
    both = 2 * there * back / (there + back)
    like = affinity(mentor, mentee, weights)
    openness = 0.5 + mentor.openness / 2
    score = round(both**weights.complement * like**weights.affinity * openness**weights.openness, SCORE_DECIMALS)
    given = _best(_shares(mentee, mentor))
    if not score or not given:
        return None
    got = _shares(mentor, mentee) | {skill: mentee.offers.get(skill, 0.0) for skill in mentor.wishes}
    return Pairing(
        mentor.id,
        mentee.id,
        score,
        given,
        _best(got),
        tuple(sorted(mentor.themes & mentee.themes)),
        round(there, SCORE_DECIMALS),
        round(back, SCORE_DECIMALS),
        round(like, SCORE_DECIMALS),
    )


def _best(parts: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    ranked = sorted(
        (round(-value, SCORE_DECIMALS), skill) for skill, value in parts.items() if round(value, SCORE_DECIMALS) > 0
    )
    return tuple((skill, -value) for value, skill in ranked[:MAX_NAMED_SKILLS])


def rank_pairings(
    side: PairingSide, sides: Iterable[PairingSide], weights: PairingWeights, limit: int
) -> tuple[list[Pairing], list[Pairing]]:
    """Proposals for one author, best first, ties by id: who could help them, and whom they could help."""
    candidates = list(sides)
    helped_by = [
        pairing for candidate in candidates if (pairing := propose_pairing(candidate, side, weights)) is not None
    ]
    helps = [pairing for candidate in candidates if (pairing := propose_pairing(side, candidate, weights)) is not None]
    return (
        sorted(helped_by, key=lambda p: (-p.score, p.mentor))[:limit],
        sorted(helps, key=lambda p: (-p.score, p.mentee))[:limit],
    )
