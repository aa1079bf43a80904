"""profiles that turn suddenly are held

Revision: 0011, after 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.String(length=191), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("held_at", sa.BigInteger(), nullable=True),
        sa.Column("noticed_at", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_holds_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "author_id", "language", name=op.f("pk_holds")),
    )


def downgrade() -> None:
    op.drop_table("holds")
