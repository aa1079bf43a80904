"""What is taken away, and the tombstone that it leaves.

A removal at version r covers what hangs below it with a smaller version: an author's posts and their
comments, a post's comments. What is covered is dropped, also when it arrives later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, bindparam, delete, literal_column, or_, select

from bridge.model import Kind, Removal, Version
from bridge.storage.content.tables import IS_PART, authors, post_skills, posts, tombstones
from bridge.storage.core import versioned
from bridge.storage.engagement import dirty
from bridge.storage.engagement.tables import comments

Item = TypeVar("Item")
ALL_COMMENTS = (Kind.COMMENT, "")  # a tombstone over every comment of a blog: it switched statistics off


def find_newest_covering(tx: Connection, blog_id: str, objects: Iterable[tuple[Kind, str]]) -> Version | None:
    """The newest tombstone over any of the objects."""
    return max((version for _, version in list_covering(tx, blog_id, list(objects))), default=None)


def list_covering(tx: Connection, blog_id: str, objects: list[tuple[Kind, str]]) -> list[tuple[Kind, Version]]:
    """The tombstones over any of the objects, with their kind."""
    rows = tx.execute(_covering(len(objects)), {"blog": blog_id, **parameters_of(objects)})
    return [(Kind(row.kind), Version(row.generation, row.revision)) for row in rows]


def parameters_of(objects: Iterable[tuple[Kind, str]]) -> dict[str, str]:
    """The values of the parameters of `is_over`."""
    named = list(enumerate(objects))
    return {f"kind{n}": kind.value for n, (kind, _) in named} | {f"name{n}": name for n, (_, name) in named}


def is_over(count: int) -> ColumnElement[bool]:
    """The condition that a tombstone of the blog lies over one of so many objects (`parameters_of`)."""
    named = [
        and_(tombstones.c.kind == bindparam(f"kind{n}"), tombstones.c.remote_id == bindparam(f"name{n}"))
        for n in range(count)
    ]
    return and_(tombstones.c.blog_id == bindparam("blog"), or_(*named))


@cache
def _covering(count: int) -> Select[str, int, int]:
    return select(tombstones.c.kind, tombstones.c.generation, tombstones.c.revision).where(is_over(count))


def is_covered(tx: Connection, blog_id: str, version: Version, *objects: tuple[Kind, str]) -> bool:
    """Whether something as new as this version took it, or what it hangs from, away."""
    newest = find_newest_covering(tx, blog_id, [(Kind.BLOG, ""), *objects])
    return newest is not None and newest >= version


def delete_comments(tx: Connection, blog_id: str, *conditions: ColumnElement[bool]) -> tuple[list[str], set[str]]:
    """Delete comments of a blog; answers their ids, and the blogs whose statistics that touches."""
    gone = tx.execute(
        delete(comments)
        .where(comments.c.blog_id == blog_id, *conditions)
        .returning(comments.c.remote_id, comments.c.post_id, comments.c.commenter, comments.c.text_hash)
    ).all()
    dirty.mark(tx, blog_id, {row.post_id for row in gone}, {row.commenter for row in gone})
    touched = {blog_id} if gone else set()
    touched |= dirty.mark_shared_texts(tx, blog_id, {row.text_hash for row in gone})
    return [row.remote_id for row in gone], touched


def record_tombstone(tx: Connection, removal: Removal, now: datetime) -> bool:
    """Leave a tombstone; False when one as new is there."""
    return versioned.upsert_if_newer(
        tx,
        tombstones,
        ("blog_id", "kind", "remote_id"),
        {
            "blog_id": removal.blog_id,
            "kind": removal.kind.value,
            "remote_id": removal.name,
            **versioned.as_columns(removal.version),
            "removed_at": now,
        },
    )


def _portions(items: list[Item], size: int = 500) -> list[list[Item]]:
    """Lists short enough for one statement."""
    return [items[start : start + size] for start in range(0, len(items), size)]


@dataclass(frozen=True, slots=True)
class RemovalEffect:
    """What a removal took away: authors touched, post ids (ours) and the objects whose payloads must go."""

    authors: frozenset[str]
    posts: tuple[int, ...]
    objects: tuple[tuple[str, str], ...]
    tallies: frozenset[str]  # blogs whose statistics are touched


def delete_covered(tx: Connection, removal: Removal) -> RemovalEffect:
    """Delete the object and what hangs below it, as far as it is not newer than the removal."""
    blog_id, name, version = removal.blog_id, removal.remote_id, removal.version
    below = _posts_below(tx, removal)
    doomed = [row for row in below if Version(row.generation, row.revision) <= version]
    # A post may be newer than the removal and have come first: the comments that are older go all the same.
    hosts = {row.remote_id for row in below if not row.part_of} | ({name} if removal.kind is Kind.POST else set())
    gone, tallied = _remove_comments(tx, removal, hosts)
    for part in _portions([row.id for row in doomed]):
        tx.execute(delete(posts).where(posts.c.id.in_(part)))
        tx.execute(delete(post_skills).where(post_skills.c.post_id.in_(part)))
    wholes = [row for row in doomed if not row.part_of]
    for row in wholes:
        # Comments newer than the removal stay, and count again when their post comes back.
        dirty.mark_post(tx, blog_id, row.remote_id, is_new=True)
    touched = {row.author_id for row in doomed}
    if removal.kind is Kind.AUTHOR:
        touched.add(name)
        theirs = (authors.c.blog_id == blog_id, authors.c.remote_id == name)
        tx.execute(delete(authors).where(*theirs, versioned.up_to(authors, version)))
    if doomed:
        tallied.add(blog_id)
    objects = [(removal.kind.value, removal.name)]
    objects += [(Kind.COMMENT.value, comment) for comment in gone if (Kind.COMMENT, comment) != (removal.kind, name)]
    objects += [(Kind.POST.value, row.remote_id) for row in wholes]
    return RemovalEffect(frozenset(touched), tuple(row.id for row in doomed), tuple(objects), frozenset(tallied))


class _PostVersion(NamedTuple):
    """A post, by whom, and the version of it that is stored."""

    id: int
    remote_id: str
    author_id: str
    generation: int
    revision: int
    part_of: str  # the post of which it is a further language


def _posts_below(tx: Connection, removal: Removal) -> list[_PostVersion]:
    """The post itself, or an author's posts, of any version."""
    if removal.kind not in (Kind.POST, Kind.AUTHOR):
        return []
    of_post = or_(posts.c.remote_id == removal.remote_id, and_(IS_PART, posts.c.part_of == removal.remote_id))
    named = of_post if removal.kind is Kind.POST else posts.c.author_id == removal.remote_id
    columns = (posts.c[name] for name in _PostVersion._fields)
    mine = (posts.c.blog_id == removal.blog_id, named)
    return [_PostVersion(*row) for row in tx.execute(select(*columns).where(*mine))]


def _remove_comments(tx: Connection, removal: Removal, hosts: set[str]) -> tuple[list[str], set[str]]:
    """The comment itself, a commenter's or all, or those on the posts; as `delete_comments` answers."""
    older = versioned.up_to(comments, removal.version)
    if (removal.kind, removal.remote_id) == ALL_COMMENTS:
        return delete_comments(tx, removal.blog_id, older)
    if removal.kind in (Kind.COMMENT, Kind.COMMENTER):
        named = comments.c.remote_id if removal.kind is Kind.COMMENT else comments.c.commenter
        return delete_comments(tx, removal.blog_id, named == removal.remote_id, older)
    gone: list[str] = []
    tallied: set[str] = set()
    for part in _portions(sorted(hosts)):
        some, touched = delete_comments(tx, removal.blog_id, comments.c.post_id.in_(part), older)
        gone += some
        tallied |= touched
    return gone, tallied


def delete_blog_content(tx: Connection, blog_id: str) -> None:
    """A blog has left: nothing of what it said stays but the tombstone over all of it."""
    of_blog = select(posts.c.id).where(posts.c.blog_id == blog_id)
    tx.execute(delete(post_skills).where(post_skills.c.post_id.in_(of_blog)))
    for table in (comments, posts, authors):
        tx.execute(delete(table).where(table.c.blog_id == blog_id))
    tx.execute(delete(tombstones).where(tombstones.c.blog_id == blog_id, tombstones.c.kind != Kind.BLOG))


def one_row() -> Subquery:
    """A row that tombstones are joined to, so that there is one where nothing is removed."""
    return select(literal_column("1").label("one")).subquery()
