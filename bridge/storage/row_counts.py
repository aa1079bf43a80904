"""How much the bridge holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from bridge.storage.blogs.tables import blogs, deliveries
from bridge.storage.content.tables import authors, posts
from bridge.storage.engagement.tables import comments
from bridge.storage.matching.tables import mentors

COUNT_STATEMENTS = {
    "posts": select(posts.c.blog_id, func.count()).group_by(posts.c.blog_id),
    # A comment whose post is not (yet) known belongs to nothing.
    "comments": select(comments.c.blog_id, func.count())
    .join(posts, (posts.c.blog_id == comments.c.blog_id) & (posts.c.remote_id == comments.c.post_id))
    .group_by(comments.c.blog_id),
    "authors": select(authors.c.blog_id, func.count()).group_by(authors.c.blog_id),
    "mentors": select(mentors.c.blog_id, func.count(mentors.c.author_id.distinct()))
    .where(mentors.c.listed)
    .group_by(mentors.c.blog_id),
    "quarantined": select(deliveries.c.blog_id, func.count())
    .where(deliveries.c.state == "quarantined")
    .group_by(deliveries.c.blog_id),
}


def count_stored(tx: Connection) -> dict[str, Any]:
    """``{"posts", "comments", "authors", "mentors", "blogs": {id: {…}}}`` of what is held now."""
    found: dict[str, dict[str, Any]] = {
        row.id: {"name": row.name, "state": row.state, **dict.fromkeys(COUNT_STATEMENTS, 0)}
        for row in tx.execute(select(blogs.c.id, blogs.c.name, blogs.c.state).order_by(blogs.c.id))
    }
    for name, statement in COUNT_STATEMENTS.items():
        for blog_id, count in tx.execute(statement):
            found[blog_id][name] = count
    totals = {name: sum(blog[name] for blog in found.values()) for name in COUNT_STATEMENTS}
    return {**totals, "blogs": found}
