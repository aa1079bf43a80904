"""a blog can be asked to fetch new keys

Revision: 0013, after 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("blogs", sa.Column("keys_asked_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("blogs", "keys_asked_at")
