"""what authors offer and need is kept for pairings

Authors that are here are kept when they are next refreshed, at the latest in the night after the upgrade.

Revision: 0010, after 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "parties",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.String(length=191), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_parties_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "author_id", name=op.f("pk_parties")),
    )
    op.create_table(
        "party_skills",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.String(length=191), nullable=False),
        sa.Column("side", sa.String(length=5), nullable=False),
        sa.Column("skill", sa.String(length=191), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_party_skills_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "author_id", "side", "skill", name=op.f("pk_party_skills")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_party_skills_skill", "party_skills", ["side", "skill", "weight"])


def downgrade() -> None:
    op.drop_index("ix_party_skills_skill", "party_skills")
    op.drop_table("party_skills")
    op.drop_table("parties")
