"""words are learned from posts that are linked as translations

A post remembers which posts of its blog say the same in other languages; an epoch, which words translate each other.
Posts of before name none until their blog tells them anew.

Revision: 0019, after 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("translations", sa.Text(), nullable=True))
    some = sa.text("translations IS NOT NULL")
    op.create_index("ix_posts_translated", "posts", ["id"], postgresql_where=some, sqlite_where=some)
    op.create_table(
        "epoch_pairs",
        sa.Column(
            "epoch_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("epochs.id"),
            primary_key=True,
        ),
        sa.Column("language", sa.String(8), primary_key=True),
        sa.Column("term", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("other_language", sa.String(8), primary_key=True),
        sa.Column("other", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("likeness", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("epoch_pairs")
    op.drop_index("ix_posts_translated", "posts")
    with op.batch_alter_table("posts") as batch_op:
        batch_op.drop_column("translations")
