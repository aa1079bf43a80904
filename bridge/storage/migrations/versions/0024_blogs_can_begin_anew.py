"""since when a blog is asked for all of it again, after a backup was put back

Revision: 0024, after 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("blogs", sa.Column("began_anew_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("blogs", "began_anew_at")
