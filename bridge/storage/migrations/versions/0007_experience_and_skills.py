"""experience and skills are read from posts

Posts that are here are read in the night after the upgrade, or when their author is refreshed.

Revision: 0007, after 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facets",
        sa.Column("mentor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("telling", sa.Integer(), nullable=False),
        sa.Column("personal", sa.Integer(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=True),
        sa.Column("personal_percentile", sa.Integer(), nullable=True),
        sa.Column("depth_percentile", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("mentor_id", name=op.f("pk_facets")),
    )
    op.create_index("ix_facets_personal", "facets", ["language", "personal"])
    op.create_index("ix_facets_depth", "facets", ["language", "depth"])
    op.create_table(
        "skills",
        sa.Column("id", sa.String(length=191), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lived", sa.Text(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("disclosure", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("read_with", sa.String(length=24), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_column("read_with")
        batch_op.drop_column("disclosure")
        batch_op.drop_column("lived")
    op.drop_table("skills")
    op.drop_index("ix_facets_depth", "facets")
    op.drop_index("ix_facets_personal", "facets")
    op.drop_table("facets")
