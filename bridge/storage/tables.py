"""All tables. One row per noun; ids of our own are hashes of names, so no order of arrival shows in them.

Remote ids (WordPress's) are text: an imported blog may have slugs where WordPress has numbers.
Work is a table too (``work``): what is due is written in the transaction that made it due.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

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

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # What no calendar has (a row that was written by hand) is its first or last day, with room for arithmetic.
        return EPOCH + timedelta(microseconds=min(max(int(value), FIRST_DAY), LAST_DAY))


# An autoincrement key that is BIGINT on PostgreSQL and the rowid on SQLite.
Serial = BigInteger().with_variant(Integer, "sqlite")


def blog_column(**options: Any) -> Column[str]:
    """A reference to the blog a row belongs to."""
    return Column("blog_id", String(64), ForeignKey("blogs.id"), nullable=False, **options)


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

used_ids = Table(
    "used_ids",
    metadata,
    blog_column(primary_key=True),
    Column("webhook_id", String(64), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False, index=True),
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
    sqlite_with_rowid=False,
)

tombstones = Table(
    "tombstones",
    metadata,
    blog_column(primary_key=True),
    Column("kind", String(9), primary_key=True),
    Column("remote_id", String(191), primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("removed_at", UtcDateTime, nullable=False),
)

authors = Table(
    "authors",
    metadata,
    blog_column(primary_key=True),
    Column("remote_id", String(191), primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("elsewhere", Text, nullable=False, server_default=""),  # mentors.homes
    Column("bio", Text, nullable=False),
    Column("takes_part", Boolean, nullable=False),
    Column("consented_at", UtcDateTime),
    Column("consent_door", String(16), nullable=False),
    Column("consent_text", Text, nullable=False),
    Column("declared", Text, nullable=False),  # JSON: offers, needs, languages, model.Declared
)

posts = Table(
    "posts",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # model.Post.id
    blog_column(),
    Column("remote_id", String(191), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("author_id", String(191), nullable=False),
    Column("url", Text, nullable=False),
    Column("elsewhere", Text, nullable=False, server_default=""),  # mentors.homes
    Column("canonical", Text, nullable=False, server_default=""),  # where it is at home, if not there
    Column("title", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("said_language", String(35), nullable=False),  # what the blog said
    Column("language", String(8), nullable=False),  # what the text is in, detected at absorption
    Column("published_at", UtcDateTime, nullable=False),
    Column("modified_at", UtcDateTime, nullable=False),
    Column("labels", Text, nullable=False),  # JSON: tags, categories
    Column("truncated", Boolean, nullable=False),
    Column("counts", LargeBinary, nullable=False),  # text.terms.TermCounts
    Column("listed_as", String(80), nullable=False, server_default=""),  # state its list was last made from
    Column("lived", Text, nullable=False, server_default="{}"),  # JSON: mentors.lived.Lived
    Column("disclosure", Integer),  # millionths; None: not counted
    Column("read_with", String(24), nullable=False, server_default=""),  # by which patterns and skills, without what
    Column("substance", LargeBinary),  # text.substance.Substance; None: read before it was measured
    # Since when the bridge has known this text of it, by its own clock (mentors.copies).
    Column("heard_at", UtcDateTime, nullable=False, server_default="0"),
    Column("translations", Text),  # JSON: remote ids of the same post in other languages; None: there are none
    UniqueConstraint("blog_id", "remote_id"),
    Index("ix_posts_author", "blog_id", "author_id", "published_at"),
    Index("ix_posts_published", "blog_id", "published_at"),
    Index("ix_posts_language", "blog_id", "language"),
    Index(
        "ix_posts_translated",
        "id",
        postgresql_where=text("translations IS NOT NULL"),
        sqlite_where=text("translations IS NOT NULL"),
    ),
)

post_prints = Table(  # by which posts that say the same are found, heard first (text.sketches.prints)
    "post_prints",
    metadata,
    Column("print", BigInteger, primary_key=True, autoincrement=False),
    Column("heard_at", UtcDateTime, primary_key=True),  # the post's
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_post_prints_post_id", "post_id"),
    sqlite_with_rowid=False,
)

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
    # What was read from the text, once (text.remarks.Remark).
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
    # Follows from the commenter's other comments (engagement.commenters.judge).
    Column("excluded", String(80), nullable=False, server_default=""),
    Column("is_first", Boolean, nullable=False, server_default=text("false")),
    # Follows from its thread (engagement.posts.reactions).
    Column("answered", Boolean, nullable=False, server_default=text("false")),
    Column("replies", Integer, nullable=False, server_default="0"),
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

tally_marks = Table(  # what changed since the last tally; `marks` tells whether it changed again meanwhile
    "tally_marks",
    metadata,
    blog_column(primary_key=True),
    Column("kind", String(9), primary_key=True),  # "post" | "commenter"
    Column("name", String(191), primary_key=True),
    Column("marks", Integer, nullable=False),
)

tally_posts = Table(  # what each post with comments adds to its blog's figures, and its own
    "tally_posts",
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

tally_commenters = Table(
    "tally_commenters",
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

tally_waiting = Table(  # comments that wait for an answer, in the order to read them
    "tally_waiting",
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

tally_sums = Table(  # whole numbers that all figures of a blog are made from
    "tally_sums",
    metadata,
    blog_column(primary_key=True),
    Column("span", Integer, primary_key=True),  # 0 this window, 1 the one before
    Column("figure", String(24), primary_key=True),
    Column("bins", Text, nullable=False),  # JSON: [bins, how many in each]
    sqlite_with_rowid=False,
)

tallies = Table(  # a blog's figures, as of when
    "tallies",
    metadata,
    Column("blog_id", String(64), ForeignKey("blogs.id"), primary_key=True),
    Column("day", UtcDateTime),  # whose windows the sums are of; None while they are being made anew
    Column("languages", Text, nullable=False),  # JSON: those that are not foreign to it
    Column("telling", Text, nullable=False, server_default="{}"),  # JSON: language → least score of a telling post
    Column("as_of", UtcDateTime, nullable=False),
    Column("figures", Text, nullable=False),  # JSON
)

tally_cohorts = Table(  # who stayed, by the month of their first comment; made anew with each day's windows
    "tally_cohorts",
    metadata,
    blog_column(primary_key=True),
    Column("cohorts", Text, nullable=False),  # JSON: engagement.commenters.cohorts
)

epochs = Table(  # frozen weights (inverse document frequencies), so that scores can be replayed
    "epochs",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("state", String(8), nullable=False),  # "building" | "current" | "old"
    Column("made_at", UtcDateTime, nullable=False),
    Column("landmark", UtcDateTime, nullable=False),  # t0 of the forward decay
    Column("stemmer", String(32), nullable=False),
    Column("posts", Integer, nullable=False),
    Column("authors", Integer, nullable=False),
    Column("sizes", Text, nullable=False),  # JSON {language: [posts, authors]}
    Column("median_sd", BigInteger, nullable=False),  # fixed point
    sqlite_autoincrement=True,  # an id is never given twice: scores and caches name it
)

epoch_terms = Table(
    "epoch_terms",
    metadata,
    Column("epoch_id", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("epochs.id"), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("term", BigInteger, primary_key=True, autoincrement=False),  # text.terms.term_id
    Column("df", Integer, nullable=False),  # posts of the language that use it
    Column("adf", Integer, nullable=False),  # authors of the language who use it
    sqlite_with_rowid=False,
)

epoch_references = Table(  # the sample of posts that every mentor's mean score is taken over
    "epoch_references",
    metadata,
    Column("epoch_id", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("epochs.id"), primary_key=True),
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("blog_id", String(64), nullable=False),
    Column("author_id", String(191), nullable=False),
    Column("language", String(8), nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

epoch_pairs = Table(  # words that translate each other (mentors.bilingual.Pair)
    "epoch_pairs",
    metadata,
    Column("epoch_id", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("epochs.id"), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("other_language", String(8), primary_key=True),
    Column("other", BigInteger, primary_key=True, autoincrement=False),
    Column("likeness", Integer, nullable=False),  # Dice in millionths
    sqlite_with_rowid=False,
)

mentors = Table(  # author × blog × language; `listed` says whether others may be shown it
    "mentors",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # model.MentorKey.id
    blog_column(),
    Column("author_id", String(191), nullable=False),
    Column("language", String(8), nullable=False),
    Column("epoch_id", BigInteger, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("last_post_at", UtcDateTime, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("profile", LargeBinary, nullable=False),  # mentors.profiles.Profile
    Column("hubness", BigInteger, nullable=False),  # r: mean of the best 10 exact scores, fixed point
    Column("mean", BigInteger, nullable=False),  # over the reference sample, fixed point
    Column("deviation", BigInteger, nullable=False),
    Column("seldom", Boolean, nullable=False, server_default=text("false")),  # shown, by the exposures of last nights
    Column("crossing", LargeBinary),  # text.terms.Vector of mentors.crossing; None: a bank of one language
    UniqueConstraint("blog_id", "author_id", "language"),
)

exposures = Table(  # in how many places each mentor stood, night by night, summed up by month
    "exposures",
    metadata,
    Column("mentor_id", BigInteger, primary_key=True, autoincrement=False),
    Column("month", String(7), primary_key=True),  # "2026-05"
    Column("nights", Integer, nullable=False),
    Column("places", Integer, nullable=False),
)

facets = Table(  # how personal and in-depth each mentor writes, and where that stands within the language
    "facets",
    metadata,
    Column("mentor_id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(8), nullable=False),
    Column("posts", Integer, nullable=False),
    Column("telling", Integer, nullable=False),
    Column("personal", Integer),
    Column("depth", Integer),
    Column("personal_percentile", Integer),
    Column("depth_percentile", Integer),
    Index("ix_facets_personal", "language", "personal"),
    Index("ix_facets_depth", "language", "depth"),
)

skills = Table(  # skills that the operator imported, beside our own list
    "skills",
    metadata,
    Column("id", String(191), primary_key=True),  # URI
    Column("source", String(16), nullable=False),  # "esco"
    Column("labels", Text, nullable=False),  # JSON {language: label}
    Column("aliases", Text, nullable=False),  # JSON {language: [alias]}
)

cards = Table(  # what the bank shows of an author, all languages on one card; made whenever profiles are
    "cards",
    metadata,
    Column("slug", String(140), primary_key=True),
    blog_column(),
    Column("author_id", String(191), nullable=False),
    Column("shown", Boolean, nullable=False),  # as far as the profiles go; consent and blog are asked when reading
    Column("posts", Integer, nullable=False),
    Column("last_post_at", UtcDateTime, nullable=False),
    Column("languages", String(191), nullable=False),  # " en fr ", with spaces around each
    Column("themes", Text, nullable=False),  # JSON {language: [[word, weight in 1e-9, posts], …]}
    # Declared, for the filters; "" where nothing was said.
    Column("region", String(120), nullable=False),
    Column("stage", String(40), nullable=False),
    Column("availability", String(40), nullable=False),
    Column("reply_minutes", Integer),  # within which half of the comments are answered; None: not known
    UniqueConstraint("blog_id", "author_id"),
    Index("ix_cards_last", "last_post_at", "slug"),
)

gone_cards = Table(  # addresses that showed somebody who took it back: 410, and nobody else gets them
    "gone_cards",
    metadata,
    Column("slug_hash", LargeBinary, primary_key=True),  # a name stands in the address, so only its hash is kept
    Column("owner", BigInteger, nullable=False),  # model.stable_id of the author, who gets it back on returning
)

postings = Table(  # heaviest terms of listed mentors, best first: the candidates of a query
    "postings",
    metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),  # text.terms.term_id
    Column("weight", BigInteger, primary_key=True, autoincrement=False),  # negative: best first
    Column("mentor_id", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_postings_mentor_id", "mentor_id"),
    sqlite_with_rowid=False,
)

post_postings = Table(  # heaviest terms of each author's newest posts: whose list does a mentor enter?
    "post_postings",
    metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("weight", BigInteger, primary_key=True, autoincrement=False),
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_post_postings_post_id", "post_id"),
    sqlite_with_rowid=False,
)

related = Table(  # an author's own list
    "related",
    metadata,
    Column("mentor_id", BigInteger, primary_key=True, autoincrement=False),
    Column("other_id", BigInteger, primary_key=True, autoincrement=False),
    Column("score", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),  # JSON
    Column("epoch_id", BigInteger, nullable=False),
    Column("discovery", Boolean, nullable=False, server_default=text("false")),  # there for being seldom shown
    Index("ix_related_other_id", "other_id"),
)

post_related = Table(  # the list under a post
    "post_related",
    metadata,
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("mentor_id", BigInteger, primary_key=True, autoincrement=False),
    blog_column(),  # of the post
    Column("score", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),  # JSON
    Column("epoch_id", BigInteger, nullable=False),
    Index("ix_post_related_mentor_id", "mentor_id"),
    Index("ix_post_related_blog_id", "blog_id"),
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
    Column("terms", LargeBinary, nullable=False),  # mentors.needs.pack: term ids, then how often
    Index("ix_need_posts_mentor_id", "mentor_id", "words"),
)

# The full-text index: terms as tokens (``storage.post_index.token``). PostgreSQL: a tsvector under GIN;
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

pushes = Table(  # the whole current state of each object on a blog, and what the blog holds
    "pushes",
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

attempts = Table(  # every call out, for the log a blogger can read
    "attempts",
    metadata,
    Column("id", Serial, primary_key=True),
    blog_column(),
    Column("at", UtcDateTime, nullable=False),
    Column("act", String(16), nullable=False),  # "push" | "poke" | "rotate" | "probe" | "handshake"
    Column("transport", String(8)),
    Column("objects", Integer, nullable=False),
    Column("milliseconds", Integer),  # None: began and never ended
    Column("status", Integer),
    Column("error", Text),
    Index("ix_attempts_blog_id", "blog_id", "at"),
    Index("ix_attempts_at", "at"),
)

work = Table(
    "work",
    metadata,
    Column("station", String(8), primary_key=True),  # model.Station
    Column("entity", String(260), primary_key=True),  # blog id, author key, or "bank"
    Column("blog_id", String(64)),  # of whom it waits; None for the bank's own
    Column("due_at", UtcDateTime),  # None: nothing to do
    Column("rested_at", UtcDateTime),  # further changes wait until then
    Column("lease_until", UtcDateTime),
    Column("lease_owner", String(64)),
    Column("marks", Integer, nullable=False, server_default="0"),  # how often it was made due
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("waits_for_blog", Boolean, nullable=False, server_default=text("false")),
    Column("last_error", Text),
    Column("crashes", Integer, nullable=False, server_default="0"),  # claims in a row that never ended, or are at work
    Column("unfinished", Boolean, nullable=False, server_default=text("false")),  # its last turn ended before its work
    Index("ix_work_due", "station", "due_at"),
    Index("ix_work_blog_id", "blog_id"),
)

farewells = Table(  # who may still show a blog that leaves
    "farewells",
    metadata,
    blog_column(primary_key=True),  # leaves
    Column("other_id", String(64), ForeignKey("blogs.id"), primary_key=True, index=True),
    Column("since", UtcDateTime, nullable=False),
    Column("told", Boolean, nullable=False, server_default=text("false")),  # its lists are made without the leaver
)

notes = Table(  # a few facts of the bridge itself, by name
    "notes",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

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

hidings = Table(  # authors who are shown to nobody for now, though they take part
    "hidings",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

holds = Table(  # profiles that turned suddenly: held as they were until their owner confirms
    "holds",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("held_at", UtcDateTime),  # what was written since does not count; NULL: not held
    Column("noticed_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime),
)

parties = Table(  # what an author brings to a pairing (mentors.pairing.Party)
    "parties",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("data", Text, nullable=False),  # JSON
)

party_skills = Table(  # who offers or needs a skill
    "party_skills",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("side", String(5), primary_key=True),  # "offer" | "need"
    Column("skill", String(191), primary_key=True),
    Column("weight", BigInteger, nullable=False),  # in 1e-9
    Index("ix_party_skills_skill", "side", "skill", "weight"),
    sqlite_with_rowid=False,
)

visits = Table(  # when somebody was last here, so that the next visit can say what is new
    "visits",
    metadata,
    blog_column(primary_key=True),
    Column("user_id", String(191), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

verdicts = Table(  # what an author says about mentors in their lists
    "verdicts",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("other_blog", String(64), primary_key=True),
    Column("other_author", String(191), primary_key=True),
    Column("verdict", String(9), nullable=False),  # "pinned" | "muted" | "unrelated"
    Column("at", UtcDateTime, nullable=False),
)

digests = Table(  # private feeds: the address is the key
    "digests",
    metadata,
    blog_column(primary_key=True),
    Column("user_id", String(191), primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("token", LargeBinary, nullable=False),  # encrypted, to be shown again
    Column("manages", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
