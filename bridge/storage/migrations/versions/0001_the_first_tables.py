"""the first tables

Revision: 0001, after None
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blogs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("uuid", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=35), server_default="", nullable=False),
        sa.Column("home_url", sa.Text(), server_default="", nullable=False),
        sa.Column("rest_url", sa.Text(), server_default="", nullable=False),
        sa.Column("xmlrpc_url", sa.Text(), server_default="", nullable=False),
        sa.Column("wordpress_version", sa.String(length=32), server_default="", nullable=False),
        sa.Column("php_version", sa.String(length=32), server_default="", nullable=False),
        sa.Column("plugin_version", sa.String(length=32), server_default="", nullable=False),
        sa.Column("statistics", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("username", sa.Text(), server_default="", nullable=False),
        sa.Column("application_password", sa.LargeBinary(), nullable=True),
        sa.Column("transport", sa.String(length=8), nullable=True),
        sa.Column("generation", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("highest_generation", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("highest_revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("connected_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("disconnected_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blogs")),
    )
    op.create_index("ix_blogs_home_url", "blogs", ["home_url"], unique=False)

    op.create_table(
        "epochs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("landmark", sa.BigInteger(), nullable=False),
        sa.Column("stemmer", sa.String(length=32), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("authors", sa.Integer(), nullable=False),
        sa.Column("sizes", sa.Text(), nullable=False),
        sa.Column("median_sd", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epochs")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notes",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_notes")),
    )
    op.create_table(
        "post_postings",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("weight", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "weight", "post_id", name=op.f("pk_post_postings")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_post_postings_post_id", "post_postings", ["post_id"], unique=False)

    op.create_table(
        "postings",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("weight", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mentor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "weight", "mentor_id", name=op.f("pk_postings")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_postings_mentor_id", "postings", ["mentor_id"], unique=False)

    op.create_table(
        "registration_codes",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("home_url", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_registration_codes")),
    )
    op.create_table(
        "related",
        sa.Column("mentor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("epoch_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mentor_id", "other_id", name=op.f("pk_related")),
    )
    op.create_index("ix_related_other_id", "related", ["other_id"], unique=False)

    op.create_table(
        "work",
        sa.Column("station", sa.String(length=8), nullable=False),
        sa.Column("entity", sa.String(length=260), nullable=False),
        sa.Column("blog_id", sa.String(length=64), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("rested_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("marks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waits_for_blog", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("station", "entity", name=op.f("pk_work")),
    )
    op.create_index("ix_work_blog_id", "work", ["blog_id"], unique=False)
    op.create_index("ix_work_due", "work", ["station", "due_at"], unique=False)

    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("transport", sa.String(length=8), nullable=True),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_attempts_blog_id_blogs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index("ix_attempts_at", "attempts", ["at"], unique=False)
    op.create_index("ix_attempts_blog_id", "attempts", ["blog_id", "at"], unique=False)

    op.create_table(
        "authors",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("remote_id", sa.String(length=191), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("takes_part", sa.Boolean(), nullable=False),
        sa.Column("consented_at", sa.BigInteger(), nullable=True),
        sa.Column("consent_door", sa.String(length=16), nullable=False),
        sa.Column("consent_text", sa.Text(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_authors_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "remote_id", name=op.f("pk_authors")),
    )
    op.create_table(
        "blog_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_blog_keys_blog_id_blogs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blog_keys")),
    )
    op.create_index("ix_blog_keys_blog_id", "blog_keys", ["blog_id", "direction"], unique=False)

    op.create_table(
        "comments",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("remote_id", sa.String(length=191), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.String(length=191), nullable=False),
        sa.Column("parent_id", sa.String(length=191), nullable=False),
        sa.Column("commenter", sa.String(length=64), nullable=False),
        sa.Column("commenter_basis", sa.String(length=9), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=191), nullable=False),
        sa.Column("is_staff", sa.Boolean(), nullable=False),
        sa.Column("by_post_author", sa.Boolean(), nullable=False),
        sa.Column("comment_type", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("historical", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_comments_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "remote_id", name=op.f("pk_comments")),
    )
    op.create_index("ix_comments_post", "comments", ["blog_id", "post_id"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("webhook_id", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_deliveries_blog_id_blogs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("blog_id", "webhook_id", name=op.f("uq_deliveries_blog_id_webhook_id")),
    )
    op.create_index("ix_deliveries_settled", "deliveries", ["state", "settled_at"], unique=False)
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["blog_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "epoch_references",
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.String(length=191), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["epoch_id"], ["epochs.id"], name=op.f("fk_epoch_references_epoch_id_epochs")),
        sa.PrimaryKeyConstraint("epoch_id", "post_id", name=op.f("pk_epoch_references")),
    )
    op.create_table(
        "epoch_terms",
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("df", sa.Integer(), nullable=False),
        sa.Column("adf", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["epoch_id"], ["epochs.id"], name=op.f("fk_epoch_terms_epoch_id_epochs")),
        sa.PrimaryKeyConstraint("epoch_id", "language", "term", name=op.f("pk_epoch_terms")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mentors",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.String(length=191), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("epoch_id", sa.BigInteger(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("last_post_at", sa.BigInteger(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("profile", sa.LargeBinary(), nullable=False),
        sa.Column("hubness", sa.BigInteger(), nullable=False),
        sa.Column("mean", sa.BigInteger(), nullable=False),
        sa.Column("deviation", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_mentors_blog_id_blogs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentors")),
        sa.UniqueConstraint("blog_id", "author_id", "language", name=op.f("uq_mentors_blog_id_author_id_language")),
    )
    op.create_table(
        "post_related",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mentor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("epoch_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_post_related_blog_id_blogs")),
        sa.PrimaryKeyConstraint("post_id", "mentor_id", name=op.f("pk_post_related")),
    )
    op.create_index("ix_post_related_blog_id", "post_related", ["blog_id"], unique=False)
    op.create_index("ix_post_related_mentor_id", "post_related", ["mentor_id"], unique=False)

    op.create_table(
        "posts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("remote_id", sa.String(length=191), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.String(length=191), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("said_language", sa.String(length=35), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.Column("listed_as", sa.String(length=80), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_posts_blog_id_blogs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("blog_id", "remote_id", name=op.f("uq_posts_blog_id_remote_id")),
    )
    op.create_index("ix_posts_author", "posts", ["blog_id", "author_id", "published_at"], unique=False)

    op.create_table(
        "pushes",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("object", sa.String(length=191), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("acknowledged", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_pushes_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "kind", "object", name=op.f("pk_pushes")),
    )
    op.create_index(
        "ix_pushes_open",
        "pushes",
        ["blog_id", "changed_at"],
        unique=False,
        postgresql_where=sa.text("version > acknowledged"),
        sqlite_where=sa.text("version > acknowledged"),
    )

    op.create_table(
        "tombstones",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("remote_id", sa.String(length=191), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_tombstones_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "kind", "remote_id", name=op.f("pk_tombstones")),
    )
    op.create_table(
        "used_ids",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("webhook_id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_used_ids_blog_id_blogs")),
        sa.PrimaryKeyConstraint("blog_id", "webhook_id", name=op.f("pk_used_ids")),
    )
    op.create_index("ix_used_ids_seen_at", "used_ids", ["seen_at"], unique=False)

    op.create_table(
        "delivery_objects",
        sa.Column("blog_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("remote_id", sa.String(length=191), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["blog_id"], ["blogs.id"], name=op.f("fk_delivery_objects_blog_id_blogs")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_objects_delivery_id_deliveries")
        ),
        sa.PrimaryKeyConstraint("blog_id", "kind", "remote_id", "delivery_id", name=op.f("pk_delivery_objects")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("delivery_objects")

    op.drop_table("used_ids")
    op.drop_table("tombstones")

    op.drop_table("pushes")

    op.drop_table("posts")

    op.drop_table("post_related")
    op.drop_table("mentors")
    op.drop_table("epoch_terms")
    op.drop_table("epoch_references")

    op.drop_table("deliveries")

    op.drop_table("comments")

    op.drop_table("blog_keys")
    op.drop_table("authors")

    op.drop_table("attempts")

    op.drop_table("work")

    op.drop_table("related")
    op.drop_table("registration_codes")

    op.drop_table("postings")

    op.drop_table("post_postings")
    op.drop_table("notes")
    op.drop_table("epochs")

    op.drop_table("blogs")
