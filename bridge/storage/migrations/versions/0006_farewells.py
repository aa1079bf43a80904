"""farewells

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "farewells",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("other_id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_farewells_blog_id_blogs")),
        sa.ForeignKeyConstraint(["other_id"], ["blogs.id"], name=op.f("fk_farewells_other_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "other_id", name=op.f("pk_farewells")),
    )
    op.create_index(op.f("ix_farewells_other_id"), "farewells", ["other_id"])


def downgrade() -> None:
    op.drop_table("farewells")
