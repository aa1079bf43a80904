"""A bank of a million mentors on PostgreSQL: one of 5,000, and copies of it that the server makes.

Each copy has blogs, authors, posts and ids of its own and other weights by which it is found; profiles, posts and lists
say what those of the first say. A copy is a transaction, so that filling goes on where it was stopped.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence

from sqlalchemy import Index, insert, select, text

from bridge.mentors.indexed_posts import pack_terms
from bridge.model import MentorKey, stable_id
from bridge.storage.bank import full_text
from bridge.storage.bank import tables as bank_tables
from bridge.storage.blogs import tables as blogs_tables
from bridge.storage.content import tables as content_tables
from bridge.storage.core import migrate
from bridge.storage.core.database import Database, Tx
from bridge.storage.matching import tables as matching_tables
from bridge.text.terms import TermCounts
from tests.bench.bank import LANGUAGE, POSTS, WORDS, SyntheticBank

BASE = 5_000
ROWS_AT_ONCE = 2_000
BLOG = "'c' || :copy || '_' || origin.blog_id"
MENTOR, POST = ("new_mentors", "mentor_id"), ("new_posts", "post_id")
# Of each table what is not copied as it is, and by which new ids the rows of the first bank are known.
COPIED = (
    (blogs_tables.blogs, {"id": "'c' || :copy || '_' || origin.id"}, ()),
    (content_tables.authors, {"blog_id": BLOG}, ()),
    (content_tables.posts, {"blog_id": BLOG, "id": "new_posts.new"}, (("new_posts", "id"),)),
    (matching_tables.mentors, {"blog_id": BLOG, "id": "new_mentors.new"}, (("new_mentors", "id"),)),
    (
        matching_tables.postings,
        {"mentor_id": "new_mentors.new", "weight": "CAST(origin.weight * (0.9 + 0.2 * random()) AS bigint)"},
        (MENTOR,),
    ),
    (matching_tables.post_postings, {"post_id": "new_posts.new"}, (POST,)),
    (matching_tables.related, {"mentor_id": "new_mentors.new", "other_id": "listed.new"}, (MENTOR,)),
    (
        matching_tables.post_related,
        {"post_id": "new_posts.new", "mentor_id": "listed.new", "blog_id": BLOG},
        (POST,),
    ),
    (bank_tables.need_posts, {"post_id": "new_posts.new", "mentor_id": "new_mentors.new"}, (POST, MENTOR)),
    (bank_tables.need_index, {"post_id": "new_posts.new"}, (POST,)),
)
LISTED = {"related": "other_id", "post_related": "mentor_id"}  # who stands in a list, beside whose list it is
# Made anew after filling, which takes a third of the time of keeping them.
REBUILT = (matching_tables.postings, matching_tables.post_postings, bank_tables.need_index)


class CopiedBank:
    """The bank in a database that is empty, or was filled by this before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        migrate.upgrade(database)
        with database.begin() as tx:
            tx.execute(text("CREATE TABLE IF NOT EXISTS bench_copies (copies int NOT NULL, counted int NOT NULL)"))
        if not self.mentors:
            self._fill_base()

    @property
    def mentors(self) -> int:
        """How many there are."""
        with self._database.read() as tx:
            return BASE * (tx.scalar(text("SELECT copies FROM bench_copies")) or 0)

    def grow(self, mentors: int, until: float) -> bool:
        """Copies until there are so many; False: `until` (time.monotonic()) came first."""
        if self.mentors >= mentors and self._is_indexed():
            return True
        self._drop_indexes()
        while self.mentors < mentors and time.monotonic() < until:
            began = time.monotonic()
            with self._database.begin() as tx:
                self._copy(tx, self.mentors // BASE)
            print(f"  {self.mentors} of {mentors}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        if self.mentors < mentors:
            return False
        self._make_indexes()
        with self._database.begin() as tx:
            self._count_words(tx)
            tx.execute(text("ANALYZE"))
        return True

    def _fill_base(self) -> None:
        with self._database.read() as tx:
            begun = tx.scalar(select(matching_tables.mentors.c.id).limit(1)) is not None
        if not begun:
            SyntheticBank(self._database, BASE).fill()
        posts = content_tables.posts.c
        with self._database.begin() as tx:
            rows = tx.execute(select(posts.id, posts.blog_id, posts.author_id, posts.counts)).all()
            for start in range(0, len(rows), ROWS_AT_ONCE):
                part = [(row, TermCounts.from_bytes(row.counts)) for row in rows[start : start + ROWS_AT_ONCE]]
                tx.execute(
                    insert(bank_tables.need_posts),
                    [
                        {
                            "post_id": row.id,
                            "mentor_id": MentorKey(row.blog_id, row.author_id, LANGUAGE).id,
                            "language": LANGUAGE,
                            "generation": 1,
                            "revision": 1,
                            "words": counts.words,
                            "terms": pack_terms(counts),
                        }
                        for row, counts in part
                    ],
                )
                full_text.record_tokens(tx, [(row.id, LANGUAGE, counts.ids.tolist()) for row, counts in part])
            terms = matching_tables.epoch_terms.c
            used: dict[int, int] = dict(tx.execute(select(terms.term, terms.df)).tuples().all())
            words = [(f"mot{n}", stable_id("term", f"mot{n}")) for n in range(WORDS)]
            full_text.record_spellings(
                tx, LANGUAGE, [full_text.Spelling(word, term, used[term]) for word, term in words if term in used]
            )
            tx.execute(text("CREATE SCHEMA bench"))
            for table, _, _ in COPIED:
                tx.execute(text(f"CREATE TABLE bench.{table.name} AS SELECT * FROM {table.name}"))
            tx.execute(text("INSERT INTO bench_copies VALUES (1, 1)"))
            tx.execute(text("ANALYZE"))

    def _copy(self, tx: Tx, copy: int) -> None:
        tx.execute(text("SET LOCAL session_replication_role = replica"))  # foreign keys are not looked at
        tx.execute(text("SELECT setseed(:seed)"), {"seed": 1 / (copy + 1)})
        self._new_ids(tx, copy)
        for table, changed, ids in COPIED:
            columns = [column.name for column in table.columns]
            chosen = ", ".join(changed.get(name, f"origin.{name}") for name in columns)
            joins = "".join(f" JOIN {new} ON {new}.old = origin.{name}" for new, name in ids)
            if table.name in LISTED:
                joins += f" JOIN new_mentors AS listed ON listed.old = origin.{LISTED[table.name]}"
            source = f"SELECT {chosen} FROM bench.{table.name} AS origin{joins}"
            tx.execute(
                text(f"INSERT INTO {table.name} ({', '.join(columns)}) {source}"),
                {"copy": copy} if ":copy" in chosen else {},
            )
        tx.execute(text("UPDATE bench_copies SET copies = copies + 1"))

    @staticmethod
    def _new_ids(tx: Tx, copy: int) -> None:
        profiles = tx.execute(text("SELECT id, blog_id, author_id FROM bench.mentors"))
        written = tx.execute(text("SELECT id, blog_id, remote_id FROM bench.posts"))
        ids = {
            "new_mentors": [(old, MentorKey(f"c{copy}_{blog}", author, LANGUAGE).id) for old, blog, author in profiles],
            "new_posts": [(old, stable_id("post", f"c{copy}_{blog}", name)) for old, blog, name in written],
        }
        for name, pairs in ids.items():
            tx.execute(text(f"CREATE TEMPORARY TABLE {name} (old bigint PRIMARY KEY, new bigint) ON COMMIT DROP"))
            old, new = zip(*pairs, strict=True)
            tx.execute(
                text(f"INSERT INTO {name} SELECT * FROM unnest(CAST(:old AS bigint[]), CAST(:new AS bigint[]))"),
                {"old": list(old), "new": list(new)},
            )
            tx.execute(text(f"ANALYZE {name}"))

    def _count_words(self, tx: Tx) -> None:
        """Every copy uses each word as often: the frequencies of the whole bank."""
        copies, counted = tx.execute(text("SELECT copies, counted FROM bench_copies")).one()
        scaled = {"copies": copies, "counted": counted}
        for table, columns in (("epoch_terms", ("df", "adf")), ("need_words", ("df",))):
            changes = ", ".join(f"{column} = {column} / :counted * :copies" for column in columns)
            tx.execute(text(f"UPDATE {table} SET {changes}"), scaled)
        sizes = json.dumps({LANGUAGE: (BASE * POSTS * copies, BASE * copies)})
        tx.execute(
            text("UPDATE epochs SET posts = :posts, authors = :authors, sizes = :sizes"),
            {"posts": BASE * POSTS * copies, "authors": BASE * copies, "sizes": sizes},
        )
        tx.execute(text("UPDATE bench_copies SET counted = copies"))

    def _is_indexed(self) -> bool:
        with self._database.read() as tx:
            return bool(tx.scalar(text("SELECT copies = counted FROM bench_copies")))

    def _drop_indexes(self) -> None:
        with self._database.begin() as tx:
            for table in REBUILT:
                keys = "SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid = CAST(:table AS regclass)"
                for name in tx.execute(text(keys), {"table": table.name}).scalars().all():
                    tx.execute(text(f"ALTER TABLE {table.name} DROP CONSTRAINT {name}"))
                for index in table.indexes:
                    index.drop(tx, checkfirst=True)

    def _make_indexes(self) -> None:
        for table in REBUILT:
            with self._database.begin() as tx:
                columns = ", ".join(column.name for column in table.primary_key)
                tx.execute(text(f"ALTER TABLE {table.name} ADD PRIMARY KEY ({columns})"))
            for index in _by_name(list(table.indexes)):
                with self._database.begin() as tx:
                    index.create(tx)
            print(f"  indexes of {table.name}", file=sys.stderr, flush=True)


def _by_name(indexes: Sequence[Index]) -> list[Index]:
    return sorted(indexes, key=lambda index: str(index.name))
