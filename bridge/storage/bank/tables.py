"""Cards and the full-text index: the tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR

from bridge.storage.core.tables import UtcDateTime, blog_column, metadata

cards = Table(  # what the bank shows of an author, all languages on one card; made whenever profiles are
    "cards",
    metadata,
    Column("slug", String(140), primary_key=True),
    blog_column(),
    Column("author_id", String(191), nullable=False),
    Column("shown", Boolean, nullable=False),  # as far as the profiles go; consent and blog are asked when reading
    Column("posts", Integer, nullable=False),
    Column("last_post_at", UtcDateTime, nullable=False),
    Column("themes", Text, nullable=False),  # JSON {language: [[word, weight in 1e-9, posts], …]}
    # Declared, as kinds (mentors.declared_kinds) with a space around each, for the filters; "" where nothing was said.
    Column("region", String(120), nullable=False),
    Column("stage", String(40), nullable=False),
    Column("availability", String(40), nullable=False),
    Column("formats", String(60), nullable=False, server_default=""),
    Column("reply_minutes", Integer),  # within which half of the comments are answered; None: not known
    UniqueConstraint("blog_id", "author_id"),
    Index("ix_cards_last", "last_post_at", "slug"),
)

card_languages = Table(  # the languages of each card, by which cards are filtered
    "card_languages",
    metadata,
    Column("slug", String(140), primary_key=True),
    Column("language", String(8), primary_key=True),
    Index("ix_card_languages_language", "language", "slug"),
    sqlite_with_rowid=False,
)

gone_cards = Table(  # addresses that showed somebody who left or is hidden: 410, and nobody else gets them
    "gone_cards",
    metadata,
    Column("slug_hash", LargeBinary, primary_key=True),  # a name stands in the address, so only its hash is kept
    Column("owner", BigInteger, nullable=False),  # model.stable_id of the author, who gets it back on returning
)

followed_feeds = Table(  # what each feed that somebody fetches has brought; by whom it is fetched stands nowhere
    "followed_feeds",
    metadata,
    Column("address_hash", LargeBinary, primary_key=True),  # a need stands in the address
    Column("fetched_at", UtcDateTime, nullable=False, index=True),  # to the day
    Column("brought", LargeBinary, nullable=False),  # ids of posts, the newest first
    Column("gone", LargeBinary, nullable=False),  # (id, when) of those that it names as taken back
    # Only where the operator has named a hub: the address itself, what it asks for, and what the hub last heard of.
    Column("topic", Text),
    Column("question", Text),
    Column("published", LargeBinary),
)

need_posts = Table(  # posts of listed mentors, as a typed need finds them (beside the full-text index `need_index`)
    "need_posts",
    metadata,
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("mentor_id", BigInteger, nullable=False),
    Column("language", String(8), nullable=False),
    Column("generation", BigInteger, nullable=False),  # of the state that was indexed
    Column("revision", BigInteger, nullable=False),
    Column("words", Integer, nullable=False),
    Column("terms", LargeBinary, nullable=False),  # mentors.need_ranking.pack_terms: term ids, then how often
    Index("ix_need_posts_mentor_id", "mentor_id", "words"),
)

# The full-text index: terms as tokens (``storage.bank.full_text.token``). PostgreSQL: a tsvector under GIN;
# SQLite: a contentless FTS5 table of the same name, made by its migration.
need_index = Table(
    "need_index",
    metadata,
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("tokens", TSVECTOR, nullable=False),
    Index("ix_need_index_tokens", "tokens", postgresql_using="gin"),
    info={"dialect": "postgresql"},
)

need_words = Table(  # how words of the bank are spelt, for needs with a typing mistake or without accents
    "need_words",
    metadata,
    Column("language", String(8), primary_key=True),
    Column("head", String(2), primary_key=True),  # how it begins: typing mistakes spare the first letters
    Column("word", String(40), primary_key=True),  # folded
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("df", Integer, nullable=False),
    sqlite_with_rowid=False,
)
