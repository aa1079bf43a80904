"""What a profile counts for: what it is made of, whether it is held, whether others are shown it.

A profile that turns further within two weeks than is natural may be somebody writing themselves into the lists of
others, or somebody else writing on their blog. It is held as it was before until its owner confirms it; a post that is
dated back does not hide a turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bridge.mentors.anti_gaming import MOVE_WINDOW, AntiGamingRules
from bridge.mentors.profiles import Profile, profile_of_sums
from bridge.mentors.term_sums import PostTerms, TermSums, moments_of, sums_of_posts
from bridge.text.terms import NO_TERMS, Frequencies, Ints, TermCounts


@dataclass(frozen=True, slots=True)
class WeighedProfile:
    """`held_at`: what was written since then does not count for now; None: everything counts."""

    profile: Profile | None
    entered: bool
    held_at: datetime | None = None


class PostSource(Protocol):
    """The posts of an author in one language that count; with a moment only those that were as they are before it."""

    def moments(self, before: datetime | None = None) -> Ints:
        """When each came out."""

    def terms(self, before: datetime | None = None) -> TermSums | None:
        """What they add up to; None if they have no words."""


@dataclass(frozen=True, slots=True)
class PostList:
    """Posts that are all at hand."""

    posts: Sequence[PostTerms]
    landmark: datetime
    rules: AntiGamingRules

    def moments(self, before: datetime | None = None) -> Ints:
        """When each came out."""
        return moments_of(self._older(before))

    def terms(self, before: datetime | None = None) -> TermSums | None:
        """What they add up to; None if they have no words."""
        older = self._older(before)
        return sums_of_posts(older, self.rules.shares_at(moments_of(older)).tolist(), self.landmark)

    def _older(self, before: datetime | None) -> Sequence[PostTerms]:
        return [post for post in self.posts if before is None or post.touched_at < before]


def weigh_profile(
    posts: PostSource,
    frequencies_of: Callable[[list[int]], Frequencies],
    landmark: datetime,
    rules: AntiGamingRules,
    now: datetime,
    *,
    held_at: datetime | None = None,
    confirmed_at: datetime | None = None,
    declared: TermCounts = NO_TERMS,
) -> WeighedProfile:
    """The profile that lists go by.

    Args:
        frequencies_of: gives frequencies that know some terms.
        held_at: since when nothing counts, where the profile is held already. When it no longer differs, because
            what turned it is gone, it is let go.
        confirmed_at: when the owner last confirmed: whatever was written until then is no sudden move.
    """
    sums = posts.terms()
    full_profile = None if sums is None else profile_of_sums(sums, frequencies_of, landmark, rules, declared)
    moments = posts.moments()
    entered = rules.entered(moments)
    if full_profile is None or not entered or not rules.move_percent:
        return WeighedProfile(full_profile, entered)
    settled = held_at or max(now - MOVE_WINDOW, confirmed_at or now - MOVE_WINDOW)
    older = posts.moments(settled)
    if not len(older) or len(older) == len(moments):
        return WeighedProfile(full_profile, entered)
    sums = posts.terms(settled)
    before = None if sums is None else profile_of_sums(sums, frequencies_of, landmark, rules, declared)
    if before is None or not rules.moved_too_far(before.vector, full_profile.vector):
        return WeighedProfile(full_profile, entered)
    return WeighedProfile(before, rules.entered(older), settled)
