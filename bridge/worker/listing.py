"""Lists: who stands under a post, who in an author's own list, and where a mentor that moved enters or leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    similarity,
)
from bridge.model import AuthorKey, MentorKey
from bridge.storage import candidates, mentors
from bridge.storage.database import Tx
from bridge.storage.epochs import Epoch
from bridge.storage.mentors import Line, MentorRow
from bridge.text.terms import Vector
from bridge.worker import crossing
from bridge.worker.look import NONE, Lines, Look
from bridge.worker.profiling import vector_of_post

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


def author_list(look: Look, row: MentorRow, near: list[Candidate], known: Mapping[int, Reason] = NONE) -> Lines:
    """An author's own list, explained; `known`: reasons that still hold, by mentor."""
    vector, welcome = row.profile.vector, look.welcome(row.key.author, near)

    def best(some: Sequence[Candidate], limit: int) -> list[Match]:
        return related_mentors(vector, row.key.language, row.hubness, some, limit, row.crossing, ABROAD_OF_AUTHOR)

    asked = Asked(vector, row.key.language, row.crossing)
    return look.explained(asked, *with_discoveries(best, welcome, look.seldom(welcome), LIST), known)


def post_list(look: Look, post: Any, asked: Asked, near: list[Candidate]) -> Lines:
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


def post_with(
    look: Look, post: Any, lines: list[Line], mentor: Candidate | None, mentor_key: MentorKey
) -> Lines | None:
    """The list under a post after a mentor moved: entered, left (None) or newly explained. None: unchanged.

    `lines`: what stands there by now. Only that mentor is scored again; when it leaves a gap all is made anew.
    """
    stood = any(line.mentor_id == mentor_key.id for line in lines)
    vector, _ = vector_of_post(look.context, look.tx, look.epoch, post)
    welcome = mentor is not None and look.welcome(AuthorKey(post.blog_id, post.author_id), [mentor])
    foreign = mentor_key.language != post.language
    asked = asked_with(look, post, vector) if foreign else Asked(vector, post.language)
    cosine = 0
    if mentor and welcome and mentor.blog_id != post.blog_id:
        cosine = similarity(vector, post.language, mentor, asked.crossing)
    if not cosine or mentor is None:
        return post_list(look, post, asked_with(look, post, vector), []) if stood else None
    kept = {line.mentor_id: line for line in lines if line.mentor_id != mentor_key.id}
    keys = look.keys(kept)
    score = post_score(cosine, mentor, look.epoch.median_deviation, foreign=foreign)
    mine = Match(mentor.id, score, cosine, foreign)
    merit, found = _apart(kept.values(), keys, post.language)
    scored = [(keys[one.id].blog_id, one) for one in merit]
    chosen = best_of([*scored, (mentor.blog_id, mine)], POST_LIST - len(found), foreign_most=ABROAD_UNDER_POST)
    chosen += found
    if mine not in chosen or any(line.mentor_id == mentor.id and line.reason.discovery for line in lines):
        return post_list(look, post, asked_with(look, post, vector), []) if stood else None
    reason = look.reason(asked, mentor_key)
    if reason is None:
        return None
    return [(match, reason if match is mine else kept[match.id].reason) for match in chosen]


def authors_with(
    look: Look, others: Sequence[Candidate], mentor: Candidate | None, mentor_key: MentorKey
) -> dict[int, Lines]:
    """The own lists of other authors after a mentor moved, of those whose list changes; `mentor`: None if unlisted."""
    scores = mentors.related_scores(look.tx, [other.id for other in others])
    cosines = similarities(mentor.vector, mentor.language, others, mentor.crossing) if mentor else [0] * len(others)
    changed = {}
    for other, cosine in zip(others, cosines, strict=True):
        stored = scores.get(other.id, {})
        mine = None
        if mentor is not None and cosine and mentor.blog_id != other.blog_id:
            score = closeness(cosine, other.hubness, mentor.hubness)
            mine = Match(mentor.id, score, cosine, mentor.language != other.language)
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
        merit, found = _apart(kept.values(), keys, other.language)
        scored = [(keys[one.id].blog_id, one) for one in merit]
        mine_too = [*scored, (mentor_key.blog_id, mine)]
        chosen = best_of(mine_too, LIST - len(found), foreign_most=ABROAD_OF_AUTHOR)
        sank = before is not None and mine.score < before.score
        last = len(lines) >= LIST and chosen[-1] is mine
        second = any(keys[match.id].blog_id == mentor_key.blog_id for match in chosen if match is not mine)
        asked = Asked(other.vector, other.language, other.crossing)
        reason = look.reason(asked, mentor_key) if mine in chosen else None
        if reason is not None and not (sank and (last or second or mine.foreign)):
            reasons[mine.id] = reason
            made = [(match, reasons[match.id]) for match in (*chosen, *found)]
            same = [(line.mentor_id, line.score, line.reason) for line in lines]
            return None if [(match.id, match.score, why) for match, why in made] == same else made
    if before is None:
        return None
    row = mentors.find(look.tx, other.id)
    return author_list(look, row, around(look.tx, look.epoch, row), reasons) if row else None


def _apart(lines: Iterable[Line], keys: Mapping[int, MentorKey], language: str) -> tuple[list[Match], list[Match]]:
    """Who stands there by merit, and whose place is a discovery's: it stays theirs until the list is made anew."""
    found: tuple[list[Match], list[Match]] = ([], [])
    for line in lines:
        foreign = keys[line.mentor_id].language != language
        found[line.reason.discovery].append(Match(line.mentor_id, line.score, 0, foreign))
    return found
