"""How near two texts are: exact cosines, a floor that is each mentor's own, and what two languages share.

How near two texts are in plain figures depends on how long and how varied they are. So what counts as near follows from
how near a mentor is to anybody: half a deviation above the mean over the posts of others that the epoch sampled, where
that is less than what is near in any case. All figures are integers in 1e-9.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bridge.model import MentorKey
from bridge.text.terms import EMPTY_VECTOR, WEIGHT_UNIT, Ints, Vector

FOREIGN_COSINE_DIVISOR = 2  # beside a cosine of one language, one across languages is divided by this
MIN_COSINE = WEIGHT_UNIT // 20  # where there is no sample to compare with, and across languages
LEAST_COSINE = WEIGHT_UNIT // 100  # in any case
FLOOR_DEVIATIONS = (1, 2)  # of a deviation above the mean: numerator, denominator
MAX_ONE_TERM_SHARE = 0.6
MIN_REFERENCES = 10
NO_SAMPLE = (0, WEIGHT_UNIT)  # mean and deviation that make a score the cosine itself
FILTER_BITS = 16
COMPARE_BATCH_VECTORS = (
    40  # vectors: what is compared stays in the cache of a processor, where it is read twice as fast
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mentor that may be shown."""

    id: int
    blog_id: str
    author_id: str
    language: str
    vector: Vector
    hubness: int  # r: mean of its best scores with others
    mean: int  # over the reference posts
    deviation: int
    crossing: Vector = EMPTY_VECTOR  # what others of another language may share with it (``mentors.cross_language``)

    @property
    def floor(self) -> int:
        """The least cosine with a text of its language that says that both have something in common."""
        return cosine_floor(self.mean, self.deviation)


@dataclass(frozen=True, slots=True)
class MentorQuery:
    """What mentors are looked for with: a post, a profile, a text."""

    vector: Vector
    language: str
    crossing: Vector = EMPTY_VECTOR
    author: MentorKey | None = None  # who wrote what is asked with

    @property
    def floor(self) -> None:
        """A text has none: the mentor's decides."""
        return None


@dataclass(frozen=True, slots=True)
class Bar:
    """What it takes that two texts count as having something in common."""

    least_cosine: int | None  # None: the floor of one of the two
    least_foreign_cosine: int
    shared_terms: int
    shared_foreign_features: int


NEAR = Bar(None, MIN_COSINE, 3, 5)  # a stem that two languages share is often an accident
ANYTHING_SHARED = Bar(LEAST_COSINE, LEAST_COSINE, 3, 2)  # where nobody who is near is left


def cosine_floor(mean: int, deviation: int) -> int:
    """.05, or where that is much for a mentor, half a deviation above the mean of their cosines with posts of others.

    Never more than .05: where all write on one subject, all are near to each other.
    """
    if (mean, deviation) == NO_SAMPLE:
        return MIN_COSINE
    numerator, denominator = FLOOR_DEVIATIONS
    return min(MIN_COSINE, max(LEAST_COSINE, mean + deviation * numerator // denominator))


def similarity(
    vector: Vector, language: str, candidate: Candidate, crossing: Vector = EMPTY_VECTOR, floor: int | None = None
) -> int:
    """The cosine if there is enough to it, else 0."""
    return similarities(vector, language, [candidate], crossing, floor)[0]


def similarities(
    vector: Vector,
    language: str,
    others: Sequence[Candidate | MentorQuery],
    crossing: Vector = EMPTY_VECTOR,
    floor: int | None = None,
    bar: Bar = NEAR,
) -> list[int]:
    """Cosines with many at once, the same from either side; 0 where there is not enough to it.

    `NEAR` is at least three shared terms of which none supplies more than 60 %, and a cosine that reaches the floor of
    one of the two (`floor`: one's own; None: a text's). With those of another language it is what crosses languages
    that is compared (`crossing`: of one's own), and five signs must be shared.
    """
    cosines = [0] * len(others)
    floors = np.array(
        [
            _lower_floor(floor, candidate.floor) if bar.least_cosine is None else bar.least_cosine
            for candidate in others
        ],
        np.int64,
    )
    for foreign, mine, vectors, places in pair_by_language(vector, language, others, crossing):
        ids, parts, owners = _parts(mine, vectors)
        sums, most = np.zeros(len(places), np.int64), np.zeros(len(places), np.int64)
        np.add.at(sums, owners, parts)
        np.maximum.at(most, owners, parts)
        sign = (parts > 0) & (ids & 1 == 0) if foreign else parts > 0  # the beginning of a word is none beside the word
        shared = np.bincount(owners[sign], minlength=len(places))
        enough = shared >= (bar.shared_foreign_features if foreign else bar.shared_terms)
        enough &= (sums >= (bar.least_foreign_cosine if foreign else floors[places])) & (
            most <= MAX_ONE_TERM_SHARE * sums
        )
        for place, cosine in zip(places, np.where(enough, sums, 0).tolist(), strict=True):
            cosines[place] = cosine // FOREIGN_COSINE_DIVISOR if foreign else cosine
    return cosines


def _lower_floor(floor: int | None, other_floor: int | None) -> int:
    """The lower of the floors that there are."""
    return min((limit for limit in (floor, other_floor) if limit is not None), default=MIN_COSINE)


def pair_by_language(
    vector: Vector, language: str, others: Sequence[Candidate | MentorQuery], crossing: Vector
) -> Iterable[tuple[bool, Vector, list[Vector], list[int]]]:
    """(foreign?, own side, theirs, places of the others): of those of the same language, and of all others."""
    for foreign, mine in ((False, vector), (True, crossing)):
        places = [place for place, candidate in enumerate(others) if (candidate.language != language) == foreign]
        if places and len(mine.ids):
            yield foreign, mine, [others[n].crossing if foreign else others[n].vector for n in places], places


def _parts(vector: Vector, others: Sequence[Vector]) -> tuple[Ints, Ints, Ints]:
    """Terms shared by one vector with many, addends of the cosines, and whose each is (its place among `others`)."""
    # Most terms are not shared, and the last bits of an id tell so without a search.
    likely = np.zeros(1 << FILTER_BITS, bool)
    likely[vector.ids & (len(likely) - 1)] = True
    batches = [
        _parts_of_some(vector, likely, others[start : start + COMPARE_BATCH_VECTORS])
        for start in range(0, len(others), COMPARE_BATCH_VECTORS)
    ]
    ids, parts, owners = (np.concatenate([some[n] for some in batches]) for n in range(3))
    return (
        ids,
        parts,
        owners + np.repeat(np.arange(len(batches)) * COMPARE_BATCH_VECTORS, [len(some[0]) for some in batches]),
    )


def _parts_of_some(vector: Vector, likely: npt.NDArray[np.bool_], others: Sequence[Vector]) -> tuple[Ints, Ints, Ints]:
    ids = np.concatenate([other_vector.ids for other_vector in others])
    shared = np.flatnonzero(likely[ids & (len(likely) - 1)])
    place = np.searchsorted(vector.ids, ids[shared])
    place[place == len(vector.ids)] = 0
    same = vector.ids[place] == ids[shared] if len(vector.ids) else np.zeros(0, bool)
    shared, place = shared[same], place[same]
    ends = np.searchsorted(shared, np.cumsum([len(other_vector.ids) for other_vector in others]))
    weights = np.concatenate([other_vector.weights for other_vector in others])[shared]
    owners = np.repeat(np.arange(len(others)), np.diff(ends, prepend=0))
    return ids[shared], vector.weights[place] * weights // WEIGHT_UNIT, owners


def dot_products(vector: Vector, others: Sequence[Vector]) -> list[int]:
    """`text.terms.dot` of one vector with many."""
    _, parts, owners = _parts(vector, others)
    sums = np.zeros(len(others), np.int64)
    np.add.at(sums, owners, parts)
    return [int(total) for total in sums.tolist()]


def reference_mean_and_deviation(vector: Vector, references: Sequence[Vector]) -> tuple[int, int]:
    """Mean and standard deviation of a mentor's scores over posts of others.

    With fewer than ten there is nothing to compare with: (0, 1), which makes z the cosine itself.
    """
    if len(references) < MIN_REFERENCES:
        return NO_SAMPLE
    scores = dot_products(vector, references)
    mean = sum(scores) // len(scores)
    variance = sum((score - mean) ** 2 for score in scores) // len(scores)
    return mean, math.isqrt(variance)


def score_mean_and_deviation(
    vector: Vector, blog_id: str, author_id: str, references: Sequence[tuple[str, str, Vector]]
) -> tuple[int, int]:
    """Mean and deviation of a mentor over the posts (blog, author, vector) of the sample that are not their own."""
    # The sample decides once for all whether there is enough to compare with, so that scores stay comparable.
    enough = len(references) >= 2 * MIN_REFERENCES
    others = [sample for blog, author, sample in references if (blog, author) != (blog_id, author_id)]
    return reference_mean_and_deviation(vector, others if enough else [])
