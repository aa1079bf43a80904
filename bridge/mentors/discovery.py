"""Who is seldom shown gets a place: one in five of a list, said to be a discovery.

Without it those who are shown are found, and those who are not stay so. Only places in lists are counted, never
anybody's page views, and no count changes a score: it decides who of those that fit gets a place that is kept free.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from bridge.mentors.related import Match
from bridge.mentors.similarity import Candidate

DISCOVERY_ONE_IN = 5  # places of a list
SELDOM_SHOWN_ONE_IN = 5  # one in so many mentors is seldom shown
RankBest = Callable[[Sequence[Candidate], int], list[Match]]  # the best of some, at most so many


def with_discoveries(
    best: RankBest, candidates: Sequence[Candidate], seldom: Collection[int], limit: int
) -> tuple[list[Match], set[int]]:
    """A list of at most `limit`, and which of its mentors have their place for being seldom shown.

    They come after those who come by merit, fit by the same rules, and bring another blog.
    """
    free = limit // DISCOVERY_ONE_IN if seldom else 0
    merit = best(candidates, limit - free)
    if not free:
        return merit, set()
    if len(merit) < limit - free:
        return best(candidates, limit), set()
    taken = {match.id for match in merit}
    blogs = {candidate.blog_id for candidate in candidates if candidate.id in taken}
    discoveries = best(
        [candidate for candidate in candidates if candidate.id in seldom and candidate.blog_id not in blogs], free
    )
    named = {match.id for match in discoveries}
    if len(discoveries) < free:
        merit = best([candidate for candidate in candidates if candidate.id not in named], limit - len(discoveries))
    return [*merit, *discoveries], named


def seldom_shown(shown: Iterable[tuple[int, float]]) -> list[int]:
    """Of (mentor, places on an average night) the fifth that has the fewest, ties by id."""
    ordered = sorted((places, mentor) for mentor, places in shown)
    return [mentor for _, mentor in ordered[: len(ordered) // SELDOM_SHOWN_ONE_IN]]
