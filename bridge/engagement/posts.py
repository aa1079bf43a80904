"""Posts: their conversations, who waits for an answer, and what each post adds to the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bridge.engagement.commenters import SPAM_SIGNALS
from bridge.engagement.facts import DAY, CommentFacts, Sums, Tally, Window, week_number
from bridge.engagement.measures import median
from bridge.engagement.threads import Conversation, Thread

ANSWER_PERIOD = 7 * DAY
EXPOSURE_PERIOD = 14 * DAY
MIN_RELEVANT_WORDS = 15  # in fewer, a likeness is chance


def reply_time_bin(waited: timedelta) -> int:
    """A time of reply, as a bin: to the minute within a day, to ten within a week, to the hour beyond."""
    minutes = max(0, int(waited.total_seconds()) // 60)
    step = 1 if minutes < 1440 else 10 if minutes < 10080 else 60
    return minutes // step * step


def hour_bin(moment: datetime) -> int:
    """A moment, as a bin: hours since 1970."""
    return int(moment.timestamp()) // 3600


class WaitingComment(NamedTuple):
    """A comment that the post's author has not answered."""

    comment: str
    post: str
    since: datetime
    question: bool
    first: bool
    substantial: bool
    words: int

    @property
    def rank(self) -> int:
        """Questions before statements, first-time commenters before others, substance before none: 0 first, 7 last."""
        return 4 * (not self.question) + 2 * (not self.first) + (not self.substantial)

    @property
    def order(self) -> tuple[int, datetime, str]:
        """The key by which waiting comments are sorted: rank, then the oldest."""
        return self.rank, self.since, self.comment

    def as_data(self) -> dict[str, object]:
        """The waiting comment as it travels and is printed."""
        return {
            "comment": self.comment,
            "post": self.post,
            "since": self.since,
            "question": self.question,
            "first": self.first,
            "words": self.words,
        }


def waiting_comments(talk: Conversation, window: Window) -> list[WaitingComment]:
    """The counted comments of a window, at the top of a thread, without an answer of the post's author."""
    if talk.last < window.start:
        return []
    waiting = [
        WaitingComment(c.id, c.post, c.at, c.question, c.first, c.substantial, c.words)
        for thread in talk.until(window.end).threads
        for c in [thread.root]
        if _needs_answer(c, window) and c.id not in thread.answers
    ]
    return sorted(waiting, key=lambda w: w.order)


def _needs_answer(comment: CommentFacts, window: Window) -> bool:
    return comment.counts and not comment.parent and window.holds(comment.at)


def post_tally(talk: Conversation, window: Window) -> Tally:
    """What one post adds to the figures of a window.

    ``comments``; ``week_comments`` by Monday; ``substance`` 0 or 1; ``relevance`` in thousandths, of comments with
    at least 15 words; ``post_commenters``: distinct persons, as bin; ``held_out`` by signal and ``held_out_comments``;
    of threads whose root is of the window and that have a reply ``depth`` and ``back_and_forth`` 0 or 1; of counted
    comments at the top ``replied`` 0 or 1 (within 7 days; those that have been there for 7 days at midnight),
    ``answered`` in minutes, ``unanswered`` by hour since 1970, ``waiting``.
    """
    within = [c for c in talk.comments if window.holds(c.at)] if talk.last >= window.start else ()
    if not within:
        return {}
    sums = Sums()
    for comment in within:
        _add_comment(sums, comment)
    people = {c.person for c in within if c.counts and c.person}
    if people:
        sums.add("post_commenters", len(people))
    for thread in talk.until(window.end).threads:
        if window.holds(thread.root.at):
            _add_thread(sums, thread, window)
    return sums.tally()


def _add_comment(sums: Sums, comment: CommentFacts) -> None:
    if comment.excluded.startswith("spam:"):
        sums.add("held_out_comments")
        for signal in comment.excluded.removeprefix("spam:").split(","):
            sums.add("held_out", SPAM_SIGNALS.index(signal))
    if comment.excluded:
        return
    sums.add("comments")
    sums.add("week_comments", week_number(comment.at))
    sums.add("substance", int(comment.substantial))
    if comment.relevance is not None and comment.words >= MIN_RELEVANT_WORDS:
        sums.add("relevance", comment.relevance)


def _add_thread(sums: Sums, thread: Thread, window: Window) -> None:
    if thread.replied:
        sums.add("depth", thread.depth)
        sums.add("back_and_forth", int(thread.back_and_forth))
    root = thread.root
    if not _needs_answer(root, window):
        return
    at = thread.answers.get(root.id)
    if root.at < window.day - ANSWER_PERIOD:
        sums.add("replied", int(at is not None and at - root.at <= ANSWER_PERIOD))
    if at is None:
        sums.add("unanswered", hour_bin(root.at))
        sums.add("waiting")
    else:
        sums.add("answered", reply_time_bin(at - root.at))


def count_exposed(comments: Iterable[CommentFacts], published_at: datetime) -> int:
    """Counted comments within 14 days of publication: what posts of different age can be compared by."""
    return sum(1 for c in comments if not c.excluded and c.at - published_at <= EXPOSURE_PERIOD)


def exposure_tally(drawn: int, published_at: datetime, window: Window) -> Tally:
    """``exposed``: the bin is what a post has `drawn` within 14 days, if it had had them at the window's last midnight
    and not yet 14 days before the window. Posts that drew nothing are not in it."""
    had_them = window.start - EXPOSURE_PERIOD <= published_at < window.day - EXPOSURE_PERIOD
    return {"exposed": {drawn: 1}} if drawn and had_them else {}


@dataclass(frozen=True, slots=True)
class PostFigures:
    """The conversation under one post in a window."""

    post: str
    comments: int
    commenters: int
    depth: int  # levels of its deepest thread, 0 without comments
    substance: int  # comments of substance
    insightful: int
    likeness: int | None  # median cosine of comments with the post, in thousandths
    unanswered: int
    waiting: tuple[str, ...]  # comments that wait for an answer, in the order to read them
    last: datetime | None

    def as_data(self, relevance: int | None) -> dict[str, object]:
        """The figures of a post as they travel; `relevance` is the percentile of the likeness on this blog."""
        return {
            "comments": self.comments,
            "commenters": self.commenters,
            "depth": self.depth,
            "substance": self.substance,
            "insightful": self.insightful,
            "relevance": relevance,
            "unanswered": self.unanswered,
        }


def post_figures(post: str, talk: Conversation, window: Window, open_ones: Sequence[WaitingComment]) -> PostFigures:
    """The figures of one post, of which the comments `open_ones` wait for an answer."""
    talk = talk.until(window.end)
    within = [c for c in talk.comments if not c.excluded and c.at >= window.start]
    alike: dict[int, int] = {}
    for comment in within:
        if comment.relevance is not None and comment.words >= MIN_RELEVANT_WORDS:
            alike[comment.relevance] = alike.get(comment.relevance, 0) + 1
    middle = median(alike)
    return PostFigures(
        post=post,
        comments=len(within),
        commenters=len({c.person for c in within if c.person}),
        depth=max((t.depth for t in talk.threads if t.last >= window.start), default=0),
        substance=sum(1 for c in within if c.substantial),
        insightful=sum(1 for c in within if c.insightful),
        likeness=None if middle is None else int(middle),
        unanswered=len(open_ones),
        waiting=tuple(w.comment for w in open_ones),
        last=max((c.at for c in within), default=None),
    )
