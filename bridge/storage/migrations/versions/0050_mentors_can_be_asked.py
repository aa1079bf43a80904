"""a seeker asks a mentor, and both write to each other

Revision: 0050, after 0059
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0059"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENTS = ("reminded_at", "answered_at", "last_word_at", "until", "closed_at")
COUNTS = ("proposed", "unanswered_in_a_row", "cases", "within_day", "within_three_days", "within_week")


def _blog() -> sa.Column[str]:
    return sa.Column("blog_id", sa.String(64), sa.ForeignKey("blogs.id"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "asks",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        _blog(),
        sa.Column("author_id", sa.String(191), nullable=False),
        sa.Column("caller", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("in_writing", sa.Boolean(), nullable=False),
        sa.Column("texts", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.LargeBinary()) for name in ("reply", "agreement", "alternatives")),
        sa.Column("seat", sa.Integer()),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger()) for name in MOMENTS),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("reported_by", sa.String(6), server_default="", nullable=False),
        sa.Column("reported_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_hash"),
        sa.UniqueConstraint("blog_id", "author_id", "seat"),
    )
    op.create_index("ix_asks_mentor", "asks", ["blog_id", "author_id", "state"])
    op.create_index("ix_asks_due_at", "asks", ["due_at"])
    op.create_table(
        "ask_messages",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("ask_id", sa.BigInteger(), sa.ForeignKey("asks.id"), nullable=False),
        sa.Column("writer", sa.String(6), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ask_messages_ask_id", "ask_messages", ["ask_id", "id"])
    op.create_table(
        "ask_mentors",
        _blog(),
        sa.Column("author_id", sa.String(191), nullable=False),
        sa.Column("paused_until", sa.BigInteger()),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("blog_id", "author_id"),
    )
    op.create_table(
        "ask_blocks",
        _blog(),
        sa.Column("author_id", sa.String(191), nullable=False),
        sa.Column("caller", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("blog_id", "author_id", "caller"),
    )
    op.create_table(
        "ask_counts",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "state"),
    )


def downgrade() -> None:
    for table in ("ask_counts", "ask_blocks", "ask_mentors", "ask_messages", "asks"):
        op.drop_table(table)
