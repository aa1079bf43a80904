"""tables have the words of the field

Only names change: what is due are jobs, what blogs shall show is an outbox, what was taken off them a withdrawal.
Indexes keep the names that they were made with.

Revision: 0027, after 0026
"""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = {
    "work": "jobs",
    "notes": "counters",
    "used_ids": "idempotency_keys",
    "pushes": "outbox",
    "attempts": "call_log",
    "farewells": "withdrawal_receipts",
    "post_prints": "post_shingles",
    "tally_marks": "dirty_statistics",
    "tally_posts": "post_contributions",
    "tally_commenters": "commenter_contributions",
    "tally_waiting": "waiting_comments",
    "tally_sums": "totals",
    "tallies": "statistics",
    "tally_cohorts": "cohorts",
    "exposures": "impressions",
    "parties": "pairing_sides",
    "party_skills": "pairing_skills",
    "holds": "profile_holds",
    "verdicts": "feedback",
    "hidings": "hidden_authors",
    "digests": "private_feeds",
}
COUNTED_CHANGES = ("jobs", "dirty_statistics")  # in whose rows `marks` counted how often they were marked


def upgrade() -> None:
    for old, new in TABLES.items():
        op.rename_table(old, new)
    for table in COUNTED_CHANGES:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN marks TO generation")


def downgrade() -> None:
    for table in COUNTED_CHANGES:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN generation TO marks")
    for old, new in TABLES.items():
        op.rename_table(new, old)
