"""Epochs, profiles, and who is related to whom: the tables."""

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
    Text,
    UniqueConstraint,
    text,
)

from bridge.storage.core.tables import Serial, UtcDateTime, blog_column, metadata

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
    Column("disputed", Text, nullable=False, server_default="[]"),  # JSON: skills that ask for one post more
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

census_shards = Table(  # of an epoch in the making: how a part of the authors uses words
    "census_shards",
    metadata,
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("counted_at", UtcDateTime, nullable=False),
    Column("authors", LargeBinary, nullable=False),  # a hash of who was counted
    Column("statistics", LargeBinary, nullable=False),  # mentors.term_statistics.TermStatistics
)

epoch_pairs = Table(  # words that translate each other (mentors.word_pairs.WordPair)
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
    Column("crossing", LargeBinary),  # text.terms.Vector of mentors.cross_language; None: a bank of one language
    UniqueConstraint("blog_id", "author_id", "language"),
)

post_parts = Table(  # of who has written much: what posts add up to that have not changed since (mentors.author_sums)
    "post_parts",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),  # 0: all others together
    Column("basis", String(80), nullable=False),  # the epoch and rules that they were added up by
    Column("members", LargeBinary, nullable=False),  # which posts in which state; of 0: which parts
    Column("sums", LargeBinary, nullable=False),  # mentors.author_sums.AuthorSums
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
    Column("nearest", Boolean, nullable=False, server_default=text("false")),  # only fills a list that would be short
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
    Column("discovery", Boolean, nullable=False, server_default=text("false")),  # there for being seldom shown
    Column("nearest", Boolean, nullable=False, server_default=text("false")),  # only fills a list that would be short
    Index("ix_post_related_mentor_id", "mentor_id"),
    Index("ix_post_related_blog_id_mentor_id", "blog_id", "mentor_id"),
)

list_marks = Table(  # lists under posts that have changed since they were put into words for their blog
    "list_marks",
    metadata,
    blog_column(primary_key=True),
    Column("object", String(191), primary_key=True),  # the post's remote id: it may be gone
    Column("generation", Integer, nullable=False),  # how often it was marked
)

worded_lists = Table(  # what all lists of a blog had in common when they were last put into words
    "worded_lists",
    metadata,
    blog_column(primary_key=True),
    Column("basis", LargeBinary, nullable=False),  # a hash of it
    Column("namesakes", Text, nullable=False),  # JSON: content.authors.name_key of who shared a name
)

impressions = Table(  # in how many places each mentor stood, night by night, summed up by month
    "impressions",
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

pairing_sides = Table(  # what an author brings to a pairing (mentors.pairing.PairingSide)
    "pairing_sides",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("data", Text, nullable=False),  # JSON
)

pairing_skills = Table(  # who offers or needs a skill, and who is asked whether they have it
    "pairing_skills",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("side", String(5), primary_key=True),  # "offer" | "need" | "read": from their posts, so they are asked
    Column("skill", String(191), primary_key=True),
    Column("weight", BigInteger, nullable=False),  # in 1e-9
    Index("ix_party_skills_skill", "side", "skill", "weight"),
    sqlite_with_rowid=False,
)

profile_holds = Table(  # profiles that turned suddenly: held as they were until their owner confirms
    "profile_holds",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("held_at", UtcDateTime),  # what was written since does not count; NULL: not held
    Column("noticed_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime),
)

feedback = Table(  # what an author says about mentors in their lists
    "feedback",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("other_blog", String(64), primary_key=True),
    Column("other_author", String(191), primary_key=True),
    Column("verdict", String(9), nullable=False),  # "pinned" | "muted" | "unrelated"
    Column("at", UtcDateTime, nullable=False),
    Column("sentence", Text, nullable=False, server_default=""),  # why they read a pinned mentor, for their readers
)

vetoes = Table(  # what shall not stand on the pages of a blog (mentors.vetoes.Veto)
    "vetoes",
    metadata,
    blog_column(primary_key=True),  # whose pages
    Column("said_by", String(6), primary_key=True),  # "blog" | "mentor"
    Column("other_blog", String(64), primary_key=True),  # "": any
    Column("other_author", String(191), primary_key=True),  # "": any
    Column("post_id", String(191), primary_key=True),  # remote id; "": any
    Column("word", String(191), primary_key=True),  # folded; "": whatever is said
    Column("at", UtcDateTime, nullable=False),
    Index("ix_vetoes_other_blog", "other_blog", "other_author"),
)

approvals = Table(  # mentors that a blog has said yes to
    "approvals",
    metadata,
    blog_column(primary_key=True),
    Column("other_blog", String(64), primary_key=True),
    Column("other_author", String(191), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_approvals_other_blog", "other_blog", "other_author"),
)

card_corrections = Table(  # what authors say of the skills and words on their own cards
    "card_corrections",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("kind", String(5), primary_key=True),  # "skill" | "word"
    Column("value", String(191), primary_key=True),  # mentors.skills.Skill.id, or the folded word
    Column("verdict", String(9), nullable=False),  # "confirmed" | "refused" | "added"
    Column("written", Text, nullable=False),  # the word as it stood; "" of a skill
    Column("at", UtcDateTime, nullable=False),
    Index("ix_card_corrections_value", "kind", "value"),
)

hidden_authors = Table(  # authors who are shown to nobody for now, though they take part
    "hidden_authors",
    metadata,
    blog_column(primary_key=True),
    Column("author_id", String(191), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)
