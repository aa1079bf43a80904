"""Lists: who stands under a post, who in an author's own list, and where a mentor that moved enters or leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bridge.mentors.crossing import asked_in, others_of
from bridge.mentors.explain import Reason
from bridge.mentors.exposure import with_discoveries
from bridge.mentors.related import (
    FOREIGN_ONE_IN,
    LIST,
    POST_LIST,
    Asked,
    Candidate,
    Match,
    best_of,
    closeness,
    hubness,
    mentors_for_post,
    post_score,
    related_mentors,
    similarities,
)
from bridge.model import AuthorKey, MentorKey
from bridge.storage import candidates, mentors, places
from bridge.storage.database import Tx
from bridge.storage.epochs import Epoch
from bridge.storage.mentors import MentorRow
from bridge.storage.places import Lines, Place
from bridge.text.terms import Vector
from bridge.worker import crossing
from bridge.worker.look import NONE, Explained, Look
from bridge.worker.profiling import vectors_of_posts

ABROAD = 40  # mentors of other languages that are scored exactly
ABROAD_OF_AUTHOR, ABROAD_UNDER_POST = LIST // FOREIGN_ONE_IN, POST_LIST // FOREIGN_ONE_IN  # of them that are shown


def neighbours(tx: Tx, row: MentorRow, but_blog: str | None = None) -> list[Candidate]:
    """Mentors near enough to be scored exactly; never of the same blog."""
    found = candidates.mentor_ids(tx, row.profile.vector)
    return candidates.load(tx, found, but_blog=but_blog or row.key.blog_id)


def around(tx: Tx, epoch: Epoch, row: MentorRow) -> list[Candidate]:
    """The same, with those of other languages who share most of what crosses languages."""
    found = set(candidates.mentor_ids(tx, row.profile.vector))
    found.update(_abroad(tx, epoch, row.crossing, row.key.language))
    return candidates.load(tx, sorted(found), but_blog=row.key.blog_id)


def asked_abroad(epoch: Epoch, crossing: Vector, language: str) -> Vector:
    """What a profile or post in a language is looked for by in the other languages of the bank."""
    return asked_in(crossing, others_of(epoch.sizes, language))


def _abroad(tx: Tx, epoch: Epoch, crossing: Vector, language: str) -> list[int]:
    return candidates.mentor_ids(tx, asked_abroad(epoch, crossing, language), limit=ABROAD)


def asked_with(look: Look, post: Any, vector: Vector) -> Asked:
    """A stored post, as mentors are looked for with it."""
    crossed = crossing.of_post(look.context, look.tx, look.epoch, post, vector)
    return Asked(vector, post.language, crossed)


def own_hubness(row: MentorRow, near: list[Candidate]) -> int:
    """r of a mentor over its neighbours of the same language, whose cosines are of one kind."""
    alike = [one for one in near if one.language == row.key.language]
    return hubness(s for s in similarities(row.profile.vector, row.key.language, alike) if s)


def author_list(look: Look, row: MentorRow, near: list[Candidate], known: Mapping[int, Reason] = NONE) -> Explained:
    """An author's own list, explained; `known`: reasons that still hold, by mentor."""
    vector, welcome = row.profile.vector, look.welcome(row.key.author, near)

    def best(some: Sequence[Candidate], limit: int) -> list[Match]:
        return related_mentors(vector, row.key.language, row.hubness, some, limit, row.crossing, ABROAD_OF_AUTHOR)

    asked = Asked(vector, row.key.language, row.crossing)
    return look.explained(asked, *with_discoveries(best, welcome, look.seldom(welcome), LIST), known)


def post_list(look: Look, post: Any, asked: Asked, near: list[Candidate]) -> Explained:
    """The list under a post: candidates from its own heaviest terms and from its author's list (`near`)."""
    ids = set(candidates.mentor_ids(look.tx, asked.vector)) | {candidate.id for candidate in near}
    ids.update(_abroad(look.tx, look.epoch, asked.crossing, post.language))
    author = AuthorKey(post.blog_id, post.author_id)
    welcome = look.welcome(author, candidates.load(look.tx, sorted(ids), but_blog=post.blog_id))

    def best(some: Sequence[Candidate], limit: int) -> list[Match]:
        deviation = look.epoch.median_deviation
        return mentors_for_post(
            asked.vector, post.language, some, deviation, limit, asked.crossing, ABROAD_UNDER_POST
        )  # fmt: skip

    return look.explained(asked, *with_discoveries(best, welcome, look.seldom(welcome), POST_LIST))


def state_of(post: Any, epoch: Epoch) -> str:
    """From which state of post and bank a list follows."""
    return f"{epoch.id}:{post.generation}:{post.revision}"


def posts_with(
    look: Look, posts: Sequence[Any], mentor: Candidate | None, mentor_key: MentorKey
) -> Iterator[tuple[Any, Lines]]:
    """The lists under posts of others after a mentor moved, of those that change; `mentor`: None if unlisted."""
    standing = places.list_under_posts(look.tx, [post.id for post in posts])
    look.keys({mentor_id for stand in standing.values() for mentor_id in stand})
    look.expect(AuthorKey(post.blog_id, post.author_id) for post in posts)
    vectors = vectors_of_posts(look.context, look.tx, look.epoch, posts)
    asked = [_asked_in(look, post, vectors[post.id], mentor_key.language) for post in posts]
    cosines = similarities(mentor.vector, mentor.language, asked, mentor.crossing) if mentor else [0] * len(posts)
    for post, asking, cosine in zip(posts, asked, cosines, strict=True):
        mine = None
        if mentor is not None and cosine and look.welcome(AuthorKey(post.blog_id, post.author_id), [mentor]):
            foreign = mentor.language != post.language
            score = post_score(cosine, mentor, look.epoch.median_deviation, foreign=foreign)
            mine = Match(mentor.id, score, cosine, foreign)
        lines = _post_with(look, post, asking, standing.get(post.id, {}), mine, mentor_key)
        if lines is not None:
            yield post, lines


def _asked_in(look: Look, post: Any, vector: Vector, language: str) -> Asked:
    """What crosses languages is only asked where it is compared."""
    return Asked(vector, post.language) if post.language == language else asked_with(look, post, vector)


def _post_with(
    look: Look, post: Any, asked: Asked, stand: Mapping[int, Place], mine: Match | None, mentor_key: MentorKey
) -> Lines | None:
    """One of them, where the mentor would have that place (None: it can have none); None: unchanged.

    `stand`: who stands there by now. Only that mentor is scored again; when it leaves a gap all is made anew.
    """
    kept = dict(stand)
    before = kept.pop(mentor_key.id, None)
    if mine is not None and not (before and before.discovery):
        by_merit, found = _placed(
            look, kept, mine, mentor_key.blog_id, post.language, POST_LIST, ABROAD_UNDER_POST
        )  # fmt: skip
        if mine in by_merit:
            reason = look.reason(asked, mentor_key)
            return None if reason is None else _entered(mine, reason, (*by_merit, *found))
    if before is None:
        return None
    return post_list(look, post, asked_with(look, post, asked.vector), [])


def authors_with(
    look: Look, others: Sequence[Candidate], mentor: Candidate | None, mentor_key: MentorKey
) -> dict[int, Lines]:
    """The own lists of other authors after a mentor moved, of those that may change; `mentor`: None if unlisted."""
    standing = places.list_own(look.tx, [other.id for other in others])
    cosines = similarities(mentor.vector, mentor.language, others, mentor.crossing) if mentor else [0] * len(others)
    changed = {}
    moved = mentor_key.id  # a hash: worked out once
    for other, cosine in zip(others, cosines, strict=True):
        stand = standing.get(other.id, {})
        mine = None
        if mentor is not None and cosine and mentor.blog_id != other.blog_id:
            score = closeness(cosine, other.hubness, mentor.hubness)
            mine = Match(mentor.id, score, cosine, mentor.language != other.language)
        if moved not in stand:
            merit = [place.score for place in stand.values() if not place.discovery]
            if mine is None or (len(stand) >= LIST and mine.score < min(merit)):
                continue
        lines = _author_with(look, other, stand, mine, mentor_key)
        if lines is not None:
            changed[other.id] = lines
    return changed


def _author_with(
    look: Look, other: Candidate, stand: Mapping[int, Place], mine: Match | None, mentor_key: MentorKey
) -> Lines | None:
    """One of them, where the mentor would have that place (None: it can have none); None: unchanged.

    What was said of everybody else still holds. Only where somebody who is not in the list may be next is it made
    anew, and then for the sake of the scores.
    """
    kept = dict(stand)
    before = kept.pop(mentor_key.id, None)
    reasons: dict[int, Reason] = {}
    refused = look.refused(AuthorKey(other.blog_id, other.author_id))
    if mine is not None and mentor_key.author not in refused and not (before and before.discovery):
        by_merit, found = _placed(look, kept, mine, mentor_key.blog_id, other.language, LIST, ABROAD_OF_AUTHOR)
        sank = before is not None and mine.score < before.score
        last = len(stand) >= LIST and by_merit[-1] is mine
        keys = look.keys(kept)
        second = any(keys[match.id].blog_id == mentor_key.blog_id for match in by_merit if match is not mine)
        asked = Asked(other.vector, other.language, other.crossing)
        reason = look.reason(asked, mentor_key) if mine in by_merit else None
        if reason is not None and not (sank and (last or second or mine.foreign)):
            return _entered(mine, reason, (*by_merit, *found))
        if reason is not None:
            reasons[mine.id] = reason
    if before is None:
        return None
    row = mentors.find(look.tx, other.id)
    if row is None:
        return None
    lines = mentors.related_list(look.tx, other.id)
    reasons |= {line.mentor_id: line.reason for line in lines if line.mentor_id in kept}
    return author_list(look, row, around(look.tx, look.epoch, row), reasons)


def _entered(mine: Match, reason: Reason, chosen: Iterable[Match]) -> Lines:
    return [(match, reason if match is mine else None) for match in chosen]


def _placed(
    look: Look, kept: Mapping[int, Place], mine: Match, blog_id: str, language: str, limit: int, foreign_most: int
) -> tuple[list[Match], list[Match]]:  # fmt: skip
    """Who has a place by merit when the mentor of that blog has joined, and whose is a discovery's: it stays theirs
    until the list is made anew."""
    keys = look.keys(kept)
    merit, found = [(blog_id, mine)], []
    for mentor_id, place in kept.items():
        key = keys[mentor_id]
        match = Match(mentor_id, place.score, 0, key.language != language)
        if place.discovery:
            found.append(match)
        else:
            merit.append((key.blog_id, match))
    return best_of(merit, limit - len(found), foreign_most=foreign_most), found
