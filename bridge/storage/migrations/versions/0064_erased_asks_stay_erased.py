"""which asks were erased: a backup that is put back has them still

Revision: 0064, after 0063
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "erased_asks",
        sa.Column("id", serial, primary_key=True),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("erased_asks")
