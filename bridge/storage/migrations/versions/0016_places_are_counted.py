"""how often each mentor is shown is counted, and a place kept for who seldom is

Revision: 0016, after 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exposures",
        sa.Column("mentor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("nights", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mentor_id", "month", name=op.f("pk_exposures")),
    )
    op.add_column("mentors", sa.Column("seldom", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("related", sa.Column("discovery", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    op.drop_column("related", "discovery")
    op.drop_column("mentors", "seldom")
    op.drop_table("exposures")
