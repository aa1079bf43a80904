"""Comments that are to be read beside their post, and what was read there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, bindparam, select, update

from bridge.storage.content.tables import posts
from bridge.storage.engagement.records import CommentAnalysis, UnanalysedComment
from bridge.storage.engagement.tables import comments


def list_unanalysed(tx: Connection, blog_id: str, limit: int) -> list[UnanalysedComment]:
    """Comments not yet read beside their post; those whose post is here go first."""
    joined = comments.outerjoin(
        posts, and_(posts.c.blog_id == comments.c.blog_id, posts.c.remote_id == comments.c.post_id)
    )
    rows = tx.execute(
        select(*(comments.c[name] for name in UnanalysedComment._fields[:-1]))
        .add_columns(posts.c.id)
        .select_from(joined)
        .where(comments.c.blog_id == blog_id, comments.c.terms.is_not(None))
        .order_by(posts.c.id.is_(None), comments.c.received_at, comments.c.remote_id)
        .limit(limit)
    )
    return [UnanalysedComment(*row) for row in rows]


def record_analysis(tx: Connection, blog_id: str, analyses: Sequence[CommentAnalysis]) -> None:
    """Keep what was read of comments, of the very versions that were read. Their terms go."""
    if analyses:
        tx.execute(
            update(comments)
            .where(
                comments.c.blog_id == blog_id,
                comments.c.remote_id == bindparam("i"),
                comments.c.generation == bindparam("g"),
                comments.c.revision == bindparam("v"),
            )
            .values(terms=None, deep=bindparam("d"), relevance=bindparam("r"), analysed_with=bindparam("w")),
            [
                {
                    "i": analysis.comment.remote_id,
                    "g": analysis.comment.generation,
                    "v": analysis.comment.revision,
                    "d": analysis.deep,
                    "r": analysis.relevance,
                    "w": analysis.analysed_with,
                }
                for analysis in analyses
            ],
        )
