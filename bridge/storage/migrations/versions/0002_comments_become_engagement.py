"""comments become engagement

Revision: 0002, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=True),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_tallies_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", name=op.f("pk_tallies")),
    )
    op.create_table(
        "tally_commenters",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("commenter", sa.String(length=64), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("regular_posts", sa.Integer(), nullable=False),
        sa.Column("silent_since", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_tally_commenters_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "commenter", name=op.f("pk_tally_commenters")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("tally_commenters", schema=None) as batch_op:
        batch_op.create_index("ix_tally_commenters_regular", ["blog_id", "regular_posts"], unique=False)
        batch_op.create_index("ix_tally_commenters_silent", ["blog_id", "silent_since"], unique=False)

    op.create_table(
        "tally_marks",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=191), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_tally_marks_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "kind", "name", name=op.f("pk_tally_marks")),
    )
    op.create_table(
        "tally_posts",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("post_id", sa.String(length=191), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.Column("exposed", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("likeness", sa.Integer(), nullable=True),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_tally_posts_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "post_id", name=op.f("pk_tally_posts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("tally_posts", schema=None) as batch_op:
        batch_op.create_index("ix_tally_posts_last", ["blog_id", "last_at"], unique=False)

    op.create_table(
        "tally_sums",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("span", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=24), nullable=False),
        sa.Column("bin", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_tally_sums_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "span", "figure", "bin", name=op.f("pk_tally_sums")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally_waiting",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("post_id", sa.String(length=191), nullable=False),
        sa.Column("comment_id", sa.String(length=191), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_tally_waiting_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "post_id", "comment_id", name=op.f("pk_tally_waiting")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("tally_waiting", schema=None) as batch_op:
        batch_op.create_index("ix_tally_waiting_rank", ["blog_id", "rank", "since", "comment_id"], unique=False)

    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("question", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("experience", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("links", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("praise", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("commercial", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("insightful", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("terms", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("received_at", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("deep", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("relevance", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("analysed_with", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("excluded", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("is_first", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("answered", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("replies", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index("ix_comments_commenter", ["blog_id", "commenter", "published_at"], unique=False)
        batch_op.create_index(
            "ix_comments_first",
            ["blog_id", "published_at"],
            unique=False,
            postgresql_where=sa.text("is_first"),
            sqlite_where=sa.text("is_first"),
        )
        batch_op.create_index("ix_comments_text_hash", ["text_hash"], unique=False)
        batch_op.create_index(
            "ix_comments_unread",
            ["blog_id"],
            unique=False,
            postgresql_where=sa.text("terms IS NOT NULL"),
            sqlite_where=sa.text("terms IS NOT NULL"),
        )

    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index("ix_posts_published", ["blog_id", "published_at"], unique=False)

    with op.batch_alter_table("pushes", schema=None) as batch_op:
        batch_op.alter_column(
            "kind", existing_type=sa.VARCHAR(length=8), type_=sa.String(length=9), existing_nullable=False
        )


def downgrade() -> None:
    with op.batch_alter_table("pushes", schema=None) as batch_op:
        batch_op.alter_column(
            "kind", existing_type=sa.String(length=9), type_=sa.VARCHAR(length=8), existing_nullable=False
        )

    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index("ix_posts_published")

    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_comments_unread",
            postgresql_where=sa.text("terms IS NOT NULL"),
            sqlite_where=sa.text("terms IS NOT NULL"),
        )
        batch_op.drop_index("ix_comments_text_hash")
        batch_op.drop_index("ix_comments_first", postgresql_where=sa.text("is_first"), sqlite_where=sa.text("is_first"))
        batch_op.drop_index("ix_comments_commenter")
        batch_op.drop_column("replies")
        batch_op.drop_column("answered")
        batch_op.drop_column("is_first")
        batch_op.drop_column("excluded")
        batch_op.drop_column("analysed_with")
        batch_op.drop_column("relevance")
        batch_op.drop_column("deep")
        batch_op.drop_column("received_at")
        batch_op.drop_column("terms")
        batch_op.drop_column("insightful")
        batch_op.drop_column("commercial")
        batch_op.drop_column("praise")
        batch_op.drop_column("links")
        batch_op.drop_column("experience")
        batch_op.drop_column("question")

    with op.batch_alter_table("tally_waiting", schema=None) as batch_op:
        batch_op.drop_index("ix_tally_waiting_rank")

    op.drop_table("tally_waiting")
    op.drop_table("tally_sums")
    with op.batch_alter_table("tally_posts", schema=None) as batch_op:
        batch_op.drop_index("ix_tally_posts_last")

    op.drop_table("tally_posts")
    op.drop_table("tally_marks")
    with op.batch_alter_table("tally_commenters", schema=None) as batch_op:
        batch_op.drop_index("ix_tally_commenters_silent")
        batch_op.drop_index("ix_tally_commenters_regular")

    op.drop_table("tally_commenters")
    op.drop_table("tallies")
