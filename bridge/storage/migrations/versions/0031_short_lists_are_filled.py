"""a list that would be short is filled up, and each place says whether it only fills

Revision: 0031, after 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("related", "post_related"):
        op.add_column(table, sa.Column("nearest", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    for table in ("post_related", "related"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE nearest"))  # noqa: S608 - our own names; nobody else knows them
        op.drop_column(table, "nearest")
