"""work is done in turns, and what ends the process or cannot be read is counted

What waits in the inbox begins with what is small: a word of today goes before an archive of years.

Revision: 0025, after 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    for name in ("place", "tries", "crashes"):
        op.add_column("deliveries", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("work", sa.Column("crashes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("work", sa.Column("unfinished", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    _waiting_by("blog_id", "tries", "size", "id")


def downgrade() -> None:
    _waiting_by("blog_id", "id")
    for table, name in (
        ("work", "unfinished"),
        ("work", "crashes"),
        ("deliveries", "crashes"),
        ("deliveries", "tries"),
        ("deliveries", "place"),
    ):
        op.drop_column(table, name)


def _waiting_by(*columns: str) -> None:
    op.drop_index("ix_deliveries_waiting", "deliveries")
    op.create_index(
        "ix_deliveries_waiting", "deliveries", list(columns), postgresql_where=WAITING, sqlite_where=WAITING
    )
