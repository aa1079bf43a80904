"""All posts of an author, as one transaction sees them, and what they add up to.

Of each post a few bytes are looked at. The posts themselves are read where they are new or have changed; of all others
is known what they added up to (``storage.matching.post_parts``). What follows is the same whether there are such parts
or none: they only say which posts need not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from bridge.mentors.anti_gaming import AntiGamingRules
from bridge.mentors.author_sums import AuthorSums, LivedSums, merge_author_sums
from bridge.mentors.cross_language import FeatureCounts
from bridge.mentors.post_weight import PostWeight
from bridge.mentors.skills import SkillMatcher
from bridge.mentors.term_sums import TermSums, merge_sums, microseconds
from bridge.model import AuthorKey, stable_id
from bridge.storage.content import post_contents
from bridge.storage.content.post_contents import PostContent
from bridge.storage.content.post_states import PostState
from bridge.storage.core.database import Tx
from bridge.storage.matching import post_parts
from bridge.storage.matching.epochs import Epoch
from bridge.storage.matching.post_parts import TOGETHER, StoredPart
from bridge.text.terms import Ints
from bridge.worker.context import Context
from bridge.worker.matching import post_sums

PART_POSTS = 64  # of a part
MAX_LOOSE_POSTS = 160  # posts that are read at each refresh; from then on the oldest are put into parts
SUMS_VERSION = "1"  # changes with what is added up
MEMBER = np.dtype([("id", "<i8"), ("state", "<i8"), ("published", "<i8")])
MIX = np.uint64(0x9E3779B97F4A7C15)
Members = npt.NDArray[np.void]


def basis_of(epoch: Epoch) -> str:
    """What sums are made by, beside the posts."""
    return f"{SUMS_VERSION}:{epoch.id}"


@lru_cache(maxsize=10_000)
def _number(name: str) -> int:
    return stable_id("state", name)


@dataclass(frozen=True)
class PostColumns:
    """The states of an author's posts as columns, newest post first."""

    states: Sequence[PostState]

    @cached_property
    def ids(self) -> Ints:
        """Ours."""
        return np.array([state.id for state in self.states], np.int64)

    @cached_property
    def published(self) -> Ints:
        """Microseconds since 1970."""
        return np.array([state.published for state in self.states], np.int64)

    @cached_property
    def touched(self) -> Ints:
        """When each became what it is: a post that is dated back was written today."""
        return np.maximum(self.published, np.array([state.modified for state in self.states], np.int64))

    @cached_property
    def languages(self) -> Ints:
        """A number for each."""
        return np.array([_number(state.language) for state in self.states], np.int64)

    @cached_property
    def firsts(self) -> npt.NDArray[np.bool_]:
        """Which are the oldest that have their paragraphs: the same text posted again is looked at once."""
        names = self.paragraphs
        first = np.zeros(len(names), bool)
        first[len(names) - 1 - np.unique(names[::-1], return_index=True)[1]] = True
        return first

    @cached_property
    def paragraphs(self) -> Ints:
        """A number for each, equal where two have the same paragraphs."""
        return np.array([_paragraphs(state) for state in self.states], np.int64)

    def digests(self, factors: npt.NDArray[np.float64]) -> Ints:
        """A number for each post that changes with all that sums are made of."""
        read = np.array([(state.generation, state.revision, _number(state.read_with)) for state in self.states], "i8")
        columns = [self.published, self.touched, self.languages, self.firsts.astype(np.int64), factors.view(np.int64)]
        mixed = np.zeros(len(self.states), np.uint64)
        for column in (*read.reshape(-1, 3).T, *columns):
            mixed = (mixed ^ column.astype(np.int64).view(np.uint64)) * MIX
            mixed ^= mixed >> np.uint64(29)
        return mixed.view(np.int64)


def _paragraphs(state: PostState) -> int:
    return int.from_bytes(state.brief[12:20], "little", signed=True) if state.brief else state.id


class AuthorPosts:
    """What is asked of all posts of an author; each of them is read once."""

    def __init__(
        self,
        context: Context,
        tx: Tx,
        epoch: Epoch,
        key: AuthorKey,
        columns: PostColumns,
        weights: Mapping[int, PostWeight],
        rules: AntiGamingRules,
        matcher: SkillMatcher,
        *,
        anew: bool = False,
    ) -> None:
        """`anew`: as if there were no parts."""
        self._context, self._tx, self._epoch, self._rules, self._matcher = context, tx, epoch, rules, matcher
        self.key, self.states, self.columns = key, columns.states, columns
        self._worth = np.array([weights[state.id].counts if weights else 0.0 for state in self.states], np.float64)
        self._contents: dict[int, PostContent] = {}
        self._factors = self._factors_of(self._worth > 0)
        self._digests = columns.digests(self._factors)
        self._stored = post_parts.list_members(tx, key, basis_of(epoch))
        self._parts = {} if anew else self._valid_parts(self._digests)

    # -- parts ---------------------------------------------------------------------------------------

    def _factors_of(self, which: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """How much each of some posts counts beside the others of them; 0: not at all."""
        factors = np.zeros(len(self.states))
        for language in np.unique(self.columns.languages[which]).tolist():
            places = np.flatnonzero(which & (self.columns.languages == language))
            factors[places] = self._rules.shares_at(self.columns.published[places]) * self._worth[places]
        return factors

    def _valid_parts(self, digests: Ints) -> dict[int, Members]:
        """Parts of which all posts are as they were when these were added up."""
        order = np.argsort(self.columns.ids)
        ids, states = self.columns.ids[order], digests[order]
        valid = {}
        for part, raw in self._stored:
            members = np.frombuffer(raw, MEMBER)
            if part == TOGETHER or not len(ids):
                continue
            places = np.minimum(np.searchsorted(ids, members["id"]), len(ids) - 1)
            if (ids[places] == members["id"]).all() and (states[places] == members["state"]).all():
                valid[part] = members
        return valid

    @cached_property
    def loose(self) -> npt.NDArray[np.bool_]:
        """Which posts are in no part."""
        return self._outside(self._parts)

    def _outside(self, parts: Mapping[int, Members]) -> npt.NDArray[np.bool_]:
        inside = np.concatenate([np.array([], np.int64), *(members["id"] for members in parts.values())])
        return ~np.isin(self.columns.ids, inside)

    @cached_property
    def former_moments(self) -> Ints:
        """When posts came out of which a part was made that is not as it was; they may be gone, or dated otherwise."""
        parts = [np.frombuffer(raw, MEMBER) for part, raw in self._stored if part not in self._parts]
        return np.concatenate([np.array([], np.int64), *(members["published"] for members in parts)])

    def _sums_of_parts(self, parts: Mapping[int, Members]) -> list[AuthorSums]:
        """What is in some parts: all together as it is kept, if these are all that there are."""
        together = next((raw for part, raw in self._stored if part == TOGETHER), None)
        if not parts:
            return []
        asked = [TOGETHER] if together == _names_of(parts) else sorted(parts)
        return [AuthorSums.from_bytes(raw) for raw in post_parts.list_sums(self._tx, self.key, asked)]

    @cached_property
    def _kept(self) -> list[AuthorSums]:
        return self._sums_of_parts(self._parts)

    def new_parts(self) -> list[StoredPart] | None:
        """The parts to be kept beside those that stand, and all of them together; None: all is as it should be."""
        ascending = np.flatnonzero(self.loose)[::-1]
        full = 0 if len(ascending) <= MAX_LOOSE_POSTS else 1 + (len(ascending) - MAX_LOOSE_POSTS) // PART_POSTS
        if not full and len(self._parts) == sum(part != TOGETHER for part, _ in self._stored):
            return None
        parts, sums = dict(self._parts), list(self._kept)
        added = []
        free = (number for number in range(1, len(parts) + full + 1) if number not in self._parts)
        for start in range(0, full * PART_POSTS, PART_POSTS):
            places, number = ascending[start : start + PART_POSTS], next(free)
            members = np.zeros(len(places), MEMBER)
            members["id"], members["state"] = self.columns.ids[places], self._digests[places]
            members["published"] = self.columns.published[places]
            added_up = self._added_up(places, self._factors)
            parts[number] = members
            sums.append(added_up)
            added.append(StoredPart(number, members.tobytes(), added_up.to_bytes()))
        if not parts:
            return []
        return [StoredPart(TOGETHER, _names_of(parts), merge_author_sums(sums).to_bytes()), *added]

    @property
    def standing_parts(self) -> set[int]:
        """The parts that are as they should be."""
        return set(self._parts)

    # -- what posts add up to ------------------------------------------------------------------------

    def contents(self, post_ids: Iterable[int]) -> list[PostContent]:
        """Some posts with what was read from them, in the same order."""
        asked = list(post_ids)
        if missing := [post for post in asked if post not in self._contents]:
            self._contents |= {post.id: post for post in post_contents.list_by_ids(self._tx, missing)}
        return [self._contents[post] for post in asked if post in self._contents]

    def _counted(self, places: Ints, factors: npt.NDArray[np.float64]) -> list[PostContent]:
        return self.contents(self.columns.ids[places[factors[places] > 0]].tolist())

    def _added_up(self, places: Ints, factors: npt.NDArray[np.float64]) -> AuthorSums:
        posts = self._counted(places, factors)
        factors_by_id = self._by_id(factors)
        return post_sums.author_sums_of(self._context, self._tx, self._epoch, posts, factors_by_id, self._matcher)

    def _by_id(self, factors: npt.NDArray[np.float64]) -> dict[int, float]:
        return dict(zip(self.columns.ids.tolist(), factors.tolist(), strict=True))

    @cached_property
    def _loose_posts(self) -> list[PostContent]:
        return self._counted(np.flatnonzero(self.loose), self._factors)

    def lived(self) -> LivedSums:
        """What the author has lived, of all posts that count."""
        mine = post_sums.lived_of_posts(self._loose_posts, self._matcher)
        return merge_author_sums([*self._kept, AuthorSums(lived=mine)]).lived if self._kept else mine

    def features(self, language: str) -> FeatureCounts:
        """What of the posts of a language crosses into others."""
        mine = post_sums.features_of_posts(post for post in self._loose_posts if post.language == language)
        in_parts = [sums.features[language] for sums in self._kept if language in sums.features]
        return FeatureCounts.together([*in_parts, mine])

    def terms(self, language: str, before: datetime | None = None) -> TermSums | None:
        """The words of the posts of a language; `before`: of those that were as they are before then."""
        parts, factors, loose = self._kept, self._factors, self._loose_posts
        if before is not None:
            factors = self._factors_of((self._worth > 0) & (self.columns.touched < microseconds(before)))
            valid = self._valid_parts(self.columns.digests(factors)) if self._parts else {}
            parts = self._sums_of_parts(valid)
            loose = self._counted(np.flatnonzero(self._outside(valid)), factors)
        in_parts = [sums.terms[language] for sums in parts if language in sums.terms]
        some = [post for post in loose if post.language == language]
        mine = post_sums.terms_of_posts(self._context, self._tx, self._epoch, some, self._by_id(factors))
        return merge_sums([*in_parts, mine] if mine is not None else in_parts)

    def moments(self, language: str, before: datetime | None = None) -> Ints:
        """When the posts of a language that count came out; `before`: of those that were as they are before then."""
        which = (self._worth > 0) & (self.columns.languages == _number(language))
        if before is not None:
            which &= self.columns.touched < microseconds(before)
        moments: Ints = self.columns.published[which]
        return moments

    def newest(self, language: str, limit: int, before: datetime | None = None) -> list[PostContent]:
        """The newest posts of a language that count."""
        which = (self._worth > 0) & (self.columns.languages == _number(language))
        if before is not None:
            which &= self.columns.touched < microseconds(before)
        return self.contents(self.columns.ids[np.flatnonzero(which)[:limit]].tolist())


def _names_of(parts: Mapping[int, Members]) -> bytes:
    """Of all parts together: which, and what they are made of."""
    names = np.zeros(len(parts), MEMBER)
    for place, (part, members) in enumerate(sorted(parts.items())):
        names[place] = part, stable_id("part", members.tobytes().hex()), 0
    return names.tobytes()


def store_parts(tx: Tx, epoch: Epoch, posts: AuthorPosts, parts: Sequence[StoredPart]) -> None:
    """Keep parts (`new_parts`), and delete those that are not as they should be."""
    standing = posts.standing_parts | {part.part for part in parts}
    post_parts.delete_others(tx, posts.key, standing)
    post_parts.upsert(tx, posts.key, basis_of(epoch), parts)
