"""a feed remembers which posts it has brought, so that it can name those that were taken back

Revision: 0060, after 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followed_feeds",
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("brought", sa.LargeBinary(), nullable=False),
        sa.Column("gone", sa.LargeBinary(), nullable=False),
        sa.Column("topic", sa.Text()),
        sa.Column("question", sa.Text()),
        sa.Column("published", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_followed_feeds")),
    )
    op.create_index(op.f("ix_followed_feeds_fetched_at"), "followed_feeds", ["fetched_at"])


def downgrade() -> None:
    op.drop_table("followed_feeds")
