"""the dashboard: signing in, visits, verdicts on mentors, private feeds

Revision: 0005, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def blog(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    """The blog a row belongs to."""
    return (
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=f"fk_{table}_blog_id_blogs"),
    )


def visitor() -> tuple[sa.Column[str] | sa.Column[bool], ...]:
    """Who signs in."""
    return (
        sa.Column("user_id", sa.String(length=191), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("manages", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        *blog("sign_in_links"),
        *visitor(),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_links"),
    )
    op.create_table(
        "sessions",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        *blog("sessions"),
        *visitor(),
        sa.Column("blog_key_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("last_time", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_blog_id", "sessions", ["blog_id"])
    op.create_table(
        "hidings",
        *blog("hidings"),
        sa.Column("author_id", sa.String(length=191), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("blog_id", "author_id", name="pk_hidings"),
    )
    op.create_table(
        "tally_cohorts",
        *blog("tally_cohorts"),
        sa.Column("cohorts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("blog_id", name="pk_tally_cohorts"),
    )
    op.create_table(
        "visits",
        *blog("visits"),
        sa.Column("user_id", sa.String(length=191), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("blog_id", "user_id", name="pk_visits"),
    )
    op.create_table(
        "verdicts",
        *blog("verdicts"),
        sa.Column("author_id", sa.String(length=191), nullable=False),
        sa.Column("other_blog", sa.String(length=64), nullable=False),
        sa.Column("other_author", sa.String(length=191), nullable=False),
        sa.Column("verdict", sa.String(length=9), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("blog_id", "author_id", "other_blog", "other_author", name="pk_verdicts"),
    )
    op.create_table(
        "digests",
        *blog("digests"),
        sa.Column("user_id", sa.String(length=191), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("manages", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("blog_id", "user_id", name="pk_digests"),
        sa.UniqueConstraint("token_hash", name="uq_digests_token_hash"),
    )


def downgrade() -> None:
    for name in ("tally_cohorts", "hidings", "digests", "verdicts", "visits", "sessions", "sign_in_links"):
        op.drop_table(name)
