"""On which blogs mentors are shown: in the lists under posts, and in front of these as pinned."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, and_, func, select, text, union, union_all

from bridge.logs import make_each
from bridge.mentors.explain import Reason
from bridge.model import AuthorKey, BlogState, MentorKey, ShowingMode
from bridge.storage.blogs.tables import blogs
from bridge.storage.content.tables import posts
from bridge.storage.core.predicates import author_in
from bridge.storage.matching.feedback import PINNED
from bridge.storage.matching.tables import feedback, mentors, post_related, related

NAMES_PER_STATEMENT = 400  # names in one statement


class Place(NamedTuple):
    """One mentor under one post; `pinned`: by its author."""

    blog_id: str
    post_id: str  # remote id
    title: str
    url: str
    mentor: MentorKey
    author_id: str  # of the post
    pinned: bool
    reason: Reason
    blog_name: str
    home_url: str  # of the blog; "" of an imported one, which has no pages of ours
    mode: ShowingMode  # of the blog


PLACE_COLUMNS = (
    posts.c.blog_id,
    posts.c.remote_id.label("post_id"),
    posts.c.author_id,
    posts.c.title,
    posts.c.url,
    posts.c.published_at,
    blogs.c.name,
    blogs.c.home_url,
    blogs.c.origin,
    blogs.c.showing,
    mentors.c.blog_id.label("other_blog"),
    mentors.c.author_id.label("other_author"),
    mentors.c.language.label("other_language"),
)
PINNED_BY_AUTHOR = and_(
    feedback.c.blog_id == posts.c.blog_id,
    feedback.c.author_id == posts.c.author_id,
    feedback.c.other_blog == mentors.c.blog_id,
    feedback.c.other_author == mentors.c.author_id,
    feedback.c.verdict == PINNED,
)


SHOWING_BLOG = and_(blogs.c.id == posts.c.blog_id, blogs.c.state == BlogState.CONNECTED)


def _place(row: Row[*tuple[Any, ...]]) -> Place:
    mentor = MentorKey(row.other_blog, row.other_author, row.other_language)
    reason = Reason.from_json(json.loads(row.reason))
    place = (row.blog_id, row.post_id, row.title, row.url, mentor, row.author_id, bool(row.pinned), reason)
    home_url = row.home_url if row.origin == "connected" else ""
    return Place(*place, row.name, home_url, ShowingMode(row.showing))


def _places(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Place]:
    """Each place whose row can be read: what is odd in one costs that line."""
    return make_each(rows, _place, "place of a mentor")


def list_places(tx: Connection, mentor_ids: Collection[int], limit: int) -> list[Place]:
    """Where some mentors stand, under the newest posts first: in the lists under posts, or as pinned."""
    near = _under_posts().where(post_related.c.mentor_id.in_(sorted(mentor_ids)))
    pinning = mentors.alias()
    is_near = and_(related.c.mentor_id == pinning.c.id, related.c.other_id == mentors.c.id)
    pinned = (
        select(*PLACE_COLUMNS, related.c.reason, feedback.c.verdict.is_not(None).label("pinned"))
        .select_from(mentors)
        .join(related, related.c.other_id == mentors.c.id)
        .join(pinning, is_near)
        .join(posts, and_(posts.c.blog_id == pinning.c.blog_id, posts.c.author_id == pinning.c.author_id))
        .join(feedback, PINNED_BY_AUTHOR)
        .join(blogs, SHOWING_BLOG)
        .where(mentors.c.id.in_(sorted(mentor_ids)), posts.c.part_of == "")
    )
    rows = tx.execute(union_all(near, pinned).order_by(text("published_at DESC")).limit(limit))
    by_post: dict[tuple[str, str], Place] = {}
    for place in sorted(_places(rows), key=lambda place: place.pinned):  # what is said of the post itself first
        by_post.setdefault((place.blog_id, place.post_id), place)
    return list(by_post.values())


def _under_posts() -> Select[*tuple[Any, ...]]:
    return (
        select(*PLACE_COLUMNS, post_related.c.reason, feedback.c.verdict.is_not(None).label("pinned"))
        .join(post_related, post_related.c.post_id == posts.c.id)
        .join(mentors, mentors.c.id == post_related.c.mentor_id)
        .join(blogs, SHOWING_BLOG)
        .outerjoin(feedback, PINNED_BY_AUTHOR)
    )


def list_standing_on(tx: Connection, blog_id: str) -> list[tuple[str, str, str, int]]:
    """Who stands in the lists under the posts of a blog: blog, author, author of the posts, and under how many."""
    named = (mentors.c.blog_id, mentors.c.author_id, posts.c.author_id)
    rows = tx.execute(
        select(*named, func.count(post_related.c.post_id.distinct()))
        .join(post_related, post_related.c.mentor_id == mentors.c.id)
        .join(posts, posts.c.id == post_related.c.post_id)
        .where(post_related.c.blog_id == blog_id)
        .group_by(*named)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def list_samples(tx: Connection, blog_id: str, authors: Collection[AuthorKey]) -> list[Place]:
    """Of some authors who stand under the posts of a blog one place each: the newest post."""
    if not authors:
        return []
    theirs = author_in(mentors.c.blog_id, mentors.c.author_id, authors)
    places = _under_posts().where(post_related.c.blog_id == blog_id, theirs)
    newest: dict[AuthorKey, Place] = {}
    for place in _places(tx.execute(places.order_by(posts.c.published_at.desc(), posts.c.id, mentors.c.id))):
        newest.setdefault(place.mentor.author, place)
    return list(newest.values())


def list_under_post(tx: Connection, blog_id: str, post: str) -> list[Place]:
    """Who stands in the list of one post (remote id), best first."""
    of_post = (posts.c.blog_id == blog_id, posts.c.remote_id == post)
    best_first = (post_related.c.score.desc(), mentors.c.id)
    return _places(tx.execute(_under_posts().where(*of_post).order_by(*best_first)))


def list_blogs_showing(tx: Connection, blog_id: str, authors: Iterable[str]) -> set[str]:
    """Blogs under whose posts some authors of a blog stand, or might stand as pinned."""
    names, showing = sorted(set(authors)), set()
    for start in range(0, len(names), NAMES_PER_STATEMENT):
        theirs = (mentors.c.blog_id == blog_id, mentors.c.author_id.in_(names[start : start + NAMES_PER_STATEMENT]))
        under_posts = select(post_related.c.blog_id).join(mentors, mentors.c.id == post_related.c.mentor_id)
        near = select(related.c.mentor_id).join(mentors, mentors.c.id == related.c.other_id).where(*theirs)
        showing |= set(tx.execute(union(under_posts.where(*theirs), _with_pins(near))).scalars())
    return showing


def list_blogs_with_pins(tx: Connection, mentor_ids: Collection[int]) -> set[str]:
    """Blogs of those among some mentors who have pinned anybody: what is said there of the pinned is read from the own
    lists of these mentors."""
    ids, with_pins = sorted(mentor_ids), set()
    for start in range(0, len(ids), NAMES_PER_STATEMENT):
        with_pins |= set(tx.execute(_with_pins(ids[start : start + NAMES_PER_STATEMENT])).scalars())
    return with_pins


def _with_pins(mentor_ids: Sequence[int] | Select[int]) -> Select[str]:
    whose = and_(feedback.c.blog_id == mentors.c.blog_id, feedback.c.author_id == mentors.c.author_id)
    pinning = select(mentors.c.blog_id).join(feedback, whose)
    return pinning.where(mentors.c.id.in_(mentor_ids), feedback.c.verdict == PINNED).distinct()
