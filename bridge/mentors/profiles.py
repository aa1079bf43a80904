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
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from bridge.mentors.anti_gaming import AntiGamingRules
from bridge.mentors.subjects import SubjectWord
from bridge.mentors.term_sums import POST_HALF_LIFE, PostTerms, TermSums, moments_of, sums_of_posts
from bridge.text.terms import (
    MIN_CORPUS_AUTHORS,
    NO_TERMS,
    WEIGHT_UNIT,
    Floats,
    Frequencies,
    Ints,
    TermCounts,
    Vector,
    post_vector,
    unit_vector,
)

MAX_PROFILE_TERMS = 1024
LASTING_SHARE = 0.55  # of a post's weight, which no age takes away
MIN_CARD_POSTS = 3  # posts before an author is shown to others
STEADY_PROFILE_POSTS = 10  # posts before a profile stands on them alone; until then it is provisional
DECLARED_AS_POSTS = 5  # posts that what is declared counts as
RULES_OFF = AntiGamingRules()
ROUNDING_ROOM = 1 - 1e-6  # author-idf is rounded


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
    shares = rules.shares_at(moments_of(posts)).tolist()
    sums = sums_of_posts(posts, shares, landmark)
    return None if sums is None else profile_of_sums(sums, lambda _: frequencies, landmark, rules, declared)


def profile_of_sums(
    sums: TermSums,
    frequencies_of: Callable[[list[int]], Frequencies],
    landmark: datetime,
    rules: AntiGamingRules = RULES_OFF,
    declared: TermCounts = NO_TERMS,
) -> Profile:
    """The same of posts that are added up.

    Args:
        frequencies_of: gives frequencies that know some terms.
    """
    concentration = _concentration(sums)
    if rules.steady_posts and sums.posts >= rules.steady_posts:
        span = sums.last_day - sums.first_day
        steady = np.flatnonzero((sums.used_in > 1) & (span > 0) & (span >= rules.entry_days))
        sums = sums.chosen(steady) if len(steady) else sums
    values = _at_newest(sums, landmark)
    length = math.isqrt(sum(value * value for value in values.tolist())) or 1
    near = _may_be_heaviest(values, frequencies_of([]))
    ids = sums.ids[near]
    frequencies = frequencies_of([*ids.tolist(), *declared.ids.tolist()])
    weights = np.array(
        [
            value / length * frequencies.author_idf(term)
            for term, value in zip(ids.tolist(), values[near].tolist(), strict=True)
        ]
    )
    best = np.sort(np.lexsort((ids, -weights))[:MAX_PROFILE_TERMS])
    vector = unit_vector(ids[best], weights[best].tolist())
    if sums.posts < STEADY_PROFILE_POSTS and len(declared.ids):
        vector = _toward(vector, sums.posts, _declared(declared, frequencies))
        surfaces, used_in = _with_declared(sums, declared, vector.ids)
    else:
        places = np.searchsorted(sums.ids, vector.ids)
        surfaces, used_in = tuple(sums.surfaces[place] for place in places.tolist()), sums.used_in[places]
    return Profile(vector, surfaces, used_in, sums.posts, sums.last_post_at, concentration)


def _at_newest(sums: TermSums, landmark: datetime) -> Ints:
    """Sums of weights share · worth · (.55 + .45 · 2^(-age / 1 year)), ages counted from the newest post."""
    to_newest = 2.0 ** ((landmark - sums.last_post_at) / POST_HALF_LIFE)
    values: Floats = LASTING_SHARE * sums.lasting + (1 - LASTING_SHARE) * to_newest * sums.decaying
    return np.rint(values).astype(np.int64)


def _may_be_heaviest(values: Ints, frequencies: Frequencies) -> Ints:
    """Places of the terms that may be among the heaviest, however few authors use them: nobody asks about the rest."""
    if len(values) <= MAX_PROFILE_TERMS:
        return np.arange(len(values))
    rarest = math.log(1 + max(MIN_CORPUS_AUTHORS, frequencies.authors))
    enough = np.partition(values, -MAX_PROFILE_TERMS)[-MAX_PROFILE_TERMS] * math.log(2) / rarest * ROUNDING_ROOM
    return np.flatnonzero(values >= enough)


def _with_declared(sums: TermSums, declared: TermCounts, terms: Ints) -> tuple[tuple[str, ...], Ints]:
    """Of terms of posts or of what is declared the word, as it is written where one is used most, and in how many
    posts each stands."""
    columns = (sums.most.tolist(), sums.surfaces, sums.used_in.tolist())
    posts = dict(zip(sums.ids.tolist(), zip(*columns, strict=True), strict=True))
    spoken = dict(zip(declared.ids.tolist(), zip(declared.tf.tolist(), declared.surfaces, strict=True), strict=True))
    words, used_in = [], []
    for term in terms.tolist():
        most, surface, used = posts.get(term, (0, "", 0))
        often, word = spoken.get(term, (0, ""))
        words.append(word if often > most else surface)
        used_in.append(used)
    return tuple(words), np.array(used_in, np.int64)


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


def _concentration(sums: TermSums) -> float:
    """(n·c² - 1)/(n - 1) with c = |Σu|/n: the mean pairwise cosine (after Seo and Croft)."""
    count = sums.posts
    if count < 2:
        return 1.0
    square: float = sum(value * value for value in sums.weights.tolist()) / (WEIGHT_UNIT * WEIGHT_UNIT)
    return round(max(0.0, min(1.0, (square / count - 1) / (count - 1))), 6)


__all__ = ["MIN_CARD_POSTS", "PostTerms", "Profile", "build_profile", "profile_of_sums", "vector_of"]
