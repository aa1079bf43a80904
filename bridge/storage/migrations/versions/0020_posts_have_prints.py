"""posts have prints, by which those that say the same are found

They follow from the texts: all posts are read again, the next time that something of their author is, or in the night.

Revision: 0020, after 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("canonical", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "post_prints",
        sa.Column("print", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("print", "published_at", "post_id", name="pk_post_prints"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_post_prints_post_id", "post_prints", ["post_id"])
    op.execute("UPDATE posts SET read_with = ''")


def downgrade() -> None:
    op.drop_table("post_prints")
    with op.batch_alter_table("posts") as batch_op:
        batch_op.drop_column("canonical")
