"""What is known of blogs, what they sent, and what they shall show: the tables."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from bridge.storage.core.tables import Serial, UtcDateTime, blog_column, metadata

blogs = Table(
    "blogs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("origin", String(16), nullable=False),  # "connected" | "imported"
    Column("state", String(16), nullable=False),  # model.BlogState
    Column("uuid", String(64), nullable=False, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),
    Column("language", String(35), nullable=False, server_default=""),
    Column("home_url", Text, nullable=False, server_default=""),
    Column("rest_url", Text, nullable=False, server_default=""),
    Column("xmlrpc_url", Text, nullable=False, server_default=""),
    Column("wordpress_version", String(32), nullable=False, server_default=""),
    Column("php_version", String(32), nullable=False, server_default=""),
    Column("plugin_version", String(32), nullable=False, server_default=""),
    Column("statistics", Boolean, nullable=False, server_default=text("false")),
    Column("showing", String(8), nullable=False, server_default="all"),  # model.ShowingMode
    Column("showing_declared", String(8), nullable=False, server_default=""),  # what the blog itself last said
    Column("username", Text, nullable=False, server_default=""),
    Column("application_password", LargeBinary),  # encrypted
    Column("transport", String(8)),  # model.Transport, None until probed
    # State of blog.updated, and the highest version that any event of the blog carried.
    Column("generation", BigInteger, nullable=False, server_default="0"),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("highest_generation", BigInteger, nullable=False, server_default="0"),
    Column("highest_revision", BigInteger, nullable=False, server_default="0"),
    Column("connected_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),  # last signed word of the blog
    Column("failing_since", UtcDateTime),  # first of an unbroken row of failed pushes
    Column("failure", Text),  # the last one, in plain words with its repair
    Column("confirmed", Boolean, nullable=False, server_default=text("false")),  # the operator knows whose it is
    Column("disconnected_at", UtcDateTime),
    Column("keys_asked_at", UtcDateTime),  # since when it shall fetch new keys
    Column("install", String(64), nullable=False, server_default=""),  # which installation is the blog; "": not said
    Column("installed_at", UtcDateTime),  # since when
    Column("second_at", UtcDateTime),  # when another one last spoke with its key
    Column("began_anew_at", UtcDateTime),  # since when it is asked for all of it again
    Column("further_homes", Text, nullable=False, server_default="[]"),  # JSON: addresses that it has proven, too
    # An address is what a handshake has proven. What an event said otherwise is a claim, which changes nothing.
    Column("claimed_url", Text, nullable=False, server_default=""),
    Column("contested_by", Text, nullable=False, server_default=""),  # the proven address of who claimed this one
    Column("contested_at", UtcDateTime),  # when it was last told of that: once a day at most
    Column("state_hash", BigInteger, nullable=False, server_default="0"),  # the blog's own, of what it sent
    Index("ix_blogs_home_url", "home_url"),
)

blog_keys = Table(
    "blog_keys",
    metadata,
    Column("id", Serial, primary_key=True),
    blog_column(),
    Column("direction", String(8), nullable=False),  # "inbound" (blog → bridge) | "outbound"
    Column("secret", LargeBinary, nullable=False),  # encrypted
    Column("created_at", UtcDateTime, nullable=False),
    Column("not_after", UtcDateTime),  # None: the current one
    Index("ix_blog_keys_blog_id", "blog_id", "direction"),
)

registration_codes = Table(
    "registration_codes",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("home_url", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("replaces", Boolean, nullable=False, server_default=text("false")),  # a blog that is there, unseen
)

blocked_addresses = Table(  # from which, and from below which, no blog connects
    "blocked_addresses",
    metadata,
    Column("address", Text, primary_key=True),  # mentors.own_addresses.readable_address
    Column("reason", Text, nullable=False),
    Column("blocked_at", UtcDateTime, nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    blog_column(primary_key=True),
    Column("webhook_id", String(64), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_used_ids_seen_at", "seen_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Serial, primary_key=True),
    blog_column(),
    Column("webhook_id", String(64), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),  # "waiting" | "absorbed" | "quarantined"
    Column("type", String(32)),  # known once absorbed
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary),  # the raw bytes; None once blanked or past retention
    Column("error", Text),  # why it sits in quarantine, or what was wrong with it so far
    Column("settled_at", UtcDateTime),
    Column("place", Integer, nullable=False, server_default="0"),  # of the event to go on with, from 1; 0: not begun
    Column("tries", Integer, nullable=False, server_default="0"),  # that ended in an error
    Column("crashes", Integer, nullable=False, server_default="0"),  # of the process, with the event at `place` in hand
    UniqueConstraint("blog_id", "webhook_id"),
    Index(  # in the order in which they are read
        "ix_deliveries_waiting",
        "blog_id",
        "tries",
        "size",
        "id",
        postgresql_where=text("state = 'waiting'"),
        sqlite_where=text("state = 'waiting'"),
    ),
    Index("ix_deliveries_settled", "state", "settled_at"),
)

delivery_objects = Table(  # which objects a delivery's payload holds, so that a removal can blank it
    "delivery_objects",
    metadata,
    blog_column(primary_key=True),
    Column("kind", String(9), primary_key=True),
    Column("remote_id", String(191), primary_key=True),
    Column("delivery_id", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("deliveries.id"), primary_key=True),
    Column("refused_because", Text),  # why it was not taken, where it was read to no avail
    # Without it each delivery that is deleted would be looked for in all rows, by the foreign key, too.
    Index("ix_delivery_objects_delivery_id", "delivery_id"),
    Index(
        "ix_delivery_objects_refused",
        "blog_id",
        postgresql_where=text("refused_because IS NOT NULL"),
        sqlite_where=text("refused_because IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

outbox = Table(  # the whole current state of each object on a blog, and what the blog holds
    "outbox",
    metadata,
    blog_column(primary_key=True),
    Column("kind", String(9), primary_key=True),  # "related", or of statistics "blog" | "post" | "commenter"
    Column("object", String(191), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),  # JSON as sent
    Column("digest", LargeBinary, nullable=False),
    Column("acknowledged", BigInteger, nullable=False, server_default="0"),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(
        "ix_pushes_open",
        "blog_id",
        "changed_at",
        postgresql_where=text("version > acknowledged"),
        sqlite_where=text("version > acknowledged"),
    ),
)
OPEN_PUSH: ColumnElement[bool] = literal_column("outbox.version > outbox.acknowledged")  # as the partial index has it

state_checks = Table(  # what both sides counted when they last compared what they hold
    "state_checks",
    metadata,
    blog_column(primary_key=True),
    Column("asked_at", UtcDateTime),  # since when the blog shall compare; None: it need not
    Column("compared_at", UtcDateTime),  # None: never yet
    Column("blog_count", Integer, nullable=False, server_default="0"),
    Column("bridge_count", Integer, nullable=False, server_default="0"),
    Column("differing", Integer, nullable=False, server_default="0"),  # ranges of ids
    Column("differed_at", UtcDateTime),  # when any last did
    Column("differed", Text, nullable=False, server_default="{}"),  # JSON: kind, as sent or shown → how many ranges
)

call_log = Table(  # every call out, for the log a blogger can read
    "call_log",
    metadata,
    Column("id", Serial, primary_key=True),
    blog_column(),
    Column("at", UtcDateTime, nullable=False),
    Column("act", String(16), nullable=False),  # "push" | "poke" | "check" | "rotate" | "probe" | "handshake"
    Column("transport", String(8)),
    Column("objects", Integer, nullable=False),
    Column("milliseconds", Integer),  # None: began and never ended
    Column("status", Integer),
    Column("error", Text),
    Column("sent", Text),  # JSON: kind → ids of what was handed over, or how many; None: nothing
    Column("answer", Text),  # JSON: how many of it the blog took, refused, and did not know
    Index("ix_attempts_blog_id", "blog_id", "at"),
    Index("ix_attempts_at", "at"),
)

withdrawal_receipts = Table(  # who may still show a blog that leaves
    "withdrawal_receipts",
    metadata,
    blog_column(primary_key=True),  # leaves
    Column("other_id", String(64), ForeignKey("blogs.id"), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("told", Boolean, nullable=False, server_default=text("false")),  # its lists are made without the leaver
    Index("ix_farewells_other_id", "other_id"),
)
