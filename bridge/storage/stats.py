"""How much the bridge holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from bridge.storage.tables import authors, blogs, comments, deliveries, mentors, posts

COUNTED = {
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


def counts(tx: Connection) -> dict[str, Any]:
    """``{"posts", "comments", "authors", "mentors", "blogs": {id: {…}}}`` of what is held now."""
    found: dict[str, dict[str, Any]] = {
        row.id: {"name": row.name, "state": row.state, **dict.fromkeys(COUNTED, 0)}
        for row in tx.execute(select(blogs.c.id, blogs.c.name, blogs.c.state).order_by(blogs.c.id))
    }
    for name, statement in COUNTED.items():
        for blog_id, count in tx.execute(statement):
            found[blog_id][name] = count
    totals = {name: sum(blog[name] for blog in found.values()) for name in COUNTED}
    return {**totals, "blogs": found}
