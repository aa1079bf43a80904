"""a seeker may leave an address to which news of their ask are mailed

Revision: 0061, after 0060
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ask_mails",
        sa.Column("ask_id", sa.BigInteger(), sa.ForeignKey("asks.id"), nullable=False, autoincrement=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger()),
        sa.Column("news", sa.String(8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("due_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("ask_id"),
        sa.UniqueConstraint("key_hash"),
    )
    op.create_index("ix_ask_mails_due_at", "ask_mails", ["due_at"])


def downgrade() -> None:
    op.drop_table("ask_mails")
