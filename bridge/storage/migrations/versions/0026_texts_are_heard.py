"""the bridge remembers since when it has known a text

Of what is there it is not known. No earlier than the post came out by its blog's word, and than the blog was there.

Revision: 0026, after 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

blogs = sa.table("blogs", sa.column("id"), sa.column("connected_at"))
posts = sa.table("posts", *(sa.column(name) for name in ("id", "blog_id", "published_at", "heard_at")))


def upgrade() -> None:
    op.add_column("posts", sa.Column("heard_at", sa.BigInteger(), nullable=False, server_default="0"))
    connected = sa.select(blogs.c.connected_at).where(blogs.c.id == posts.c.blog_id).scalar_subquery()
    later = sa.case((posts.c.published_at > connected, posts.c.published_at), else_=connected)
    op.execute(sa.update(posts).values(heard_at=later))
    _prints_by("heard_at")


def downgrade() -> None:
    _prints_by("published_at")
    op.drop_column("posts", "heard_at")


def _prints_by(wanted: str) -> None:
    """The key is an order, and its table is written anew in the other one."""
    op.create_table(
        "new_prints",
        sa.Column("print", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(wanted, sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("print", wanted, "post_id", name=f"pk_post_prints_{wanted}"),
        sqlite_with_rowid=False,
    )
    columns = ("print", wanted, "post_id")
    made, old = sa.table("new_prints", *map(sa.column, columns)), sa.table("post_prints", *map(sa.column, columns))
    rows = sa.select(old.c.print, posts.c[wanted], posts.c.id).join(posts, posts.c.id == old.c.post_id)
    op.execute(sa.insert(made).from_select(columns, rows.select_from(old)))
    op.drop_table("post_prints")
    op.rename_table("new_prints", "post_prints")
    op.create_index("ix_post_prints_post_id", "post_prints", ["post_id"])
