"""it is known of each author when the night last came to them

Revision: 0043, after 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("authors", sa.Column("visited_at", sa.BigInteger()))
    op.add_column("authors", sa.Column("changed_at", sa.BigInteger()))


def downgrade() -> None:
    op.drop_column("authors", "changed_at")
    op.drop_column("authors", "visited_at")
