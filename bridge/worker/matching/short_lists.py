"""Nobody is left alone: a list that would be short is filled up with those who are nearest of all others.

What counts as near is chosen for banks in which somebody is. Where nobody else is, whoever is near to what the author
writes elsewhere, and then whoever shares anything at all that can be said, is better than an empty place: so such a
mentor needs a reason like any other, stands behind those who are near, and the reason says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.mentors.explain import Reason
from bridge.mentors.related import MAX_LIST_LINES_PER_BLOG, MIN_LIST_LINES, Match
from bridge.mentors.similarity import Candidate, MentorQuery
from bridge.storage.matching.list_entries import Entry
from bridge.worker.matching.snapshot import NO_REASONS, MatchesWithReasons, Snapshot


@dataclass(frozen=True, slots=True)
class Filling:
    """What somebody is looked for with, and how all candidates rank for it, of whatever language, best first."""

    asked: MentorQuery
    rank: Callable[[Sequence[Candidate]], list[Match]]


def fill_up(
    look: Snapshot,
    lines: MatchesWithReasons,
    candidates: Sequence[Candidate],
    fillings: Iterable[Filling],
    reasons: Mapping[int, Reason] = NO_REASONS,
) -> MatchesWithReasons:
    """The list with three lines, if there are so many with a reason; `reasons`: those that still hold."""
    chosen = list(lines)
    for filling in fillings:
        if len(chosen) >= MIN_LIST_LINES:
            break
        taken = {match.id for match, _ in chosen}
        ranked = filling.rank([candidate for candidate in candidates if candidate.id not in taken])
        chosen = _with_best(look, chosen, filling.asked, ranked, reasons)
    return chosen


def _with_best(
    look: Snapshot,
    lines: MatchesWithReasons,
    asked: MentorQuery,
    ranked: Sequence[Match],
    reasons: Mapping[int, Reason],
) -> MatchesWithReasons:
    chosen = list(lines)
    keys = look.keys(match.id for match in (*(match for match, _ in lines), *ranked))
    asked_first = ranked if look.bank_is_small else ranked[: MIN_LIST_LINES - len(lines)]
    look.expect_reasons(keys[match.id] for match in asked_first if match.id not in reasons)
    lines_by_blog = Counter(keys[match.id].blog_id for match, _ in lines)
    for match in ranked:
        blog_id = keys[match.id].blog_id
        if len(chosen) == MIN_LIST_LINES:
            break
        if lines_by_blog[blog_id] == MAX_LIST_LINES_PER_BLOG:
            continue
        for _, reason in look.explained(asked, [match], reasons_by_mentor=reasons):
            score = min((match.score, *(line.score - 1 for line, _ in chosen)))  # behind those who are nearer
            chosen.append((replace(match, score=score), replace(reason, nearest=True)))
            lines_by_blog[blog_id] += 1
    return chosen


def has_room(stand: Mapping[int, Entry]) -> bool:
    """Whether a stored list has fewer lines than it should, so that anybody may enter it at once."""
    return len(stand) < MIN_LIST_LINES


def is_short(stand: Mapping[int, Entry]) -> bool:
    """Whether a stored list has fewer lines than it should, or some that only fill it."""
    return len(stand) < MIN_LIST_LINES or any(place.nearest for place in stand.values())
