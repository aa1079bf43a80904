"""Comments and what is counted of them: the tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from bridge.storage.core.tables import UtcDateTime, blog_column, metadata

comments = Table(
    "comments",
    metadata,
    blog_column(primary_key=True),
    Column("remote_id", String(191), primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("post_id", String(191), nullable=False),  # remote id
    Column("parent_id", String(191), nullable=False),
    Column("commenter", String(64), nullable=False),
    Column("commenter_basis", String(9), nullable=False),
    Column("author_name", Text, nullable=False),
    Column("author_id", String(191), nullable=False),
    Column("is_staff", Boolean, nullable=False),
    Column("by_post_author", Boolean, nullable=False),
    Column("comment_type", String(20), nullable=False),
    Column("words", Integer, nullable=False),  # the text itself is not kept
    Column("text_hash", LargeBinary, nullable=False),
    Column("language", String(8), nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("historical", Boolean, nullable=False),
    # What was read from the text, once (text.comment_traits.CommentTraits).
    Column("question", Boolean, nullable=False, server_default=text("false")),
    Column("experience", Boolean, nullable=False, server_default=text("false")),
    Column("links", Integer, nullable=False, server_default="0"),
    Column("praise", Boolean, nullable=False, server_default=text("false")),
    Column("commercial", Boolean, nullable=False, server_default=text("false")),
    Column("insightful", Boolean, nullable=False, server_default=text("false")),  # marked on the blog
    # Beside its post, fixed when both were here: by which state of the post and which epoch.
    Column("terms", LargeBinary),  # text.terms.TermCounts until analysed, then None
    Column("received_at", UtcDateTime, nullable=False, server_default="0"),
    Column("deep", Boolean, nullable=False, server_default=text("false")),
    Column("relevance", Integer),  # cosine in thousandths
    Column("analysed_with", String(80), nullable=False, server_default=""),
    # Follows from the commenter's other comments (engagement.commenters.classify_commenter).
    Column("excluded", String(80), nullable=False, server_default=""),
    Column("is_first", Boolean, nullable=False, server_default=text("false")),
    # Follows from its thread (engagement.posts.reactions).
    Column("answered", Boolean, nullable=False, server_default=text("false")),
    Column("replies", Integer, nullable=False, server_default="0"),
    Column("state_hash", BigInteger, nullable=False, server_default="0"),  # the blog's own, of what it sent
    Index("ix_comments_post", "blog_id", "post_id", "published_at"),
    Index("ix_comments_commenter", "blog_id", "commenter", "published_at"),
    Index("ix_comments_text_hash", "text_hash", "blog_id"),
    Index(
        "ix_comments_unread",
        "blog_id",
        postgresql_where=text("terms IS NOT NULL"),
        sqlite_where=text("terms IS NOT NULL"),
    ),
    Index(
        "ix_comments_first",
        "blog_id",
        "published_at",
        postgresql_where=text("is_first"),
        sqlite_where=text("is_first"),
    ),
)

dirty_statistics = Table(  # what changed since the last tally; `generation` tells whether it changed again meanwhile
    "dirty_statistics",
    metadata,
    blog_column(primary_key=True),
    Column("kind", String(9), primary_key=True),  # "post" | "commenter"
    Column("name", String(191), primary_key=True),
    Column("generation", Integer, nullable=False),
)

post_contributions = Table(  # what each post with comments adds to its blog's figures, and its own
    "post_contributions",
    metadata,
    blog_column(primary_key=True),
    Column("post_id", String(191), primary_key=True),  # remote id
    Column("tally", Text, nullable=False),  # JSON: [now, before]
    Column("exposed", Integer, nullable=False),  # comments within 14 days of publication
    Column("figures", Text, nullable=False),  # JSON
    Column("likeness", Integer),
    Column("last_at", UtcDateTime),
    Index("ix_tally_posts_last", "blog_id", "last_at"),
    sqlite_with_rowid=False,
)

commenter_contributions = Table(
    "commenter_contributions",
    metadata,
    blog_column(primary_key=True),
    Column("commenter", String(64), primary_key=True),
    Column("tally", Text, nullable=False),  # JSON: [now, before]
    Column("figures", Text),  # JSON, None without a comment in the window
    Column("posts", Integer, nullable=False),  # distinct ones ever commented on
    Column("regular_posts", Integer, nullable=False),  # distinct posts of a regular in the window, else 0
    Column("silent_since", UtcDateTime),  # the last comment of somebody who was on three posts
    Index("ix_tally_commenters_regular", "blog_id", "regular_posts"),
    Index("ix_tally_commenters_silent", "blog_id", "silent_since"),
    sqlite_with_rowid=False,
)

waiting_comments = Table(  # comments that wait for an answer, in the order to read them
    "waiting_comments",
    metadata,
    blog_column(primary_key=True),
    Column("post_id", String(191), primary_key=True),
    Column("comment_id", String(191), primary_key=True),
    Column("rank", Integer, nullable=False),  # 0 a newcomer's question of substance … 7
    Column("since", UtcDateTime, nullable=False),
    Column("data", Text, nullable=False),  # JSON
    Index("ix_tally_waiting_rank", "blog_id", "rank", "since", "comment_id"),
    sqlite_with_rowid=False,
)

totals = Table(  # whole numbers that all figures of a blog are made from
    "totals",
    metadata,
    blog_column(primary_key=True),
    Column("span", Integer, primary_key=True),  # 0 this window, 1 the one before
    Column("figure", String(24), primary_key=True),
    Column("bins", Text, nullable=False),  # JSON: [bins, how many in each]
    sqlite_with_rowid=False,
)

statistics = Table(  # a blog's figures, as of when
    "statistics",
    metadata,
    Column("blog_id", String(64), ForeignKey("blogs.id"), primary_key=True),
    Column("day", UtcDateTime),  # whose windows the sums are of; None while they are being made anew
    Column("languages", Text, nullable=False),  # JSON: those that are not foreign to it
    Column("telling", Text, nullable=False, server_default="{}"),  # JSON: language → least score of a telling post
    Column("as_of", UtcDateTime, nullable=False),
    Column("figures", Text, nullable=False),  # JSON
)

cohorts = Table(  # who stayed, by the month of their first comment; made anew with each day's windows
    "cohorts",
    metadata,
    blog_column(primary_key=True),
    Column("cohorts", Text, nullable=False),  # JSON: engagement.commenters.monthly_cohorts
)
