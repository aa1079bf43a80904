"""Commenters: which of their comments count, and what each of them adds to the figures."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bridge.engagement.facts import DAY, CommentFacts, Tally, Window, counted_once, time_order, week_number

MIN_COHORT_CELL = 5
MIN_REPEATED_WORDS = 5  # a shorter text is on many blogs without being spam
HOUR = timedelta(hours=1)
FLOOD_COMMENTS_PER_HOUR = 10
SILENT_AFTER = 45 * DAY
SILENT_UNTIL = 180 * DAY
SPAM_SIGNALS = ("links", "commercial_name", "praise", "repeated_text", "flood", "foreign_language")


class Exclusion(NamedTuple):
    """Why a comment is not counted ("" if it is), and whether it is the first that its commenter has on the blog.

    `excluded`: "echo", "author", "staff", "duplicate", or "spam:" and its signals.
    """

    excluded: str
    first: bool


def classify_commenter(
    comments: Iterable[CommentFacts], languages: Collection[str], elsewhere: Container[bytes]
) -> dict[str, Exclusion]:
    """Sort the comments of one commenter (or one comment of nobody known) into the base set and the rest.

    Out are echoes, the post's author, the blog's staff, repetitions (the same normalised text within 24 hours), and
    what shows two or more of `SPAM_SIGNALS`: over 2 links; a commercial name with a website; fewer than 5 words of
    general praise; the same text on another blog; over 10 comments in the hour; a language the blog does not know.

    Args:
        comments: all comments of one person.
        languages: those of the blog and its posts; empty means that none is foreign.
        elsewhere: hashes of texts that were also left on other blogs.
    """
    exclusions: dict[str, Exclusion] = {}
    latest: dict[bytes, datetime] = {}  # text → when it was last left
    hour: deque[datetime] = deque()  # comments of the last hour
    first_seen = False
    for comment in sorted(comments, key=time_order):
        while hour and comment.at - hour[0] >= HOUR:
            hour.popleft()
        repeated = comment.text in latest and comment.at - latest[comment.text] <= DAY
        excluded = _excluded(comment, repeated, len(hour), languages, elsewhere)
        first = not excluded and bool(comment.person) and not first_seen
        first_seen |= first
        exclusions[comment.id] = Exclusion(excluded, first)
        if comment.person:  # of those nobody knows, no two are the same
            latest[comment.text] = comment.at
            hour.append(comment.at)
    return exclusions


def _excluded(
    comment: CommentFacts, repeated: bool, lately: int, languages: Collection[str], elsewhere: Container[bytes]
) -> str:
    if comment.echo:
        return "echo"
    if comment.by_author:
        return "author"
    if comment.staff:
        return "staff"
    if repeated:
        return "duplicate"
    signals = (
        comment.links > 2,
        comment.commercial,
        comment.praise and comment.words < 5,
        comment.words >= MIN_REPEATED_WORDS and comment.text in elsewhere,
        lately >= FLOOD_COMMENTS_PER_HOUR,
        bool(comment.language and languages) and comment.language not in languages,
    )
    if sum(signals) < 2:
        return ""
    return "spam:" + ",".join(name for name, present in zip(SPAM_SIGNALS, signals, strict=True) if present)


def counted_comments(comments: Iterable[CommentFacts]) -> list[CommentFacts]:
    """The comments that count, in order."""
    return sorted((c for c in comments if not c.excluded), key=time_order)


def _until(comments: Sequence[CommentFacts], window: Window) -> Sequence[CommentFacts]:
    """The comments until the end of a window; () without anything in it, as it is of most people."""
    if not comments or comments[-1].at < window.start:
        return ()
    until = comments if comments[-1].at < window.end else [c for c in comments if c.at < window.end]
    return until if until and until[-1].at >= window.start else ()


def person_tally(comments: Sequence[CommentFacts], window: Window) -> Tally:
    """What one commenter adds to the figures of a window, from what counts of them in order (`counting`).

    ``person_comments``, ``person_posts``: the commenter's number of comments and of distinct posts, as bin;
    ``new``: the first comment ever on the blog lies in the window; ``returning``: an earlier one, at least a day
    before and on another post; ``regular``: at least 3 distinct posts on at least 3 distinct days;
    ``week_commenters``: the weeks (day number of the Monday) with a comment.
    """
    comments = _until(comments, window)
    within = [c for c in comments if c.at >= window.start]
    if not within or not within[0].person:
        return {}
    posts, days = {c.post for c in within}, {c.at.date() for c in within}
    sums = {
        "person_comments": counted_once(len(within)),
        "person_posts": counted_once(len(posts)),
        "week_commenters": dict.fromkeys({week_number(c.at) for c in within}, 1),
    }
    shown = {
        "new": comments[0].at >= window.start,
        "returning": _returns(comments, window),
        "regular": len(posts) >= 3 and len(days) >= 3,
    }
    return sums | {figure: counted_once(0) for figure, is_shown in shown.items() if is_shown}


def _returns(comments: Sequence[CommentFacts], window: Window) -> bool:
    """Some comment of the window has an earlier one, at least a day before, on another post."""
    earliest: dict[str, datetime] = {}  # post → first comment there
    for comment in comments:
        if comment.at >= window.start and any(
            post != comment.post and comment.at - at >= DAY for post, at in earliest.items()
        ):
            return True
        earliest.setdefault(comment.post, comment.at)
    return False


@dataclass(frozen=True, slots=True)
class CommenterFigures:
    """One commenter on one blog; the counts are of the window, `standing` says how they stand to the blog."""

    person: str
    comments: int
    posts: int
    days: int
    first: datetime
    last: datetime
    latest: str  # id of the last comment
    standing: str  # "new" | "returning" | "regular" | "known"
    questions: int
    questions_answered: int
    replies: int  # by others, directly to a comment of theirs

    def as_data(self) -> dict[str, object]:
        """The figures of a commenter as they travel and are printed, without the key."""
        return {
            "comments": self.comments,
            "posts": self.posts,
            "days": self.days,
            "first": self.first,
            "last": self.last,
            "standing": self.standing,
            "questions": self.questions,
            "questions_answered": self.questions_answered,
            "replies": self.replies,
        }


def commenter_figures(comments: Iterable[CommentFacts], window: Window) -> CommenterFigures | None:
    """One commenter's figures, from all their comments; None without a counted one in the window."""
    return tally_and_figures(counted_comments(comments), window)[1]


def tally_and_figures(comments: Sequence[CommentFacts], window: Window) -> tuple[Tally, CommenterFigures | None]:
    """What a person adds to the sums of the blog, and their own figures; None without a comment in the window."""
    tally = person_tally(comments, window)
    return tally, _figures(_until(comments, window), tally, window) if tally else None


def _figures(comments: Sequence[CommentFacts], tally: Tally, window: Window) -> CommenterFigures:
    within = [c for c in comments if c.at >= window.start]
    standing = next((name for name in ("regular", "new", "returning") if name in tally), "known")
    questions = [c for c in within if c.question]
    return CommenterFigures(
        person=within[0].person,
        comments=len(within),
        posts=len({c.post for c in within}),
        days=len({c.at.date() for c in within}),
        first=comments[0].at,
        last=within[-1].at,
        latest=within[-1].id,
        standing=standing,
        questions=len(questions),
        questions_answered=sum(1 for c in questions if c.answered),
        replies=sum(c.replies for c in within),
    )


def silent_since(comments: Iterable[CommentFacts]) -> datetime | None:
    """The last comment of somebody who was on at least 3 distinct posts; `silence` says how long ago matters."""
    counted = [c for c in comments if not c.excluded]
    return max(c.at for c in counted) if len({c.post for c in counted}) >= 3 else None


def silence_period(as_of: datetime) -> tuple[datetime, datetime]:
    """Between which moments the last comment of somebody lies who fell silent: 180 to 45 days ago."""
    return as_of - SILENT_UNTIL, as_of - SILENT_AFTER


def monthly_cohorts(
    people: Iterable[Iterable[CommentFacts]], window: Window, begun: datetime | None = None
) -> list[dict[str, object]]:
    """Monthly cohorts: of those whose first comment fell in a month, the share that commented k months later, R(k).

    A cell of fewer than 5 persons is hidden. Each: ``{"month", "people", "retained": [share | None], "complete"}``,
    where the k-th share is of month + k; the months that have not begun are left out.

    Args:
        people: the comments of each person.
        window: what lies after its end is not seen.
        begun: when a history that was imported begins. Who commented in that month may have been there before: it is
            no cohort (`complete` is false), and no share of it is given.
    """
    sizes: Counter[int] = Counter()
    active: Counter[tuple[int, int]] = Counter()
    for comments in people:
        months = sorted({_month(c.at) for c in comments if not c.excluded and c.person and c.at < window.end})
        if months:
            sizes[months[0]] += 1
            active.update((months[0], month - months[0]) for month in months)
    now, unsure = _month(window.as_of), _month(begun) if begun else None
    return [
        {
            "month": f"{month // 12:04d}-{month % 12 + 1:02d}",
            "people": size,
            "complete": month != unsure,
            "retained": [
                _cell(active[month, later], size) if month != unsure else None for later in range(now - month + 1)
            ],
        }
        for month, size in sorted(sizes.items())
    ]


def _cell(people: int, size: int) -> float | None:
    return round(people / size, 6) if people >= MIN_COHORT_CELL else None


def _month(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1
