"""a blog hears which of its objects were not taken, and why

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


def downgrade() -> None:
    op.drop_index("ix_delivery_objects_refused", "delivery_objects")
    op.drop_column("delivery_objects", "refused_because")
