"""what has been counted of an epoch is kept

Revision: 0044, after 0043
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "census_shards",
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.Column("authors", sa.LargeBinary(), nullable=False),
        sa.Column("statistics", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shard"),
    )


def downgrade() -> None:
    op.drop_table("census_shards")
