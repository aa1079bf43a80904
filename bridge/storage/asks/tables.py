"""Asks, what both write, and what is counted of it: the tables. Whatever somebody wrote is encrypted."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from bridge.storage.core.tables import Serial, UtcDateTime, blog_column, metadata

asks = Table(  # one row for each ask; gone thirty days after it closed
    "asks",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key_hash", LargeBinary, nullable=False, unique=True),  # of what is in the seeker's secret address
    blog_column(),
    Column("author_id", String(191), nullable=False),  # of the mentor
    Column("caller", LargeBinary, nullable=False),  # where the seeker wrote from, by a key of its own for each mentor
    Column("state", String(10), nullable=False),  # asks.states.AskState
    Column("language", String(8), nullable=False),
    Column("in_writing", Boolean, nullable=False),  # and in no other way
    Column("texts", LargeBinary, nullable=False),  # encrypted, as all that follows of this type
    Column("reply", LargeBinary),  # of the mentor: a reason, their own words, a contact
    Column("agreement", LargeBinary),
    Column("alternatives", LargeBinary),  # whom the bank proposes instead; None: nobody was looked for
    Column("seat", Integer),  # of an accepted ask: which of the mentor's places it takes
    Column("asked_at", UtcDateTime, nullable=False),
    Column("reminded_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("last_word_at", UtcDateTime),
    Column("until", UtcDateTime),  # when the agreement ends
    Column("closed_at", UtcDateTime),
    Column("due_at", UtcDateTime, nullable=False),  # when time alone does the next step
    Column("reported_by", String(6), nullable=False, server_default=""),  # "seeker" | "mentor"
    Column("reported_at", UtcDateTime),
    # Two that are accepted at the same moment cannot take the same place.
    UniqueConstraint("blog_id", "author_id", "seat"),
    Index("ix_asks_mentor", "blog_id", "author_id", "state"),
    Index("ix_asks_due_at", "due_at"),
)

ask_messages = Table(  # what both write to each other after a yes
    "ask_messages",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("ask_id", BigInteger, ForeignKey("asks.id"), nullable=False),
    Column("writer", String(6), nullable=False),  # "seeker" | "mentor"
    Column("at", UtcDateTime, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Index("ix_ask_messages_ask_id", "ask_id", "id"),
)

ask_mails = Table(  # where a seeker wants to be written to when there is news of their ask
    "ask_mails",
    metadata,
    Column("ask_id", BigInteger, ForeignKey("asks.id"), primary_key=True, autoincrement=False),
    Column("key_hash", LargeBinary, nullable=False, unique=True),  # of what is in the address that confirms and stops
    Column("sealed", LargeBinary, nullable=False),  # encrypted: the address, that secret, and the one of the ask
    Column("confirmed_at", UtcDateTime),  # None: nothing but the question whether it is theirs is sent
    Column("news", String(8), nullable=False),  # ask_mails.News; "": nothing to tell
    Column("number", Integer, nullable=False),  # of the news: what came while others were sent stays to be told
    Column("attempts", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("due_at", UtcDateTime),  # when the next mail is sent or tried again, or what nobody confirmed is deleted
    Index("ix_ask_mails_due_at", "due_at"),
)

ask_mentors = Table(  # what is counted of each mentor who was asked or proposed
    "ask_mentors",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("paused_until", UtcDateTime),
    Column("proposed", Integer, nullable=False, server_default="0"),  # how often to somebody whom another did not help
    Column("unanswered_in_a_row", Integer, nullable=False, server_default="0"),
    Column("cases", Integer, nullable=False, server_default="0"),
    Column("within_day", Integer, nullable=False, server_default="0"),
    Column("within_three_days", Integer, nullable=False, server_default="0"),
    Column("within_week", Integer, nullable=False, server_default="0"),
)

ask_blocks = Table(  # from where a mentor takes no more asks
    "ask_blocks",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("caller", LargeBinary, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

erased_asks = Table(  # so that none of them comes back with a backup; of an ask itself nothing is left
    "erased_asks",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key_hash", LargeBinary, nullable=False),  # as in `asks`
    Column("erased_at", UtcDateTime, nullable=False),
)

ask_counts = Table(  # what stays of asks that were erased
    "ask_counts",
    metadata,
    Column("month", String(7), primary_key=True),  # in which they were made: "2026-05"
    Column("state", String(10), primary_key=True),  # how they closed
    Column("number", Integer, nullable=False),
)
