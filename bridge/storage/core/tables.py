"""All tables. One row per noun; ids of our own are hashes of names, so no order of arrival shows in them.

Remote ids (WordPress's) are text: an imported blog may have slugs where WordPress has numbers.
Work is a table too (``work``): what is due is written in the transaction that made it due.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY, LAST_DAY = (
    round((datetime(year, 1, 1, tzinfo=UTC) - EPOCH).total_seconds()) * 1_000_000 for year in (2, 9998)
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time as integer microseconds since 1970: the same on every database, exact, sortable."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        delta = value - EPOCH
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # What no calendar has (a row that was written by hand) is its first or last day, with room for arithmetic.
        return EPOCH + timedelta(microseconds=min(max(int(value), FIRST_DAY), LAST_DAY))


# An autoincrement key that is BIGINT on PostgreSQL and the rowid on SQLite.
Serial = BigInteger().with_variant(Integer, "sqlite")


def blog_column(*, primary_key: bool = False, index: bool | None = None) -> Column[str]:
    """A reference to the blog a row belongs to."""
    return Column("blog_id", String(64), ForeignKey("blogs.id"), nullable=False, primary_key=primary_key, index=index)


jobs = Table(
    "jobs",
    metadata,
    Column("station", String(8), primary_key=True),  # operations.stations.Station
    Column("entity", String(260), primary_key=True),  # blog id, author key, or "bank"
    Column("blog_id", String(64)),  # of whom it waits; None for the bank's own
    Column("due_at", UtcDateTime),  # None: nothing to do
    Column("rested_at", UtcDateTime),  # further changes wait until then
    Column("lease_until", UtcDateTime),
    Column("lease_owner", String(64)),
    Column("generation", Integer, nullable=False, server_default="0"),  # even: claimed; odd: made due since
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("waits_for_blog", Boolean, nullable=False, server_default=text("false")),
    Column("last_error", Text),
    Column("crashes", Integer, nullable=False, server_default="0"),  # claims in a row that never ended, or are at work
    Column("unfinished", Boolean, nullable=False, server_default=text("false")),  # its last turn ended before its work
    # More is due than to bring what is written down for it already: it is to be looked at as a whole.
    Column("thorough", Boolean, nullable=False, server_default=text("true")),
    # Each queue in the order in which it is claimed: a claim reads its first rows, however many wait behind them.
    Index(
        "ix_jobs_queue",
        "station",
        "unfinished",
        text("(crashes >= 2)"),
        text("(attempts > 3)"),
        "due_at",
        "entity",
        sqlite_where=text("due_at IS NOT NULL AND lease_until IS NULL"),
        postgresql_where=text("due_at IS NOT NULL AND lease_until IS NULL"),
    ),
    Index(
        "ix_jobs_leased",
        "lease_until",
        sqlite_where=text("lease_until IS NOT NULL"),
        postgresql_where=text("lease_until IS NOT NULL"),
    ),
    Index(
        "ix_jobs_unfinished",
        "station",
        "entity",
        sqlite_where=text("unfinished IS 1"),
        postgresql_where=text("unfinished IS true"),
    ),
    Index("ix_work_blog_id", "blog_id"),
)

counters = Table(  # a few facts of the bridge itself, by name
    "counters",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
