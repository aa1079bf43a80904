"""what a new comment changes is read from indexes and sums

The languages of a blog, and who spoke lately under a post, are read from their indexes alone; what posts drew in equal
time is kept as sums. The sums follow from the comments, so each blog is counted anew as soon as the bridge runs; until
then its figures of before are shown.

Revision: 0018, after 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_posts_language", "posts", ["blog_id", "language"])
    _index_conversations("post_id", "published_at")
    op.add_column("tallies", sa.Column("telling", sa.Text(), nullable=False, server_default="{}"))
    _count_anew()


def downgrade() -> None:
    op.drop_index("ix_posts_language", "posts")
    _index_conversations("post_id")
    with op.batch_alter_table("tallies") as batch_op:
        batch_op.drop_column("telling")
    _count_anew()


def _index_conversations(*columns: str) -> None:
    op.drop_index("ix_comments_post", "comments")
    op.create_index("ix_comments_post", "comments", ["blog_id", *columns])


def _count_anew() -> None:
    op.execute("UPDATE tallies SET day = NULL")
    op.execute("UPDATE work SET due_at = 0 WHERE station = 'tally' AND due_at IS NOT NULL")
