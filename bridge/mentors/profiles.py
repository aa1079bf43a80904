"""What an author writes about, as one sparse vector that can be explained and replayed.

The mean of the author's post vectors, each of length 1, each term weighted by how few authors use it, the heaviest
1,024 kept. A profile remembers: an old post never counts less than half of a new one, and the rest of it halves
every year before the author's newest post. That is two sums a term, of which one decays (forward decay: Cormode
et al., 2009), so nothing is rewritten when time passes. Every addend is rounded before it is summed: the same set of
posts gives the same bytes in any order. A few posts say little: until there are ten, what the author declares
counts beside them like five more.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from bridge.mentors.anti_gaming import AntiGamingRules
from bridge.mentors.subjects import SubjectWord
from bridge.text.terms import (
    NO_TERMS,
    WEIGHT_UNIT,
    Frequencies,
    Ints,
    TermCounts,
    Vector,
    post_vector,
    unit_vector,
)

MAX_PROFILE_TERMS = 1024
POST_HALF_LIFE = timedelta(days=365.25)
LASTING_SHARE = 0.55  # of a post's weight, which no age takes away
MIN_CARD_POSTS = 3  # posts before an author is shown to others
STEADY_PROFILE_POSTS = 10  # posts before a profile stands on them alone; until then it is provisional
DECLARED_AS_POSTS = 5  # posts that what is declared counts as
RULES_OFF = AntiGamingRules()
DECAY_GAIN = 1 << 12  # keeps the weight of a twenty-year-old post from being rounded away


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
class Profile:
    """`surfaces` and `used_in` (number of posts; 0: only declared) run along `vector.ids`.

    `subjects`: what the author is said to write about. `nameable`: places of words that a reason may say.
    """

    vector: Vector
    surfaces: tuple[str, ...]
    used_in: Ints
    posts: int
    last_post_at: datetime
    concentration: float  # mean pairwise cosine of the posts, in [0, 1]: varied … specialised
    subjects: tuple[SubjectWord, ...] = ()
    nameable: tuple[int, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether it is made of so few posts that it may soon look different."""
        return self.posts < STEADY_PROFILE_POSTS

    def without(self, terms: Collection[int]) -> Profile:
        """The same author as if they never used some words; length 1 again."""
        remaining = ~np.isin(self.vector.ids, sorted(terms))
        if remaining.all():
            return self
        vector = unit_vector(self.vector.ids[remaining], self.vector.weights[remaining].tolist())
        surfaces = dict(zip(self.vector.ids.tolist(), self.surfaces, strict=True))
        used = dict(zip(self.vector.ids.tolist(), self.used_in.tolist(), strict=True))
        ids = vector.ids.tolist()
        return replace(
            self,
            vector=vector,
            surfaces=tuple(surfaces[term] for term in ids),
            used_in=np.array([used[term] for term in ids], np.int64),
            nameable=(),  # places among others
        )

    def to_bytes(self) -> bytes:
        """The same for equal profiles. The vector comes first, so that it can be read alone."""
        words = zlib.compress(json.dumps(self.surfaces, ensure_ascii=False).encode(), 6)
        figures = [self.posts, self.last_post_at.isoformat(), self.concentration]
        rest = json.dumps([*figures, self.subjects, self.nameable], ensure_ascii=False).encode()
        return (
            struct.pack("<III", len(self.vector.ids), len(words), len(rest))
            + self.vector.to_bytes()
            + self.used_in.astype("<i4").tobytes()
            + words
            + rest
        )

    @classmethod
    def from_bytes(cls, raw: bytes) -> Profile:
        """The way back."""
        size, words, rest = struct.unpack_from("<III", raw)
        at = 12 + 16 * size
        surfaces = json.loads(zlib.decompress(raw[at + 4 * size : at + 4 * size + words]))
        posts, last, concentration, *named = json.loads(raw[at + 4 * size + words : at + 4 * size + words + rest])
        used_in = np.frombuffer(raw, "<i4", size, at).astype(np.int64)
        subjects, nameable = named or ((), ())  # kept since before there were subjects: none until the next refresh
        return cls(
            vector_of(raw),
            tuple(surfaces),
            used_in,
            posts,
            datetime.fromisoformat(last),
            concentration,
            tuple(SubjectWord(word, weight, number, tuple(terms)) for word, weight, number, terms in subjects),
            tuple(nameable),
        )


def vector_of(raw: bytes) -> Vector:
    """Only the vector of a stored profile, without decoding the rest."""
    (size,) = struct.unpack_from("<I", raw)
    return Vector.read(raw, size, 12)


def build_profile(
    posts: Sequence[PostTerms],
    frequencies: Frequencies,
    landmark: datetime,
    rules: AntiGamingRules = RULES_OFF,
    declared: TermCounts = NO_TERMS,
) -> Profile | None:
    """The profile of one author in one language; None when no post holds a term.

    `declared`: the terms of what the author says they can help with; `frequencies` knows them, too.
    """
    posts = sorted((post for post in posts if len(post.vector.ids)), key=lambda post: (post.published_at, post.key))
    if not posts:
        return None
    ids, sums, used_in = _sum(posts, landmark, rules.shares([post.published_at for post in posts]))
    if rules.steady_posts and len(posts) >= rules.steady_posts:
        days, span = _spread(posts, ids)
        steady = (used_in > 1) & (days > 1) & (span >= rules.entry_days)
        if steady.any():
            ids, sums, used_in = ids[steady], sums[steady], used_in[steady]
    length = math.isqrt(sum(value * value for value in sums.tolist())) or 1
    weights = np.array(
        [value / length * frequencies.author_idf(term) for term, value in zip(ids.tolist(), sums.tolist(), strict=True)]
    )
    best = np.sort(np.lexsort((ids, -weights))[:MAX_PROFILE_TERMS])
    vector = unit_vector(ids[best], weights[best].tolist())
    texts = [post.counts for post in posts]
    if len(posts) < STEADY_PROFILE_POSTS and len(declared.ids):
        vector, texts = _toward(vector, len(posts), _declared(declared, frequencies)), [*texts, declared]
    used = dict(zip(ids.tolist(), used_in.tolist(), strict=True))
    used_in = np.array([used.get(term, 0) for term in vector.ids.tolist()], np.int64)
    return Profile(
        vector, _surfaces(texts, vector.ids), used_in, len(posts), posts[-1].published_at, _concentration(posts)
    )


def _declared(counts: TermCounts, frequencies: Frequencies) -> Vector:
    vector = post_vector(counts, frequencies)
    weights = [
        weight * frequencies.author_idf(term)
        for term, weight in zip(vector.ids.tolist(), vector.weights.tolist(), strict=True)
    ]
    return unit_vector(vector.ids, weights)


def _toward(text: Vector, posts: int, declared: Vector) -> Vector:
    """(n · text + 5 · declared) / (n + 5), of length 1 again."""
    sums = {term: posts * weight for term, weight in zip(text.ids.tolist(), text.weights.tolist(), strict=True)}
    for term, weight in zip(declared.ids.tolist(), declared.weights.tolist(), strict=True):
        sums[term] = sums.get(term, 0) + DECLARED_AS_POSTS * weight
    heaviest = sorted(sorted(sums, key=lambda term: (-sums[term], term))[:MAX_PROFILE_TERMS])
    return unit_vector(np.array(heaviest, np.int64), [sums[term] for term in heaviest])


def _spread(posts: Sequence[PostTerms], terms: Ints) -> tuple[Ints, Ints]:
    """On how many days each term was used, and how many lie between the first and the last."""
    ids = np.concatenate([post.vector.ids for post in posts])
    lengths = [len(post.vector.ids) for post in posts]
    day = np.repeat(np.array([post.published_at.toordinal() for post in posts], np.int64), lengths)
    order = np.lexsort((day, ids))
    ids, day = ids[order], day[order]
    first, last = np.searchsorted(ids, terms), np.searchsorted(ids, terms, side="right") - 1
    another = np.cumsum(np.concatenate(([True], (ids[1:] != ids[:-1]) | (day[1:] != day[:-1]))))
    return another[last] - another[first] + 1, day[last] - day[first]


def _sum(posts: Sequence[PostTerms], landmark: datetime, shares: Sequence[float]) -> tuple[Ints, Ints, Ints]:
    """Term ids, sums of weights in fixed point, and in how many posts each stands; posts in order of time.

    A post's weight is share · worth · (.55 + .45 · 2^(-age / 1 year)), its age counted from the newest of them.
    """
    lasting, decaying = [], []
    for post, share in zip(posts, shares, strict=True):
        weights = post.vector.weights * (share * post.worth * DECAY_GAIN)
        lasting.append(np.rint(weights).astype(np.int64))
        decaying.append(np.rint(weights * 2.0 ** ((post.published_at - landmark) / POST_HALF_LIFE)).astype(np.int64))
    ids = np.concatenate([post.vector.ids for post in posts])
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    starts = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
    to_newest = 2.0 ** ((landmark - posts[-1].published_at) / POST_HALF_LIFE)
    sums = LASTING_SHARE * np.add.reduceat(np.concatenate(lasting)[order], starts) + (
        1 - LASTING_SHARE
    ) * to_newest * np.add.reduceat(np.concatenate(decaying)[order], starts)
    return ids[starts], np.rint(sums).astype(np.int64), np.diff(np.append(starts, len(ids)))


def _surfaces(texts: Sequence[TermCounts], terms: Ints) -> tuple[str, ...]:
    """For each term the word as written where it is used most."""
    ids, tf = np.concatenate([text.ids for text in texts]), np.concatenate([text.tf for text in texts])
    words = [word for text in texts for word in text.surfaces]
    order = np.lexsort((-tf, ids))  # the earlier of equals stays in front
    return tuple(words[place] for place in order[np.searchsorted(ids[order], terms)].tolist())


def _concentration(posts: Sequence[PostTerms]) -> float:
    """(n·c² - 1)/(n - 1) with c = |Σu|/n: the mean pairwise cosine (after Seo and Croft)."""
    count = len(posts)
    if count < 2:
        return 1.0
    ids = np.concatenate([post.vector.ids for post in posts])
    order = np.argsort(ids, kind="stable")
    ids, weights = ids[order], np.concatenate([post.vector.weights for post in posts])[order]
    starts = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
    square: float = sum(value * value for value in np.add.reduceat(weights, starts).tolist()) / (
        WEIGHT_UNIT * WEIGHT_UNIT
    )
    return round(max(0.0, min(1.0, (square / count - 1) / (count - 1))), 6)


__all__ = ["MIN_CARD_POSTS", "PostTerms", "Profile", "build_profile", "vector_of"]
