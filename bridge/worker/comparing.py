"""What the posts that tell most drew, set against the rest: kept as sums, so that one comment more moves one post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bridge.engagement.facts import Tally, Window
from bridge.engagement.posts import EXPOSURE
from bridge.engagement.resonance import Alike, drawn_by, telling
from bridge.storage import readings, shares, tallies
from bridge.storage.database import Tx
from bridge.storage.shares import PostShare

SUMS: Tally = {"telling_comments": {}, "other_comments": {}, "telling_likeness": {}, "other_likeness": {}}
NOTHING = (0, None)  # what a post without comments drew


def all_posts(tx: Tx, blog_id: str, window: Window) -> tuple[Tally, Mapping[str, int]]:
    """The sums over all posts that had had 14 days at midnight; from which score on a post is a telling one."""
    posts = tallies.compared(tx, blog_id, window.day - EXPOSURE)
    least = telling(posts)
    return {**SUMS, **drawn_by(posts, least)}, least


def some_posts(
    tx: Tx, blog_id: str, window: Window, least: Mapping[str, int], names: Iterable[str], counted: Iterable[PostShare]
) -> Tally:
    """What the sums change by, when some posts draw something else than they are kept with, and no post has changed."""
    kept = shares.drawn(tx, blog_id, names)
    drew = {share.post: (share.exposed, share.likeness) for share in counted}
    moved = [post for post in names if drew.get(post, NOTHING) != kept.get(post, NOTHING)]
    lived = readings.disclosures(tx, blog_id, window.day - EXPOSURE, moved) if moved else {}
    return drawn_by(
        (
            Alike(language, score, *of.get(post, NOTHING), sign)
            for post, (language, score) in lived.items() if language in least
            for of, sign in ((kept, -1), (drew, 1))
        ),
        least,
    )  # fmt: skip
