"""What the figures are made from: comments without their text, windows, and sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import NamedTuple

DAY = timedelta(days=1)
WINDOW_DAYS = 90
BEGINNING_OF_TIME = datetime(1, 2, 1, tzinfo=UTC)  # of all time, with room for what is looked at before it

# figure → bin → how many; the bins are whole numbers, so that sums are exact in any order.
Tally = Mapping[str, Mapping[int, int]]


class CommentFacts(NamedTuple):  # made by the hundred thousand: four times as fast as a frozen dataclass
    """One approved comment, as read once from its text; the text itself is not kept.

    `deep` (names a heavy term of the post beyond its first 100 words) and `relevance` (cosine with the post, in
    thousandths) were fixed when the comment was analysed; `excluded` and `first` follow from the commenter's
    other comments (`commenters.classify_commenter`), `answered` and `replies` from the thread (`posts.reactions`).
    """

    id: str
    post: str
    parent: str  # "" at the top
    person: str  # the blog's keyed hash, "" for anonymous
    at: datetime
    by_author: bool  # of the post
    staff: bool
    echo: bool  # a pingback or trackback
    words: int
    text: bytes  # hash of the normalised text
    language: str
    question: bool = False
    experience: bool = False
    links: int = 0
    praise: bool = False
    commercial: bool = False
    deep: bool = False
    relevance: int | None = None
    insightful: bool = False
    excluded: str = ""
    first: bool = False
    answered: bool = False  # by the post's author
    replies: int = 0  # direct ones, by others

    @property
    def counts(self) -> bool:
        """Whether it is in the base set: by a reader, no echo, no repetition, not held out."""
        return not self.excluded

    @property
    def substantial(self) -> bool:
        """At least 25 words that show thought, or marked as insightful on the blog.

        Thought: a heavy term of the post from beyond its beginning, something lived, a question, a source.
        """
        thought = self.deep or self.experience or self.question or self.links > 0
        return self.insightful or (self.words >= 25 and thought)


time_order = attrgetter("at", "id")  # the order of comments


@dataclass(frozen=True)
class Window:
    """Whole days (UTC), so that what a comment adds does not depend on the hour at which it is counted.

    `end` is the midnight after `as_of`: a blog whose clock is a little ahead is counted at once.
    """

    start: datetime
    end: datetime  # exclusive
    as_of: datetime

    @classmethod
    def before(cls, as_of: datetime, days: int = WINDOW_DAYS) -> Window:
        """Begins at 00:00 UTC, `days` before the day of `as_of`."""
        day = midnight(as_of)
        return cls(day - timedelta(days=days), day + DAY, as_of)

    @classmethod
    def ever(cls, as_of: datetime) -> Window:
        """The window of all time."""
        return cls(BEGINNING_OF_TIME, midnight(as_of) + DAY, as_of)

    @cached_property
    def previous(self) -> Window:
        """The 90 days before, seen as of their own end; before everything there is nothing."""
        if self.start == BEGINNING_OF_TIME:
            return Window(self.start, self.start, self.start)
        return Window(self.start - timedelta(days=WINDOW_DAYS), self.start, self.start)

    @cached_property
    def day(self) -> datetime:
        """The last midnight: what has to have been open for n days is measured back from here."""
        return midnight(self.as_of)

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies in the window."""
        return self.start <= at < self.end


def midnight(moment: datetime) -> datetime:
    """The beginning of the day, UTC."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def week_number(moment: datetime) -> int:
    """The Monday of the week, as a day number (`date.fromordinal`)."""
    day = moment.astimezone(UTC).date().toordinal()
    return day - (day - 1) % 7


class Sums:
    """Counts by figure and bin, added up."""

    def __init__(self) -> None:
        self._bins: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def add(self, figure: str, bin_: int = 0, count: int = 1) -> None:
        """Add a count to one bin of a figure."""
        self._bins[figure][bin_] += count

    def add_all(self, tally: Tally, sign: int = 1) -> None:
        """Add (or with -1 take away) another tally."""
        for figure, bins in tally.items():
            totals = self._bins[figure]
            for bin_, count in bins.items():
                totals[bin_] += sign * count

    def tally(self) -> dict[str, Mapping[int, int]]:
        """What was counted, in order, without what came to nothing."""
        tally: dict[str, Mapping[int, int]] = {}
        for figure in sorted(self._bins):
            bins = {bin_: count for bin_, count in sorted(self._bins[figure].items()) if count}
            if bins:
                tally[figure] = counted_once(*next(iter(bins.items()))) if len(bins) == 1 else bins
        return tally


@lru_cache(maxsize=4096)
def counted_once(bin_: int, count: int = 1) -> Mapping[int, int]:
    """What most commenters add to most figures: the same is kept once for all of them."""
    return {bin_: count}
