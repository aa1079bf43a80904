"""sums are kept in one row a figure

All of them are read with each comment: a few dozen rows instead of thousands. And whether a text was left on another
blog too is read from its index alone. The sums follow from the comments, so each
blog is counted anew as soon as the bridge runs; until then its figures of before are shown.

Revision: 0015, after 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index_texts("text_hash", "blog_id")
    _make_anew(sa.Column("bins", sa.Text(), nullable=False))


def downgrade() -> None:
    _index_texts("text_hash")
    _make_anew(
        sa.Column("bin", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        keys=("bin",),
    )


def _index_texts(*columns: str) -> None:
    op.drop_index("ix_comments_text_hash", "comments")
    op.create_index("ix_comments_text_hash", "comments", list(columns))


def _make_anew(*columns: sa.Column[object], keys: tuple[str, ...] = ()) -> None:
    op.drop_table("tally_sums")
    op.create_table(
        "tally_sums",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("span", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=24), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_tally_sums_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "span", "figure", *keys, name=op.f("pk_tally_sums")),
        sqlite_with_rowid=False,
    )
    op.execute("UPDATE tallies SET day = NULL")
    op.execute("UPDATE work SET due_at = 0 WHERE station = 'tally' AND due_at IS NOT NULL")
