"""jobs stand in the order in which they are claimed

Revision: 0040, after 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0037"
branch_labels = None
depends_on = None

_WAITS = sa.text("due_at IS NOT NULL AND lease_until IS NULL")
_LEASED = sa.text("lease_until IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_jobs_queue",
        "jobs",
        ["station", "unfinished", sa.text("(crashes >= 2)"), sa.text("(attempts > 3)"), "due_at", "entity"],
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )
    op.create_index("ix_jobs_leased", "jobs", ["lease_until"], sqlite_where=_LEASED, postgresql_where=_LEASED)
    op.create_index(
        "ix_jobs_unfinished",
        "jobs",
        ["station", "entity"],
        sqlite_where=sa.text("unfinished IS 1"),
        postgresql_where=sa.text("unfinished IS true"),
    )
    op.drop_index("ix_work_due", "jobs")


def downgrade() -> None:
    op.create_index("ix_work_due", "jobs", ["station", "due_at"])
    op.drop_index("ix_jobs_unfinished", "jobs")
    op.drop_index("ix_jobs_leased", "jobs")
    op.drop_index("ix_jobs_queue", "jobs")
