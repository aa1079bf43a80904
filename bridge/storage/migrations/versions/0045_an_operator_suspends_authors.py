"""an operator hides the card of one author, with a reason

Revision: 0045, after 0048
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suspended_authors",
        sa.Column("blog_id", sa.String(64), nullable=False),
        sa.Column("author_id", sa.String(191), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_suspended_authors_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "author_id", name=op.f("pk_suspended_authors")),
    )


def downgrade() -> None:
    op.drop_table("suspended_authors")
