"""mentors cross languages

Revision: 0017, after 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mentors", sa.Column("crossing", sa.LargeBinary()))


def downgrade() -> None:
    with op.batch_alter_table("mentors") as batch_op:
        batch_op.drop_column("crossing")
