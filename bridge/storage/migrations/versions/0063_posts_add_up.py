"""what weighs a post stands in an index, and most posts of an author in parts that are added up

Revision: 0063, after 0062
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

ASKED = (
    *("blog_id", "author_id", "published_at", "id", "language", "modified_at", "generation", "revision", "disclosure"),
    *("part_of", "read_with", "shared", "brief"),
)


def upgrade() -> None:
    # Posts that were read before have no brief: they are read again with the first refresh of their author.
    op.add_column("posts", sa.Column("brief", sa.LargeBinary()))
    op.add_column("posts", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.text("true")))
    op.drop_index("ix_posts_author", "posts")
    op.create_index("ix_posts_author", "posts", list(ASKED))
    op.create_table(
        "post_parts",
        sa.Column("blog_id", sa.String(64), sa.ForeignKey("blogs.id"), nullable=False),
        sa.Column("author_id", sa.String(191), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("basis", sa.String(80), nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.Column("sums", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("blog_id", "author_id", "part"),
    )


def downgrade() -> None:
    op.drop_table("post_parts")
    op.drop_index("ix_posts_author", "posts")
    op.create_index("ix_posts_author", "posts", ["blog_id", "author_id", "published_at"])
    with op.batch_alter_table("posts") as batch_op:
        batch_op.drop_column("shared")
        batch_op.drop_column("brief")
