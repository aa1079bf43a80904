"""What the posts that tell most drew, set against the rest: kept as sums, so that one comment more moves one post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bridge.engagement.facts import Tally, Window
from bridge.engagement.posts import EXPOSURE_PERIOD
from bridge.engagement.resonance import AlikePosts, resonance_sums, telling_thresholds
from bridge.storage.content import post_analysis
from bridge.storage.core.database import Tx
from bridge.storage.engagement import statistics
from bridge.storage.engagement.contributions import PostContribution

EFFECT_SUMS: Tally = {"telling_comments": {}, "other_comments": {}, "telling_likeness": {}, "other_likeness": {}}
UNCOMMENTED = (0, None)  # what a post without comments drew


def effect_of_all_posts(tx: Tx, blog_id: str, window: Window) -> tuple[Tally, Mapping[str, int]]:
    """The sums over all posts that had had 14 days at midnight; from which score on a post is a telling one."""
    posts = statistics.list_disclosure_groups(tx, blog_id, window.day - EXPOSURE_PERIOD)
    least = telling_thresholds(posts)
    return {**EFFECT_SUMS, **resonance_sums(posts, least)}, least


def effect_change(
    tx: Tx,
    blog_id: str,
    window: Window,
    least: Mapping[str, int],
    before: Mapping[str, tuple[int, int | None]],
    counted: Iterable[PostContribution],
) -> Tally:
    """What the sums change by, when some posts draw something else than `before`, and no post has changed."""
    drew = {share.post: (share.exposed, share.likeness) for share in counted}
    moved = [post for post in sorted({*before, *drew}) if drew.get(post, UNCOMMENTED) != before.get(post, UNCOMMENTED)]
    lived = post_analysis.list_disclosures(tx, blog_id, window.day - EXPOSURE_PERIOD, moved) if moved else {}
    return resonance_sums(
        (
            AlikePosts(language, score, *of.get(post, UNCOMMENTED), sign)
            for post, (language, score) in lived.items()
            if language in least
            for of, sign in ((before, -1), (drew, 1))
        ),
        least,
    )
