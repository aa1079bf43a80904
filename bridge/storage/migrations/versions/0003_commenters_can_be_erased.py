"""commenters can be erased: their kind has nine letters

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAMED = ("delivery_objects", "tombstones")


def upgrade() -> None:
    _widen(8, 9)


def downgrade() -> None:
    for table in NAMED:
        named = sa.table(table, sa.column("kind"))
        op.execute(sa.delete(named).where(named.c.kind == "commenter"))
    _widen(9, 8)


def _widen(before: int, after: int) -> None:
    for table in NAMED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                "kind",
                existing_type=sa.String(length=before),
                type_=sa.String(length=after),
                existing_nullable=False,
            )
