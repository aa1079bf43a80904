"""lists that have changed are marked for the push, and namesakes are found by their name

Revision: 0042, after 0050
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from bridge.mentors.display_name import display_name, lookalike_key
from bridge.model import stable_id

revision = "0042"
down_revision = "0050"
branch_labels = None
depends_on = None

PORTION = 500
# As these tables are at this revision; later ones may look otherwise.
authors = sa.table("authors", *map(sa.column, ("blog_id", "remote_id", "name", "name_key")))
blogs = sa.table("blogs", *map(sa.column, ("id", "name")))


def upgrade() -> None:
    op.create_table(
        "list_marks",
        sa.Column("blog_id", sa.String(64), sa.ForeignKey("blogs.id"), nullable=False),
        sa.Column("object", sa.String(191), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("blog_id", "object"),
    )
    op.create_table(
        "worded_lists",
        sa.Column("blog_id", sa.String(64), sa.ForeignKey("blogs.id"), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.Column("namesakes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("blog_id"),
    )
    op.add_column("authors", sa.Column("name_key", sa.BigInteger()))
    op.create_index("ix_authors_name_key", "authors", ["name_key"])
    op.create_index("ix_post_related_blog_id_mentor_id", "post_related", ["blog_id", "mentor_id"])
    op.drop_index("ix_post_related_blog_id", "post_related")
    _name_keys(op.get_bind())


def _name_keys(tx: Any) -> None:
    named = sa.select(authors.c.blog_id, authors.c.remote_id, authors.c.name, blogs.c.name.label("blog"))
    rows = tx.execute(named.join(blogs, blogs.c.id == authors.c.blog_id)).all()
    this = (authors.c.blog_id == sa.bindparam("of"), authors.c.remote_id == sa.bindparam("who"))
    for start in range(0, len(rows), PORTION):
        tx.execute(
            sa.update(authors).where(*this).values(name_key=sa.bindparam("key")),
            [
                {
                    "of": row.blog_id,
                    "who": row.remote_id,
                    "key": _name_key(row.name, row.blog),
                }
                for row in rows[start : start + PORTION]
            ],
        )


def _name_key(name: str, blog: str) -> int:
    return stable_id(lookalike_key(display_name(name, blog)))


def downgrade() -> None:
    op.create_index("ix_post_related_blog_id", "post_related", ["blog_id"])
    op.drop_index("ix_post_related_blog_id_mentor_id", "post_related")
    op.drop_index("ix_authors_name_key", "authors")
    op.drop_column("authors", "name_key")
    op.drop_table("worded_lists")
    op.drop_table("list_marks")
