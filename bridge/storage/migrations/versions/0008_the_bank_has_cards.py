"""the bank has cards

Revision: 0008, after 0007
"""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("slug", sa.String(140), nullable=False),
        sa.Column("blog_id", sa.String(64), nullable=False),
        sa.Column("author_id", sa.String(191), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("last_post_at", sa.BigInteger(), nullable=False),
        sa.Column("languages", sa.String(191), nullable=False),
        sa.Column("themes", sa.Text(), nullable=False),
        sa.Column("region", sa.String(120), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("availability", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name="fk_cards_blog_id_blogs"),
        sa.PrimaryKeyConstraint("slug", name="pk_cards"),
        sa.UniqueConstraint("blog_id", "author_id", name="uq_cards_blog_id_author_id"),
    )
    op.create_index("ix_cards_last", "cards", ["last_post_at", "slug"])
    op.create_table(
        "gone_cards",
        sa.Column("slug_hash", sa.LargeBinary(), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("slug_hash", name="pk_gone_cards"),
    )
    # Mentors who are there already get their cards from a refresh.
    op.execute(
        sa.text(
            "UPDATE work SET due_at = :now WHERE station = 'refresh' AND due_at IS NULL AND entity IN "
            "(SELECT blog_id || '/' || author_id FROM mentors WHERE listed)"
        ).bindparams(now=int(time.time() * 1_000_000))
    )


def downgrade() -> None:
    op.drop_table("gone_cards")
    op.drop_table("cards")
