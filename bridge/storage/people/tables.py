"""Who is signed in, and private feeds: the tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, String, Table, Text, UniqueConstraint

from bridge.storage.core.tables import UtcDateTime, blog_column, metadata

sign_in_links = Table(  # one-time addresses, as the hash of what is in them
    "sign_in_links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    blog_column(),
    Column("user_id", String(191), nullable=False),  # of WordPress; an author's remote id
    Column("role", String(64), nullable=False),
    Column("manages", Boolean, nullable=False),  # may manage the blog's options
    Column("name", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

sessions = Table(  # who is signed in at the dashboard
    "sessions",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    blog_column(index=True),
    Column("user_id", String(191), nullable=False),
    Column("role", String(64), nullable=False),
    Column("manages", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("blog_key_id", BigInteger, nullable=False),  # the blog's key at sign-in; 0: none
    Column("since", UtcDateTime, nullable=False),
    Column("last_time", UtcDateTime),  # of the visit before this one
    Column("expires_at", UtcDateTime, nullable=False),
)

visits = Table(  # when somebody was last here, so that the next visit can say what is new
    "visits",
    metadata,
    blog_column(primary_key=True),
    Column("user_id", String(191), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

private_feeds = Table(  # private feeds: the address is the key
    "private_feeds",
    metadata,
    blog_column(primary_key=True),
    Column("user_id", String(191), primary_key=True),
    Column("token_hash", LargeBinary, nullable=False),
    Column("token", LargeBinary, nullable=False),  # encrypted, to be shown again
    Column("manages", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("token_hash", name="uq_digests_token_hash"),
)
