"""authors correct their cards: skills confirmed or refused, words struck or added

Which skills a card asks about is known when its author is next refreshed, at the latest in the night after the update.

Revision: 0029, after 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card_corrections",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.String(length=191), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("value", sa.String(length=191), nullable=False),
        sa.Column("verdict", sa.String(length=9), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_card_corrections_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "author_id", "kind", "value", name=op.f("pk_card_corrections")),
    )
    op.create_index("ix_card_corrections_value", "card_corrections", ["kind", "value"])
    op.add_column("epochs", sa.Column("disputed", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("epochs", "disputed")
    op.drop_index("ix_card_corrections_value", "card_corrections")
    op.drop_table("card_corrections")
    op.execute(sa.text("DELETE FROM pairing_skills WHERE side = 'read'"))
