"""Small histories for cases worked by hand: Ann writes, Zoe, Yan and others answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bridge.engagement.blog import WindowSums, blog_figures, exposure_period, figure_values
from bridge.engagement.facts import CommentFacts, Window
from bridge.operations.counting import count_all_comments, sum_contributions

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
WINDOW = Window.before(NOON)  # 3 February 00:00 to the midnight after 4 May


def moment_of(day: str, clock: str = "10:00:00") -> datetime:
    """A moment of 2026 by month and day, or with its year."""
    return datetime.fromisoformat(f"{day if len(day) > 5 else '2026-' + day}T{clock}+00:00")


def make_comment(id: str, person: str, when: datetime, post: str = "1", parent: str = "", **more: Any) -> CommentFacts:
    """A reader's comment; by Ann when `person` is "ann"."""
    text = hashlib.sha256(more.pop("says", id).encode()).digest()
    facts: dict[str, Any] = {"by_author": person == "ann", "staff": False, "echo": False, "words": 10, "language": "fr"}
    facts |= {"excluded": "author" if person == "ann" else ""} | more
    return CommentFacts(id=id, post=post, parent=parent, person=person, at=when, text=text, **facts)


def count_figures(
    comments: Iterable[CommentFacts], published: dict[str, datetime] | None = None, window: Window = WINDOW
) -> dict[str, dict[str, Any]]:
    """All figures of a blog with these comments; posts are of 1 March unless said."""
    everything = list(comments)
    dates = {c.post: moment_of("03-01") for c in everything} | (published or {})
    result = count_all_comments(everything, dates, window, {"fr"}, lambda _texts: ())
    exposed = {share.post: share.exposed for share in result.posts}

    def sums(tally: Any, of: Window) -> WindowSums:
        start, end = exposure_period(of)
        seen: dict[int, int] = {}
        for post, when in dates.items():
            if start <= when < end:
                seen[exposed.get(post, 0)] = seen.get(exposed.get(post, 0), 0) + 1
        return WindowSums(of, tally, sum(1 for when in dates.values() if of.holds(when)), seen)

    now, before = sum_contributions(result)
    return blog_figures(sums(now, window), figure_values(sums(before, window.previous)))


def figure_value(figure: dict[str, Any]) -> tuple[Any, int]:
    """Value and n."""
    return figure["value"], figure["n"]
