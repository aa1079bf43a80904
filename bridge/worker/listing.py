"""Lists: who stands under a post, who in an author's own list, and where a mentor that moved enters or leaves."""

from __future__ import annotations

from typing import Any

from bridge.mentors.explain import Reason, explain
from bridge.mentors.related import (
    POST_LIST,
    Candidate,
    Match,
    best_of,
    hubness,
    mentors_for_post,
    post_score,
    related_mentors,
    similarities,
    similarity,
)
from bridge.model import AuthorKey, MentorKey
from bridge.storage import content, mentors, verdicts
from bridge.storage.database import Tx
from bridge.storage.epochs import Epoch
from bridge.storage.mentors import MentorRow
from bridge.text.terms import Vector
from bridge.worker.context import Context
from bridge.worker.profiling import named_posts, vector_of_post

Lines = list[tuple[Match, Reason]]


def reason_for(context: Context, tx: Tx, epoch: Epoch, own: Vector, mentor: MentorKey) -> Reason | None:
    """Why this mentor beside that vector."""
    profile = mentors.profile(tx, mentor.id)
    shared = set(own.ids.tolist()) & set(profile.vector.ids.tolist())
    frequencies = context.frequencies(epoch).frequencies(tx, mentor.language, shared)
    return explain(own, profile, frequencies, named_posts(tx, mentor))


def _explained(context: Context, tx: Tx, epoch: Epoch, own: Vector, matches: list[Match]) -> Lines:
    keys = mentors.keys(tx, [match.id for match in matches])
    lines = []
    for match in matches:
        reason = reason_for(context, tx, epoch, own, keys[match.id])
        if reason is not None:
            lines.append((match, reason))
    return lines


def neighbours(tx: Tx, row: MentorRow, but_blog: str | None = None) -> list[Candidate]:
    """Mentors near enough to be scored exactly; never of the same blog."""
    found = mentors.candidate_ids(tx, row.profile.vector)
    return mentors.load(tx, found, but_blog=but_blog or row.key.blog_id)


def _welcome(tx: Tx, author: AuthorKey, candidates: list[Candidate]) -> list[Candidate]:
    """Without those whom the author wants in none of their lists."""
    refused = verdicts.refused(tx, author)
    return [one for one in candidates if AuthorKey(one.blog_id, one.author_id) not in refused]


def own_hubness(row: MentorRow, near: list[Candidate]) -> int:
    """r of a mentor over its neighbours."""
    return hubness(s for s in similarities(row.profile.vector, row.key.language, near) if s)


def author_list(context: Context, tx: Tx, epoch: Epoch, row: MentorRow, near: list[Candidate]) -> Lines:
    """An author's own list, explained."""
    welcome = _welcome(tx, row.key.author, near)
    matches = related_mentors(row.profile.vector, row.key.language, row.hubness, welcome)
    return _explained(context, tx, epoch, row.profile.vector, matches)


def post_list(context: Context, tx: Tx, epoch: Epoch, post: Any, vector: Vector, near: list[Candidate]) -> Lines:
    """The list under a post: candidates from its own heaviest terms and from its author's list (`near`)."""
    ids = set(mentors.candidate_ids(tx, vector)) | {candidate.id for candidate in near}
    author = AuthorKey(post.blog_id, post.author_id)
    candidates = _welcome(tx, author, mentors.load(tx, sorted(ids), but_blog=post.blog_id))
    matches = mentors_for_post(vector, post.language, candidates, epoch.median_deviation)
    return _explained(context, tx, epoch, vector, matches)


def state_of(post: Any, epoch: Epoch) -> str:
    """From which state of post and bank a list follows."""
    return f"{epoch.id}:{post.generation}:{post.revision}"


def post_with(
    context: Context, tx: Tx, epoch: Epoch, post: Any, mentor: Candidate | None, mentor_key: MentorKey
) -> Lines | None:
    """The list under a post after a mentor moved: entered, left (None) or newly explained. None: unchanged.

    Only that mentor is scored again; when it leaves a gap the whole list is made anew.
    """
    lines = mentors.post_list(tx, post.id)
    stood = any(line.mentor_id == mentor_key.id for line in lines)
    vector, _ = vector_of_post(context, tx, epoch, post)
    welcome = mentor is not None and _welcome(tx, AuthorKey(post.blog_id, post.author_id), [mentor])
    cosine = similarity(vector, post.language, mentor) if mentor and welcome and mentor.blog_id != post.blog_id else 0
    if not cosine or mentor is None:
        return post_list(context, tx, epoch, post, vector, []) if stood else None
    kept = {line.mentor_id: line for line in lines if line.mentor_id != mentor_key.id}
    keys = mentors.keys(tx, kept)
    mine = Match(mentor.id, post_score(cosine, mentor, epoch.median_deviation), cosine)
    scored = [(keys[line.mentor_id].blog_id, Match(line.mentor_id, line.score, 0)) for line in kept.values()]
    chosen = best_of([*scored, (mentor.blog_id, mine)], POST_LIST)
    if mine not in chosen:
        return post_list(context, tx, epoch, post, vector, []) if stood else None
    reason = reason_for(context, tx, epoch, vector, mentor_key)
    if reason is None:
        return None
    return [(match, reason if match is mine else kept[match.id].reason) for match in chosen]


def author_with(
    context: Context, tx: Tx, epoch: Epoch, other: Candidate, mentor: Candidate | None, mentor_key: MentorKey
) -> Lines | None:
    """Another author's own list after a mentor moved; None: it is not concerned."""
    lines = mentors.related_list(tx, other.id)
    stood = any(line.mentor_id == mentor_key.id for line in lines)
    worst = lines[-1].score if len(lines) >= 20 else None
    if not stood:
        if mentor is None:
            return None
        cosine = similarity(other.vector, other.language, mentor)
        score = 2 * cosine - other.hubness - mentor.hubness
        if not cosine or (worst is not None and score <= worst):
            return None
    row = mentors.find(tx, other.id)
    if row is None:
        return None
    return author_list(context, tx, epoch, row, neighbours(tx, row))


def newest(tx: Tx, blog_id: str, author_id: str, limit: int) -> list[Any]:
    """The newest posts of an author in all languages."""
    return content.list_posts_of(tx, blog_id, author_id, limit=limit)
