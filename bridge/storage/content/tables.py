"""Authors, their posts and what was taken away: the tables."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
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

from bridge.storage.core.tables import UtcDateTime, blog_column, metadata

authors = Table(
    "authors",
    metadata,
    blog_column(primary_key=True),
    Column("remote_id", String(191), primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("elsewhere", Text, nullable=False, server_default=""),  # mentors.own_addresses
    Column("bio", Text, nullable=False),
    Column("takes_part", Boolean, nullable=False),
    Column("consented_at", UtcDateTime),
    Column("consent_door", String(16), nullable=False),
    Column("consent_text", Text, nullable=False),
    Column("declared", Text, nullable=False),  # JSON: offers, needs, languages, model.Declared
    Column("search_engines", Boolean, nullable=False, server_default=text("false")),  # may list the card, as declared
    Column("state_hash", BigInteger, nullable=False, server_default="0"),  # the blog's own, of what it sent
    Column("name_key", BigInteger),  # of the name they are shown under: equal where two are taken for each other
    Column("visited_at", UtcDateTime),  # when all their lists were last made anew; None: as soon as it is night
    Column("changed_at", UtcDateTime),  # when what these follow from last changed, as far as it is the author's own
    Index("ix_authors_name_key", "name_key"),
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
    Column("elsewhere", Text, nullable=False, server_default=""),  # mentors.own_addresses
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
    Column("lived", Text, nullable=False, server_default="{}"),  # JSON: mentors.post_reading.PostExperience
    Column("disclosure", Integer),  # millionths; None: not counted
    Column("read_with", String(24), nullable=False, server_default=""),  # by which patterns and skills, without what
    Column("substance", LargeBinary),  # text.text_quality.TextQuality; None: read before it was measured
    # Since when the bridge has known this text of it, by its own clock (mentors.duplicates).
    Column("heard_at", UtcDateTime, nullable=False, server_default="0"),
    Column("translations", Text),  # JSON: remote ids of the same post in other languages; None: there are none
    # Of a post that holds its own translations each further language is a row, too: the remote id of that post.
    Column("part_of", String(191), nullable=False, server_default=""),
    Column("state_hash", BigInteger, nullable=False, server_default="0"),  # the blog's own, of what it sent
    Column("brief", LargeBinary),  # text.quality_brief.BRIEF; None: read before there was any
    # Whether another post may say the same; once it may have, that stays until the text is read again.
    Column("shared", Boolean, nullable=False, server_default=text("true")),
    UniqueConstraint("blog_id", "remote_id"),
    # With all that a refresh asks of each of ten thousand posts (content.post_states), so that no row is opened for it.
    Index(
        "ix_posts_author",
        "blog_id",
        "author_id",
        "published_at",
        "id",
        "language",
        "modified_at",
        "generation",
        "revision",
        "disclosure",
        "part_of",
        "read_with",
        "shared",
        "brief",
    ),
    Index("ix_posts_published", "blog_id", "published_at"),
    Index("ix_posts_language", "blog_id", "language"),
    Index(
        "ix_posts_translated",
        "id",
        postgresql_where=text("translations IS NOT NULL"),
        sqlite_where=text("translations IS NOT NULL"),
    ),
    Index(
        "ix_posts_part_of",
        "blog_id",
        "part_of",
        postgresql_where=text("part_of <> ''"),
        sqlite_where=text("part_of <> ''"),
    ),
)
IS_WHOLE_POST: ColumnElement[bool] = posts.c.part_of == ""  # what a blog calls a post
IS_PART: ColumnElement[bool] = literal_column("posts.part_of <> ''")  # word for word as the partial index has it

post_skills = Table(  # which skills a post names (mentors.post_reading.PostExperience)
    "post_skills",
    metadata,
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("skill", String(191), primary_key=True),  # mentors.skills.Skill.id
    Column("tagged", Boolean, nullable=False),  # one of its tags or categories stands for it
    Index("ix_post_skills_skill", "skill", "post_id"),
    sqlite_with_rowid=False,
)

post_shingles = Table(  # by which posts that say the same are found, heard first (text.sketches.lookup_shingles)
    "post_shingles",
    metadata,
    Column("print", BigInteger, primary_key=True, autoincrement=False),
    Column("heard_at", UtcDateTime, primary_key=True),  # the post's
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_post_prints_post_id", "post_id"),
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

suspended_authors = Table(  # whom the operator shows to nobody; neither leaving nor coming back ends it
    "suspended_authors",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)
