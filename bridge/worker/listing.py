"""Lists: who stands under a post, who in an author's own list, and where a mentor that moved enters or leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from bridge.mentors.explain import NamedPost, Reason, explain
from bridge.mentors.exposure import with_discoveries
from bridge.mentors.profiles import Profile
from bridge.mentors.related import (
    LIST,
    POST_LIST,
    Candidate,
    Match,
    best_of,
    closeness,
    hubness,
    mentors_for_post,
    post_score,
    related_mentors,
    similarities,
    similarity,
)
from bridge.model import AuthorKey, MentorKey
from bridge.storage import candidates, content, exposures, mentors, verdicts
from bridge.storage.database import Tx
from bridge.storage.epochs import Epoch
from bridge.storage.mentors import Line, MentorRow
from bridge.text.terms import Vector
from bridge.worker.context import Context
from bridge.worker.profiling import named_posts, vector_of_post

Lines = list[tuple[Match, Reason]]
_NONE: Mapping[int, Reason] = MappingProxyType({})


class Look:
    """One look at the bank, in one transaction and epoch: what is read of a mentor or an author is read once."""

    def __init__(self, context: Context, tx: Tx, epoch: Epoch) -> None:
        self.context = context
        self.tx = tx
        self.epoch = epoch
        self._keys: dict[int, MentorKey] = {}
        self._told: dict[int, tuple[Profile, list[NamedPost]]] = {}
        self._refused: dict[AuthorKey, set[AuthorKey]] = {}

    def keys(self, mentor_ids: Iterable[int]) -> Mapping[int, MentorKey]:
        """Who they are, of those there are; maybe others too."""
        missing = set(mentor_ids) - self._keys.keys()
        if missing:
            self._keys |= mentors.keys(self.tx, missing)
        return self._keys

    def reason(self, own: Vector, mentor: MentorKey) -> Reason | None:
        """Why this mentor beside that vector."""
        if mentor.id not in self._told:
            self._told[mentor.id] = mentors.profile(self.tx, mentor.id), named_posts(self.tx, mentor)
        profile, posts = self._told[mentor.id]
        shared = set(own.ids.tolist()) & set(profile.vector.ids.tolist())
        frequencies = self.context.frequencies(self.epoch).frequencies(self.tx, mentor.language, shared)
        return explain(own, profile, frequencies, posts)

    def refused(self, author: AuthorKey) -> set[AuthorKey]:
        """Whom an author wants in none of their lists."""
        if author not in self._refused:
            self._refused[author] = verdicts.refused(self.tx, author)
        return self._refused[author]

    def welcome(self, author: AuthorKey, found: Sequence[Candidate]) -> list[Candidate]:
        """The others."""
        refused = self.refused(author)
        return [one for one in found if AuthorKey(one.blog_id, one.author_id) not in refused]

    def seldom(self, found: Sequence[Candidate]) -> set[int]:
        """Those who are seldom shown; nobody in a small bank, where everybody is."""
        if self.epoch.authors < self.context.rules_from:
            return set()
        return exposures.seldom_among(self.tx, [one.id for one in found])

    def explained(
        self, own: Vector, matches: list[Match], discoveries: Set[int], known: Mapping[int, Reason] = _NONE
    ) -> Lines:
        """Matches with their reasons, those without left out; `known`: reasons that still hold, by mentor."""
        keys = self.keys(match.id for match in matches)
        reasons = [(match, known.get(match.id) or self.reason(own, keys[match.id])) for match in matches]
        return [(match, replace(why, discovery=match.id in discoveries)) for match, why in reasons if why is not None]


def neighbours(tx: Tx, row: MentorRow, but_blog: str | None = None) -> list[Candidate]:
    """Mentors near enough to be scored exactly; never of the same blog."""
    found = candidates.mentor_ids(tx, row.profile.vector)
    return candidates.load(tx, found, but_blog=but_blog or row.key.blog_id)


def own_hubness(row: MentorRow, near: list[Candidate]) -> int:
    """r of a mentor over its neighbours."""
    return hubness(s for s in similarities(row.profile.vector, row.key.language, near) if s)


def author_list(look: Look, row: MentorRow, near: list[Candidate], known: Mapping[int, Reason] = _NONE) -> Lines:
    """An author's own list, explained; `known`: reasons that still hold, by mentor."""
    vector, welcome = row.profile.vector, look.welcome(row.key.author, near)

    def best(some: Sequence[Candidate], limit: int) -> list[Match]:
        return related_mentors(vector, row.key.language, row.hubness, some, limit)

    return look.explained(vector, *with_discoveries(best, welcome, look.seldom(welcome), LIST), known)


def post_list(look: Look, post: Any, vector: Vector, near: list[Candidate]) -> Lines:
    """The list under a post: candidates from its own heaviest terms and from its author's list (`near`)."""
    ids = set(candidates.mentor_ids(look.tx, vector)) | {candidate.id for candidate in near}
    author = AuthorKey(post.blog_id, post.author_id)
    welcome = look.welcome(author, candidates.load(look.tx, sorted(ids), but_blog=post.blog_id))

    def best(some: Sequence[Candidate], limit: int) -> list[Match]:
        return mentors_for_post(vector, post.language, some, look.epoch.median_deviation, limit)

    return look.explained(vector, *with_discoveries(best, welcome, look.seldom(welcome), POST_LIST))


def state_of(post: Any, epoch: Epoch) -> str:
    """From which state of post and bank a list follows."""
    return f"{epoch.id}:{post.generation}:{post.revision}"


def post_with(
    look: Look, post: Any, lines: list[Line], mentor: Candidate | None, mentor_key: MentorKey
) -> Lines | None:
    """The list under a post after a mentor moved: entered, left (None) or newly explained. None: unchanged.

    `lines`: what stands there by now. Only that mentor is scored again; when it leaves a gap all is made anew.
    """
    stood = any(line.mentor_id == mentor_key.id for line in lines)
    vector, _ = vector_of_post(look.context, look.tx, look.epoch, post)
    welcome = mentor is not None and look.welcome(AuthorKey(post.blog_id, post.author_id), [mentor])
    cosine = similarity(vector, post.language, mentor) if mentor and welcome and mentor.blog_id != post.blog_id else 0
    if not cosine or mentor is None:
        return post_list(look, post, vector, []) if stood else None
    kept = {line.mentor_id: line for line in lines if line.mentor_id != mentor_key.id}
    keys = look.keys(kept)
    mine = Match(mentor.id, post_score(cosine, mentor, look.epoch.median_deviation), cosine)
    merit, found = _apart(kept.values())
    scored = [(keys[one.id].blog_id, one) for one in merit]
    chosen = [*best_of([*scored, (mentor.blog_id, mine)], POST_LIST - len(found)), *found]
    if mine not in chosen or any(line.mentor_id == mentor.id and line.reason.discovery for line in lines):
        return post_list(look, post, vector, []) if stood else None
    reason = look.reason(vector, mentor_key)
    if reason is None:
        return None
    return [(match, reason if match is mine else kept[match.id].reason) for match in chosen]


def authors_with(
    look: Look, others: Sequence[Candidate], mentor: Candidate | None, mentor_key: MentorKey
) -> dict[int, Lines]:
    """The own lists of other authors after a mentor moved, of those whose list changes; `mentor`: None if unlisted."""
    scores = mentors.related_scores(look.tx, [other.id for other in others])
    cosines = similarities(mentor.vector, mentor.language, others) if mentor else [0] * len(others)
    changed = {}
    for other, cosine in zip(others, cosines, strict=True):
        stored = scores.get(other.id, {})
        mine = None
        if mentor is not None and cosine and mentor.blog_id != other.blog_id:
            mine = Match(mentor.id, closeness(cosine, other.hubness, mentor.hubness), cosine)
        if mentor_key.id not in stored:
            merit = [score for score, discovery in stored.values() if not discovery]
            if mine is None or (len(stored) >= LIST and mine.score < min(merit)):
                continue
        lines = _author_with(look, other, mine, mentor_key)
        if lines is not None:
            changed[other.id] = lines
    return changed


def _author_with(look: Look, other: Candidate, mine: Match | None, mentor_key: MentorKey) -> Lines | None:
    """One of them, with the line that the mentor would have (None: it can have none); None: unchanged.

    What was said of everybody else still holds. Only where somebody who is not in the list may be next is it made
    anew, and then for the sake of the scores.
    """
    lines = mentors.related_list(look.tx, other.id)
    before = next((line for line in lines if line.mentor_id == mentor_key.id), None)
    kept = {line.mentor_id: line for line in lines if line is not before}
    reasons = {mentor_id: line.reason for mentor_id, line in kept.items()}
    refused = look.refused(AuthorKey(other.blog_id, other.author_id))
    if mine is not None and mentor_key.author not in refused and not (before and before.reason.discovery):
        keys = look.keys(kept)
        blogs = {mentor_id: keys[mentor_id].blog_id for mentor_id in kept}
        merit, found = _apart(kept.values())
        scored = [(blogs[one.id], one) for one in merit]
        chosen = best_of([*scored, (mentor_key.blog_id, mine)], LIST - len(found))
        sank = before is not None and mine.score < before.score
        last = len(lines) >= LIST and chosen[-1] is mine
        second = any(blogs[match.id] == mentor_key.blog_id for match in chosen if match is not mine)
        reason = look.reason(other.vector, mentor_key) if mine in chosen else None
        if reason is not None and not (sank and (last or second)):
            reasons[mine.id] = reason
            made = [(match, reasons[match.id]) for match in (*chosen, *found)]
            same = [(line.mentor_id, line.score, line.reason) for line in lines]
            return None if [(match.id, match.score, why) for match, why in made] == same else made
    if before is None:
        return None
    row = mentors.find(look.tx, other.id)
    return author_list(look, row, neighbours(look.tx, row), reasons) if row else None


def _apart(lines: Iterable[Line]) -> tuple[list[Match], list[Match]]:
    """Who stands there by merit, and whose place is a discovery's: it stays theirs until the list is made anew."""
    found: tuple[list[Match], list[Match]] = ([], [])
    for line in lines:
        found[line.reason.discovery].append(Match(line.mentor_id, line.score, 0))
    return found


def newest(tx: Tx, blog_id: str, author_id: str, limit: int) -> list[Any]:
    """The newest posts of an author in all languages."""
    return content.list_posts_of(tx, blog_id, author_id, limit=limit)
