"""cards know how soon their author answers, as a filter of the bank

Authors that are here are counted when they are next refreshed, at the latest in the night after the upgrade.

Revision: 0012, after 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cards", sa.Column("reply_minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("cards", "reply_minutes")
