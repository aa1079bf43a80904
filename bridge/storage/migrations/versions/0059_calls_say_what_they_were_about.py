"""a call to a blog says what it was about, and what the blog answered

Revision: 0059, after 0045
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call_log", sa.Column("sent", sa.Text()))
    op.add_column("call_log", sa.Column("answer", sa.Text()))


def downgrade() -> None:
    op.drop_column("call_log", "answer")
    op.drop_column("call_log", "sent")
