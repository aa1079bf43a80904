"""what a blog sent has its hash, and both sides compare what they hold

Revision: 0038, after 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0036"
branch_labels = None
depends_on = None

STATED_TABLES = ("authors", "posts", "comments", "blogs")


def upgrade() -> None:
    for table in STATED_TABLES:
        op.add_column(table, sa.Column("state_hash", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "state_checks",
        sa.Column("blog_id", sa.String(64), sa.ForeignKey("blogs.id"), nullable=False),
        sa.Column("asked_at", sa.BigInteger()),
        sa.Column("compared_at", sa.BigInteger()),
        sa.Column("blog_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bridge_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("differing", sa.Integer(), server_default="0", nullable=False),
        sa.Column("differed_at", sa.BigInteger()),
        sa.Column("differed", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("blog_id"),
    )


def downgrade() -> None:
    op.drop_table("state_checks")
    for table in STATED_TABLES:
        op.drop_column(table, "state_hash")
