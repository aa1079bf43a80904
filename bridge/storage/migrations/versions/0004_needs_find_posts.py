"""needs find posts

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "need_posts",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mentor_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_need_posts")),
    )
    op.create_index("ix_need_posts_mentor_id", "need_posts", ["mentor_id", "words"])
    op.create_table(
        "need_words",
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("head", sa.String(length=2), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("df", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("language", "head", "word", "term", name=op.f("pk_need_words")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        # Contentless: the tokens are made again from `need_posts` when a row goes. No positions: BM25 is ours.
        op.execute("CREATE VIRTUAL TABLE need_index USING fts5(tokens, content='', detail='none', tokenize='ascii')")
    else:
        op.create_table(
            "need_index",
            sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("tokens", TSVECTOR(), nullable=False),
            sa.PrimaryKeyConstraint("post_id", name=op.f("pk_need_index")),
        )
        op.create_index("ix_need_index_tokens", "need_index", ["tokens"], postgresql_using="gin")
    _bring_up_to_date()


def _bring_up_to_date() -> None:
    """A new epoch indexes the posts and words that are here already."""
    op.execute("UPDATE work SET due_at = 0 WHERE station = 'epoch' AND entity = 'bank'")
    op.execute(
        "INSERT INTO work (station, entity, due_at, marks) "
        "SELECT 'epoch', 'bank', 0, 1 WHERE EXISTS (SELECT 1 FROM epochs) "
        "AND NOT EXISTS (SELECT 1 FROM work WHERE station = 'epoch' AND entity = 'bank')"
    )


def downgrade() -> None:
    op.drop_table("need_index")
    op.drop_table("need_words")
    op.drop_index("ix_need_posts_mentor_id", table_name="need_posts")
    op.drop_table("need_posts")
