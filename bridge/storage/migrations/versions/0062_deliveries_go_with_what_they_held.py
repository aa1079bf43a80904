"""a delivery that is forgotten finds what it held by an index

Revision: 0062, after 0061
"""

from __future__ import annotations

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_delivery_objects_delivery_id", "delivery_objects", ["delivery_id"])


def downgrade() -> None:
    op.drop_index("ix_delivery_objects_delivery_id", "delivery_objects")
