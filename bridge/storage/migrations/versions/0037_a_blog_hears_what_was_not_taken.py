"""a blog hears which of its objects were not taken, and why; from blocked addresses no blog connects

Revision: 0037, after 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery_objects", sa.Column("refused_because", sa.Text()))
    refused = sa.text("refused_because IS NOT NULL")
    op.create_index(
        "ix_delivery_objects_refused", "delivery_objects", ["blog_id"], postgresql_where=refused, sqlite_where=refused
    )
    op.create_table(
        "blocked_addresses",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("blocked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_blocked_addresses")),
    )


def downgrade() -> None:
    op.drop_table("blocked_addresses")
    op.drop_index("ix_delivery_objects_refused", "delivery_objects")
    op.drop_column("delivery_objects", "refused_because")
