"""What a profile counts for: what it is made of, whether it is held, whether others are shown it.

A profile that turns further within two weeks than is natural may be somebody writing themselves into the lists of
others, or somebody else writing on their blog. It is held as it was before until its owner confirms it; a post that is
dated back does not hide a turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.mentors.anti_gaming import MOVE_WINDOW, AntiGamingRules
from bridge.mentors.profiles import PostTerms, Profile, build_profile
from bridge.text.terms import NO_TERMS, Frequencies, TermCounts


@dataclass(frozen=True, slots=True)
class WeighedProfile:
    """`held_at`: what was written since then does not count for now; None: everything counts."""

    profile: Profile | None
    entered: bool
    held_at: datetime | None = None


def weigh_profile(
    posts: Sequence[PostTerms],
    frequencies: Frequencies,
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
        held_at: since when nothing counts, where the profile is held already. When it no longer differs, because
            what turned it is gone, it is let go.
        confirmed_at: when the owner last confirmed: whatever was written until then is no sudden move.
    """
    full_profile = build_profile(posts, frequencies, landmark, rules, declared)
    entered = rules.entered([post.published_at for post in posts])
    if full_profile is None or not entered or not rules.move_percent:
        return WeighedProfile(full_profile, entered)
    settled = held_at or max(now - MOVE_WINDOW, confirmed_at or now - MOVE_WINDOW)
    older = [post for post in posts if post.touched_at < settled]
    if not older or len(older) == len(posts):
        return WeighedProfile(full_profile, entered)
    before = build_profile(older, frequencies, landmark, rules, declared)
    if before is None or not rules.moved_too_far(before.vector, full_profile.vector):
        return WeighedProfile(full_profile, entered)
    return WeighedProfile(before, rules.entered([post.published_at for post in older]), settled)
