"""Posts: their threads, who was answered and when, and what each post adds to the figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.engagement.commenters import SPAM_SIGNALS
from bridge.engagement.facts import DAY, CommentFacts, Sums, Tally, Window, week
from bridge.engagement.measures import median

ANSWER_WITHIN = 7 * DAY
EXPOSURE = 14 * DAY
RELEVANT_WORDS = 15  # in fewer, a likeness is chance


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment at the top (or whose parent is gone) and all below it, in order of time."""

    root: CommentFacts
    said: Sequence[CommentFacts]  # the root first
    depth: int  # levels, 1 for a comment that nobody answered
    answers: Mapping[str, datetime]  # comment → when the post's author first answered it

    @property
    def replied(self) -> bool:
        """Whether anybody answered."""
        return len(self.said) > 1

    @property
    def back_and_forth(self) -> bool:
        """The post's author, then a reader, then the author again."""
        turn = 0
        for comment in self.said:
            if comment.by_author if turn % 2 == 0 else comment.counts:
                turn += 1
        return turn >= 3


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation under one post: all its comments, and the threads of those that take part in it.

    Echoes, repetitions and what is held out as spam are no part of a conversation.
    """

    comments: Sequence[CommentFacts]
    threads: Sequence[Thread]

    @classmethod
    def of(cls, comments: Iterable[CommentFacts]) -> Talk:
        """Of one post, in any order."""
        told = list(comments)
        return cls(told, _threads(sorted((c for c in told if _takes_part(c)), key=_order)))

    def until(self, end: datetime) -> Talk:
        """As it stood at a moment."""
        told = [c for c in self.comments if c.at < end]
        return self if len(told) == len(self.comments) else Talk.of(told)


def _takes_part(comment: CommentFacts) -> bool:
    return comment.excluded in ("", "author", "staff")


def _order(comment: CommentFacts) -> tuple[datetime, str]:
    return comment.at, comment.id


def _threads(said: Sequence[CommentFacts]) -> list[Thread]:
    if not any(comment.parent for comment in said):
        # Many blogs have no answers to a comment: there the whole conversation is one line, and what follows is next.
        lines = zip(said, [*said[1:], None], strict=True) if said else ()
        return [Thread(root, (root,), 1, _answers((root, after) if after else (root,))) for root, after in lines]
    known = {c.id: c for c in said}
    placed: dict[str, tuple[str, int]] = {}  # comment → root, level
    for comment in said:
        chain: dict[str, None] = {}  # upwards, until what is placed, gone, or (in a ring, which no blog makes) met
        name = comment.id
        while name in known and name not in placed and name not in chain:
            chain[name] = None
            name = known[name].parent
        for name in reversed(chain):
            root, level = placed.get(known[name].parent, (name, 0))
            placed[name] = root, level + 1
    members: dict[str, list[CommentFacts]] = {}
    for comment in said:
        members.setdefault(placed[comment.id][0], []).append(comment)
    return [
        Thread(
            known[name], [known[name], *(c for c in group if c.id != name)], max(placed[c.id][1] for c in group),
            _answers(group),
        )
        for name, group in members.items()
    ]  # fmt: skip


def _answers(said: Sequence[CommentFacts]) -> dict[str, datetime]:
    """Whom the post's author answered, and when first: directly below, or as the next in the thread.

    Under a post where nobody answers to a comment, the next that is said there is the next in the thread.
    """
    found: dict[str, datetime] = {}
    before: dict[str, None] = {}
    for comment in said:
        if comment.by_author:
            if comment.parent in before:
                found.setdefault(comment.parent, comment.at)
            if before:
                found.setdefault(next(reversed(before)), comment.at)
        before[comment.id] = None
    return found


def minutes(waited: timedelta) -> int:
    """A time of reply, as a bin: to the minute within a day, to ten within a week, to the hour beyond."""
    whole = max(0, int(waited.total_seconds()) // 60)
    step = 1 if whole < 1440 else 10 if whole < 10080 else 60
    return whole // step * step


def hour(moment: datetime) -> int:
    """A moment, as a bin: hours since 1970."""
    return int(moment.timestamp()) // 3600


@dataclass(frozen=True, slots=True)
class Waiting:
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
        """By rank, then the oldest."""
        return self.rank, self.since, self.comment

    def as_data(self) -> dict[str, object]:
        """As it travels and is printed."""
        return {
            "comment": self.comment, "post": self.post, "since": self.since, "question": self.question,
            "first": self.first, "words": self.words,
        }  # fmt: skip


def waiting(talk: Talk, window: Window) -> list[Waiting]:
    """The counted comments of a window, at the top of a thread, without an answer of the post's author."""
    found = [
        Waiting(c.id, c.post, c.at, c.question, c.first, c.substantial, c.words)
        for thread in talk.until(window.end).threads
        for c in [thread.root]
        if _needs_answer(c, window) and c.id not in thread.answers
    ]
    return sorted(found, key=lambda w: w.order)


def _needs_answer(comment: CommentFacts, window: Window) -> bool:
    return comment.counts and not comment.parent and window.holds(comment.at)


def post_tally(talk: Talk, window: Window) -> Tally:
    """What one post adds to the figures of a window.

    ``comments``; ``week_comments`` by Monday; ``substance`` 0 or 1; ``relevance`` in thousandths, of comments with
    at least 15 words; ``post_commenters``: distinct persons, as bin; ``held_out`` by signal and ``held_out_comments``;
    of threads whose root is of the window and that have a reply ``depth`` and ``back_and_forth`` 0 or 1; of counted
    comments at the top ``replied`` 0 or 1 (within 7 days; those that have been there for 7 days at midnight),
    ``answered`` in minutes, ``unanswered`` by hour since 1970, ``waiting``.
    """
    within = [c for c in talk.comments if window.holds(c.at)]
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
    if not comment.counts:
        return
    sums.add("comments")
    sums.add("week_comments", week(comment.at))
    sums.add("substance", int(comment.substantial))
    if comment.relevance is not None and comment.words >= RELEVANT_WORDS:
        sums.add("relevance", comment.relevance)


def _add_thread(sums: Sums, thread: Thread, window: Window) -> None:
    if thread.replied:
        sums.add("depth", thread.depth)
        sums.add("back_and_forth", int(thread.back_and_forth))
    root = thread.root
    if not _needs_answer(root, window):
        return
    at = thread.answers.get(root.id)
    if root.at < window.day - ANSWER_WITHIN:
        sums.add("replied", int(at is not None and at - root.at <= ANSWER_WITHIN))
    if at is None:
        sums.add("unanswered", hour(root.at))
        sums.add("waiting")
    else:
        sums.add("answered", minutes(at - root.at))


def exposed(comments: Iterable[CommentFacts], published_at: datetime) -> int:
    """Counted comments within 14 days of publication: what posts of different age can be compared by."""
    return sum(1 for c in comments if c.counts and c.at - published_at <= EXPOSURE)


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
        """As it travels and is printed; `relevance` is the percentile of the likeness on this blog."""
        return {
            "comments": self.comments, "commenters": self.commenters, "depth": self.depth,
            "substance": self.substance, "insightful": self.insightful, "relevance": relevance,
            "unanswered": self.unanswered,
        }  # fmt: skip


def figures_of(post: str, talk: Talk, window: Window) -> PostFigures:
    """The figures of one post."""
    talk = talk.until(window.end)
    within = [c for c in talk.comments if c.counts and c.at >= window.start]
    open_ones = waiting(talk, window)
    alike: dict[int, int] = {}
    for comment in within:
        if comment.relevance is not None and comment.words >= RELEVANT_WORDS:
            alike[comment.relevance] = alike.get(comment.relevance, 0) + 1
    middle = median(alike)
    return PostFigures(
        post=post, comments=len(within), commenters=len({c.person for c in within if c.person}),
        depth=max((t.depth for t in talk.threads if any(window.holds(c.at) for c in t.said)), default=0),
        substance=sum(1 for c in within if c.substantial), insightful=sum(1 for c in within if c.insightful),
        likeness=None if middle is None else int(middle), unanswered=len(open_ones),
        waiting=tuple(w.comment for w in open_ones), last=max((c.at for c in within), default=None),
    )  # fmt: skip


def reactions(talk: Talk) -> dict[str, tuple[bool, int]]:
    """Of one post: for each comment whether its author answered it, and how many others replied to it directly."""
    found: dict[str, tuple[bool, int]] = {}
    for thread in talk.threads:
        people = {c.id: c.person for c in thread.said}
        replies: dict[str, int] = {}
        for comment in thread.said:
            above = people.get(comment.parent)
            if above is not None and not (above and above == comment.person):
                replies[comment.parent] = replies.get(comment.parent, 0) + 1
        for comment in thread.said:
            found[comment.id] = comment.id in thread.answers, replies.get(comment.id, 0)
    return found
