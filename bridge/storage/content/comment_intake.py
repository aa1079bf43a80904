"""What blogs say of comments: written down as they arrive, unless something newer is known; no text is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Select, and_, bindparam, or_, select

from bridge.model import Comment, Kind, Version, commenter_name
from bridge.storage.content import tombstones
from bridge.storage.content.tables import posts
from bridge.storage.content.tables import tombstones as graves
from bridge.storage.core import versioned
from bridge.storage.engagement import dirty
from bridge.storage.engagement.tables import comments
from bridge.text.comment_traits import CommentTraits
from bridge.text.email_addresses import without_address


@dataclass(frozen=True, slots=True)
class AnalysedComment:
    """A comment with what was read from its text; the text itself is not kept."""

    comment: Comment
    language: str
    remark: CommentTraits
    text_hash: bytes
    terms: bytes  # text.terms.TermCounts, until it has been read beside its post


def upsert_comment(tx: Connection, read: AnalysedComment, now: datetime) -> set[str] | None:
    """An approved comment: the blogs whose statistics it touches; None when covered or older than what is known."""
    comment = read.comment
    before, removed_at = _find_comment(tx, comment)
    if removed_at is not None and removed_at >= comment.version:
        return None
    stored = versioned.upsert_if_newer(
        tx,
        comments,
        ("blog_id", "remote_id"),
        _columns_of(read, now),
    )
    if not stored:
        return None
    touched = {comment.blog_id}
    dirty.mark(tx, comment.blog_id, [comment.post_id], [comment.commenter])
    touched |= dirty.mark_shared_texts(
        tx, comment.blog_id, {read.text_hash} ^ ({before.text_hash} if before else set())
    )
    if before is not None:
        dirty.mark(tx, comment.blog_id, [before.post_id], [before.commenter])
    return touched


def _columns_of(read: AnalysedComment, now: datetime) -> dict[str, object]:
    comment, remark = read.comment, read.remark
    return {
        "blog_id": comment.blog_id,
        "remote_id": comment.remote_id,
        **versioned.as_columns(comment.version),
        "post_id": comment.post_id,
        "parent_id": comment.parent_id,
        "commenter": comment.commenter,
        "commenter_basis": comment.commenter_basis,
        "author_name": without_address(comment.author_name),
        "author_id": comment.author_id,
        "is_staff": comment.is_staff,
        "by_post_author": comment.by_post_author,
        "comment_type": comment.comment_type,
        "words": remark.words,
        "text_hash": read.text_hash,
        "language": read.language,
        "published_at": comment.published_at,
        "historical": comment.historical,
        "question": remark.question,
        "experience": remark.experience,
        "links": remark.links,
        "praise": remark.praise,
        "commercial": remark.commercial,
        "insightful": comment.insightful,
        "terms": read.terms,
        "received_at": now,
        "deep": False,
        "relevance": None,
        "analysed_with": "",
        "state_hash": comment.state_hash,
    }


class _StoredComment(NamedTuple):
    """What of a comment that is known already says who has to be counted again when it changes."""

    post_id: str
    commenter: str
    text_hash: bytes


def _find_comment(tx: Connection, comment: Comment) -> tuple[_StoredComment | None, Version | None]:
    """The comment as it is known, and the newest tombstone over it or what it hangs from."""
    above = [
        (Kind.BLOG, ""),
        (Kind.COMMENT, comment.remote_id),
        tombstones.ALL_COMMENTS,
        (Kind.POST, comment.post_id),
        (Kind.COMMENTER, commenter_name(comment.commenter) if comment.commenter else ""),
    ]
    names = {"blog": comment.blog_id, "post": comment.post_id, "comment": comment.remote_id}
    rows = tx.execute(_comment_and_tombstones(len(above)), {**names, **tombstones.parameters_of(above)}).all()
    versions = [Version(row.generation, row.revision) for row in rows if row.generation is not None]
    first = rows[0]
    stored = None if first.post_id is None else _StoredComment(first.post_id, first.commenter, first.text_hash)
    return stored, max(versions, default=None)


@cache  # for every comment, and building it costs more than running it
def _comment_and_tombstones(count: int) -> Select[*tuple[Any, ...]]:
    """A row for each tombstone, or one; beside it the comment, if it is there."""
    blog: BindParameter[str] = bindparam("blog")
    writer = select(posts.c.author_id).where(posts.c.blog_id == blog, posts.c.remote_id == bindparam("post"))
    over_writer = and_(
        graves.c.blog_id == blog, graves.c.kind == Kind.AUTHOR.value, graves.c.remote_id == writer.scalar_subquery()
    )
    same = and_(comments.c.blog_id == blog, comments.c.remote_id == bindparam("comment"))
    joined = (
        tombstones.one_row().outerjoin(graves, or_(tombstones.is_over(count), over_writer)).outerjoin(comments, same)
    )
    columns = (graves.c.generation, graves.c.revision, comments.c.post_id, comments.c.commenter, comments.c.text_hash)
    return select(*columns).select_from(joined)
