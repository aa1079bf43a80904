"""blogs choose whom they show, and mentors where they stand; a pinned mentor carries a sentence

Revision: 0048, after 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("blogs", sa.Column("showing", sa.String(length=8), nullable=False, server_default="all"))
    op.add_column("blogs", sa.Column("showing_declared", sa.String(length=8), nullable=False, server_default=""))
    op.add_column("feedback", sa.Column("sentence", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "vetoes",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("said_by", sa.String(length=6), nullable=False),
        sa.Column("other_blog", sa.String(length=64), nullable=False),
        sa.Column("other_author", sa.String(length=191), nullable=False),
        sa.Column("post_id", sa.String(length=191), nullable=False),
        sa.Column("word", sa.String(length=191), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_vetoes_blog_id_blogs")),
        sa.PrimaryKeyConstraint(
            "blog_id", "said_by", "other_blog", "other_author", "post_id", "word", name=op.f("pk_vetoes")
        ),
    )
    op.create_index("ix_vetoes_other_blog", "vetoes", ["other_blog", "other_author"])
    op.create_table(
        "approvals",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("other_blog", sa.String(length=64), nullable=False),
        sa.Column("other_author", sa.String(length=191), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_approvals_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "other_blog", "other_author", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_other_blog", "approvals", ["other_blog", "other_author"])


def downgrade() -> None:
    op.drop_index("ix_approvals_other_blog", "approvals")
    op.drop_table("approvals")
    op.drop_index("ix_vetoes_other_blog", "vetoes")
    op.drop_table("vetoes")
    op.drop_column("feedback", "sentence")
    op.drop_column("blogs", "showing_declared")
    op.drop_column("blogs", "showing")
