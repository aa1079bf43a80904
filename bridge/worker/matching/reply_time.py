"""How soon an author answers under their own posts; said only of those whose blog sends comments for statistics."""

from __future__ import annotations

from datetime import datetime

from bridge.engagement.blog import WindowSums
from bridge.engagement.facts import Sums, Window
from bridge.storage.core.database import Tx
from bridge.storage.engagement import statistics
from bridge.worker.matching.subject import Standing

MIN_REPLY_COMMENTS = 10  # comments that were or are to be answered


def reply_minutes(tx: Tx, author: Standing, now: datetime) -> int | None:
    """The minutes within which half of the comments of the last 90 days were answered, those still waiting counted
    too (`engagement.blog.reply_time_median_hours`, of one author); None: too few, not reached, or no statistics."""
    if author.blog is None or not author.blog.facts.statistics:
        return None
    window = Window.before(now)
    sums = Sums()
    for share in statistics.list_contributions_by_author(tx, author.key.blog_id, author.key.author_id, window.start):
        sums.add_all(share)
    n, (median, _) = WindowSums(window, sums.tally(), posts=0, exposed={}).reply_times
    return median if n >= MIN_REPLY_COMMENTS else None
