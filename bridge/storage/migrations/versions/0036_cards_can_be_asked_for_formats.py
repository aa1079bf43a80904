"""cards say how their author meets others, as kinds that a list can be narrowed down by

Stage and availability hold kinds, too, from the next time a card is made on: at night at the latest.

Revision: 0036, after 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cards", sa.Column("formats", sa.String(60), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("cards", "formats")
