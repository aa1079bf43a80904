"""which installation of a blog is connected, and whether another one speaks

Revision: 0021, after 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("blogs", sa.Column("install", sa.String(64), nullable=False, server_default=""))
    op.add_column("blogs", sa.Column("installed_at", sa.BigInteger(), nullable=True))
    op.add_column("blogs", sa.Column("second_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for name in ("second_at", "installed_at", "install"):
        op.drop_column("blogs", name)
