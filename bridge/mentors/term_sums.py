"""What posts of one author in one language add up to, term by term: the sums that a profile is made of.

Every addend is a whole number, rounded before it is added, so any posts in any order, added up in any parts, give the
same sums. A profile of ten thousand posts then follows from the sums of all but the newest of them, and from those.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from bridge.text.terms import Ints, TermCounts, Vector

POST_HALF_LIFE = timedelta(days=365.25)
DECAY_GAIN = 1 << 12  # keeps the weight of a twenty-year-old post from being rounded away
START = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
COLUMNS = ("ids", "lasting", "decaying", "weights", "used_in", "first_day", "last_day", "most", "since", "key")


@dataclass(frozen=True, slots=True)
class PostTerms:
    """One post of an author, as a profile sees it."""

    key: int  # breaks ties
    published_at: datetime
    vector: Vector
    counts: TermCounts
    written_at: datetime | None = None  # by the blog's own clock, when it last changed; None: when it was published
    worth: float = 1.0  # how much it counts (`mentors.post_weight`); those that count for nothing are left out before

    @property
    def touched_at(self) -> datetime:
        """When it became what it is: a post that is dated back was written today."""
        return max(self.published_at, self.written_at or self.published_at)


@dataclass(frozen=True, slots=True)
class TermSums:
    """Columns along `ids`, ascending; `posts` of them that hold any term, the newest from `last_post_at`."""

    posts: int
    last_post_at: datetime
    surfaces: tuple[str, ...]
    ids: Ints
    lasting: Ints  # weights that no age takes away
    decaying: Ints  # weights at the landmark of the epoch, which decay by one factor for all
    weights: Ints  # of the posts' vectors as they are
    used_in: Ints  # posts
    first_day: Ints
    last_day: Ints
    most: Ints  # how often the post says it that says it most, …
    since: Ints  # … when that came out, of equals first, and its key: whose spelling is the profile's
    key: Ints

    def to_bytes(self) -> bytes:
        """The same for equal sums."""
        head = struct.pack("<IqI", self.posts, microseconds(self.last_post_at), len(self.ids))
        columns = b"".join(getattr(self, name).astype("<i8").tobytes() for name in COLUMNS)
        return head + columns + "\n".join(self.surfaces).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> TermSums:
        """The way back."""
        posts, last, size = struct.unpack_from("<IqI", raw)
        numbers = np.frombuffer(raw, "<i8", len(COLUMNS) * size, 16).astype(np.int64, copy=False)
        words = tuple(raw[16 + 8 * len(COLUMNS) * size :].decode().split("\n")) if size else ()
        columns = (numbers[place * size : (place + 1) * size] for place in range(len(COLUMNS)))
        return cls(posts, moment_of(last), words, *columns)

    def chosen(self, which: Ints) -> TermSums:
        """Those of some places alone, ascending."""
        columns = (getattr(self, name)[which] for name in COLUMNS)
        words = tuple(self.surfaces[place] for place in which.tolist())
        return TermSums(self.posts, self.last_post_at, words, *columns)


def sums_of_posts(posts: Sequence[PostTerms], shares: Sequence[float], landmark: datetime) -> TermSums | None:
    """The sums of some posts; None if none holds a term.

    Args:
        shares: how much of its weight each post keeps beside the others of its author (`mentors.anti_gaming`).
        landmark: at which decaying weights are as large as lasting ones.
    """
    pairs = [(post, share) for post, share in zip(posts, shares, strict=True) if len(post.vector.ids)]
    if not pairs:
        return None
    lasting, decaying, spellings = [], [], []
    for post, share in pairs:
        weights = post.vector.weights * (share * post.worth * DECAY_GAIN)
        lasting.append(np.rint(weights).astype(np.int64))
        decaying.append(np.rint(weights * 2.0 ** ((post.published_at - landmark) / POST_HALF_LIFE)).astype(np.int64))
        spellings.append(np.searchsorted(post.counts.ids, post.vector.ids))
    lengths = [len(post.vector.ids) for post, _ in pairs]
    days, since, keys = (
        np.repeat(np.array(values, np.int64), lengths)
        for values in (
            [post.published_at.toordinal() for post, _ in pairs],
            [microseconds(post.published_at) for post, _ in pairs],
            [post.key for post, _ in pairs],
        )
    )
    columns = (
        np.concatenate([post.vector.ids for post, _ in pairs]),
        np.concatenate(lasting),
        np.concatenate(decaying),
        np.concatenate([post.vector.weights for post, _ in pairs]),
        np.ones(len(days), np.int64),
        days,
        days,
        np.concatenate([post.counts.tf[places] for (post, _), places in zip(pairs, spellings, strict=True)]),
        since,
        keys,
    )
    words = [
        post.counts.surfaces[at] for (post, _), places in zip(pairs, spellings, strict=True) for at in places.tolist()
    ]
    return _added_up(len(pairs), max(post.published_at for post, _ in pairs), columns, words)


def merge_sums(parts: Sequence[TermSums]) -> TermSums | None:
    """The sums of all posts of some parts, of which none is in two; None if there are no parts."""
    if len(parts) < 2:
        return next(iter(parts), None)
    columns = tuple(np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS)
    words = [word for part in parts for word in part.surfaces]
    return _added_up(sum(part.posts for part in parts), max(part.last_post_at for part in parts), columns, words)


def _added_up(posts: int, last: datetime, columns: tuple[Ints, ...], words: Sequence[str]) -> TermSums:
    """One row a term, from several; of its spellings the one of the post that uses it most, of equals of the first."""
    ids, lasting, decaying, weights, used_in, first, latest, most, since, key = columns
    order = np.lexsort((key, since, -most, ids))
    ids = ids[order]
    starts = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
    best = order[starts]
    sums = [np.add.reduceat(column[order], starts) for column in (lasting, decaying, weights, used_in)]
    return TermSums(
        posts,
        last,
        tuple(words[place] for place in best.tolist()),
        ids[starts],
        sums[0],
        sums[1],
        sums[2],
        sums[3],
        np.minimum.reduceat(first[order], starts),
        np.maximum.reduceat(latest[order], starts),
        most[best],
        since[best],
        key[best],
    )


def microseconds(moment: datetime) -> int:
    """A moment as a whole number, as the rows have it."""
    return (moment - START) // MICROSECOND


def moments_of(posts: Sequence[PostTerms]) -> Ints:
    """When each came out, as the rows have it."""
    return np.array([microseconds(post.published_at) for post in posts], np.int64)


def moment_of(number: int) -> datetime:
    """The way back from `microseconds`."""
    return START + number * MICROSECOND
