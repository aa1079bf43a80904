"""Related mentors and typed needs in a bank of 10,000 and of 100,000 synthetic mentors, on SQLite.

Words follow Zipf's law, so a few stand in almost every post and most are rare. Times are of one query alone, in this
process, files warm, beside the processor time they took; growth is the ratio of the two banks.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, text

from bridge.mentors.indexed_posts import pack_terms
from bridge.mentors.profiles import Profile
from bridge.mentors.related import AUTHOR_LIST_LENGTH, related_mentors
from bridge.model import BlogFacts, MentorKey, stable_id
from bridge.operations import search
from bridge.storage.bank import full_text
from bridge.storage.bank import tables as bank_tables
from bridge.storage.blogs import blogs
from bridge.storage.content import tables as content_tables
from bridge.storage.core import migrate
from bridge.storage.core.database import Database, Tx
from bridge.storage.matching import epochs, postings, profiles
from bridge.storage.matching import tables as matching_tables
from bridge.text.terms import WEIGHT_UNIT, TermCounts, Vector, term_id, unit_vector
from bridge.worker.matching import lists

SIZES = (10_000, 100_000)
WORDS = 50_000
TERMS = 256  # of a profile
POSTS = 3  # of a mentor
POST_TERMS = 40
BLOGS = 1_000
LANGUAGE = "eo"  # no stemmer: a word is its term
QUERIES = 200
WARM_UP_QUERIES = 20
NOW = datetime(2026, 5, 4, tzinfo=UTC)
SYLLABLES = [a + b for a in "bcdfgjklmnprstvz" for b in "aeiou"]
INSERT_BATCH_ROWS = 5_000  # mentors written at once
BUILDING_KIB = 500_000  # memory for pages while the bank is made


def run() -> dict[str, Any]:
    """p50 and p95 in milliseconds of both queries in both banks, and how they grow."""
    found: dict[str, Any] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            database = Database.open(f"sqlite:///{Path(folder) / 'bank.sqlite'}")
            migrate.upgrade(database)
            Bank(size).fill(database)
            database.tidy()  # as a worker does while it writes: nobody reads through a log of gigabytes
            print(f"  {size} mentors in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            found |= {f"{name}_{size}": value for name, value in _queries(database, size).items()}
            database.close()
    for name in ("related_p95_ms", "need_p95_ms", "related_p95_cpu_ms", "need_p95_cpu_ms"):
        found[f"{name}_growth"] = round(found[f"{name}_{SIZES[1]}"] / found[f"{name}_{SIZES[0]}"], 2)
    return found


def _queries(database: Database, size: int) -> dict[str, float]:
    dice = random.Random(7)
    asked = [dice.randrange(size) for _ in range(QUERIES)]
    vocabulary = words()
    ranks = _zipf(WORDS)
    typed = [" ".join(vocabulary[n] for n in dice.choices(range(WORDS), ranks, k=dice.randint(1, 6))) for _ in asked]

    def related(tx: Tx, number: int) -> None:
        row = profiles.find(tx, key_of(asked[number]).id)
        assert row is not None
        near = lists.candidates_near(tx, row)
        assert related_mentors(row.profile.vector, LANGUAGE, row.hubness, near, AUTHOR_LIST_LENGTH) is not None

    def need(tx: Tx, number: int) -> None:
        assert search.search(tx, typed[number]).language == LANGUAGE

    return {**_timed(database, "related", related), **_timed(database, "need", need)}


def _timed(database: Database, name: str, query: Callable[[Tx, int], None]) -> dict[str, float]:
    walls, works = [], []
    for number in (*range(WARM_UP_QUERIES), *range(QUERIES)):
        with database.read() as tx:
            began, worked = time.perf_counter(), time.thread_time()
            query(tx, number)
            walls.append((time.perf_counter() - began) * 1000)
            works.append((time.thread_time() - worked) * 1000)
    return {
        f"{name}_{figure}": round(value, 2)
        for what, times in (("ms", walls), ("cpu_ms", works))
        for figure, value in (
            (f"p50_{what}", statistics.median(times[WARM_UP_QUERIES:])),
            (f"p95_{what}", statistics.quantiles(times[WARM_UP_QUERIES:], n=20)[18]),
        )
    }


def words() -> list[str]:
    """Pronounceable, all different."""
    base = len(SYLLABLES)
    return [SYLLABLES[n % base] + SYLLABLES[n // base % base] + SYLLABLES[n // base**2 % base] for n in range(WORDS)]


def key_of(number: int) -> MentorKey:
    """The mentor of that number."""
    return MentorKey(f"b{number % BLOGS}", f"a{number}", LANGUAGE)


def _zipf(count: int) -> list[float]:
    return [1 / (rank + 10) for rank in range(count)]


class Bank:
    """Writes rows as the stations would leave them, in the order in which the tables keep them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.dice = np.random.default_rng(size)
        self.words = words()
        self.terms = np.array([term_id(word) for word in self.words], np.int64)
        self.tokens = [full_text.token(LANGUAGE, term) for term in self.terms.tolist()]
        share = np.array(_zipf(WORDS))
        self.share = np.cumsum(share / share.sum())
        used = 1 - (1 - share / share.sum()) ** (2 * POST_TERMS)
        self.df = np.maximum(1, (used * size * POSTS)).astype(np.int64)
        self.idf = np.log(1 + (size * POSTS - self.df + 0.5) / (self.df + 0.5))
        self.found_by: list[tuple[Any, Any, int]] = []  # postings of each mentor: terms, weights, id

    def _draw(self, count: int) -> Any:
        return np.unique(np.searchsorted(self.share, self.dice.random(2 * count)))[:WORDS]

    def fill(self, database: Database) -> None:
        """An epoch, blogs, mentors with postings, posts with their index."""
        with database.begin() as tx:
            tx.exec_driver_sql(
                f"PRAGMA cache_size={-BUILDING_KIB}"
            )  # ids are scattered: pages are filled, then written
            epoch = epochs.record_new(
                tx, NOW, NOW, "bench", self.size * POSTS, self.size, {LANGUAGE: (self.size * POSTS, self.size)}
            )
            rows = zip(self.terms.tolist(), self.df.tolist(), self.df.tolist(), strict=True)
            epochs.record_terms(tx, epoch, LANGUAGE, list(rows))
            spelt = zip(self.words, self.terms.tolist(), self.df.tolist(), strict=True)
            full_text.record_spellings(tx, LANGUAGE, [full_text.Spelling(*one) for one in spelt])
            epochs.mark_current(tx, epoch)
            for number in range(BLOGS):
                facts = BlogFacts(f"B{number}", "", LANGUAGE, f"https://b{number}.example", "", "", f"u{number}")
                blogs.upsert(tx, f"b{number}", "imported", facts, NOW)
        numbers = sorted(range(self.size), key=lambda number: key_of(number).id)
        for start in range(0, self.size, INSERT_BATCH_ROWS):
            with database.begin() as tx:
                self._mentors(tx, numbers[start : start + INSERT_BATCH_ROWS], epoch)
            print(f"  {min(start + INSERT_BATCH_ROWS, self.size)} of {self.size} mentors", file=sys.stderr, flush=True)
        with database.begin() as tx:
            self._postings(tx)
            tx.execute(text("ANALYZE"))

    def _postings(self, tx: Tx) -> None:
        terms, weights = (np.concatenate([one[place] for one in self.found_by]) for place in (0, 1))
        owners = np.repeat([one[2] for one in self.found_by], [len(one[0]) for one in self.found_by])
        order = np.lexsort((owners, weights, terms))
        for index in matching_tables.postings.indexes:  # at the end at once: a tenth of the time
            index.drop(tx)
        raw: Any = tx.connection.driver_connection
        for part in np.array_split(order, len(order) // 500_000 + 1):
            rows = zip(terms[part].tolist(), weights[part].tolist(), owners[part].tolist(), strict=True)
            raw.executemany("INSERT INTO postings (term, weight, mentor_id) VALUES (?, ?, ?)", rows)
        for index in matching_tables.postings.indexes:
            index.create(tx)

    def _mentors(self, tx: Tx, numbers: Sequence[int], epoch: int) -> None:
        rows, posts, indexed, tokens = [], [], [], []
        for number in numbers:
            key, places = key_of(number), self._draw(TERMS)
            mentor_id, vector = key.id, self._vector(places)
            best = vector.heaviest(postings.MENTOR_TERMS)
            self.found_by.append((best.ids, -(best.weights // postings.POSTING_WEIGHT_STEP), mentor_id))
            profile = Profile(vector, ("",) * len(vector.ids), np.ones(len(vector.ids), np.int64), POSTS, NOW, 0.5)
            rows.append(
                {
                    "id": mentor_id,
                    "blog_id": key.blog_id,
                    "author_id": key.author_id,
                    "language": LANGUAGE,
                    "epoch_id": epoch,
                    "posts": POSTS,
                    "last_post_at": NOW,
                    "listed": True,
                    "profile": profile.to_bytes(),
                    "hubness": WEIGHT_UNIT // 10,
                    "mean": 0,
                    "deviation": WEIGHT_UNIT,
                }
            )
            for post in range(POSTS):
                held = self.dice.choice(places, POST_TERMS, replace=False)
                held = held[np.argsort(self.terms[held])]
                name = f"{number}-{post}"
                post_id = stable_id("post", key.blog_id, name)
                written = tuple(self.words[n] for n in held.tolist())
                counts = TermCounts(self.terms[held], self.dice.integers(1, 5, len(held)), written, 200)
                indexed.append(
                    {
                        "post_id": post_id,
                        "mentor_id": mentor_id,
                        "language": LANGUAGE,
                        "generation": 1,
                        "revision": 1,
                        "words": 200,
                        "terms": pack_terms(counts),
                    }
                )
                tokens.append({"id": post_id, "tokens": " ".join(self.tokens[n] for n in held.tolist())})
                posts.append(
                    {
                        "id": post_id,
                        "blog_id": key.blog_id,
                        "remote_id": name,
                        "generation": 1,
                        "revision": 1,
                        "author_id": key.author_id,
                        "url": f"https://b.example/{name}",
                        "title": self.words[held[0]],
                        "content": " ".join(written),
                        "excerpt": "",
                        "said_language": LANGUAGE,
                        "language": LANGUAGE,
                        "published_at": NOW - timedelta(days=post),
                        "modified_at": NOW,
                        "labels": "{}",
                        "truncated": False,
                        "counts": counts.to_bytes(),
                    }
                )
        for table, made in (
            (matching_tables.mentors, rows),
            (content_tables.posts, posts),
            (bank_tables.need_posts, indexed),
        ):
            tx.execute(insert(table), made)
        tx.execute(text("INSERT INTO need_index (rowid, tokens) VALUES (:id, :tokens)"), tokens)

    def _vector(self, places: Any) -> Vector:
        order = np.argsort(self.terms[places])
        weights = self.idf[places] * self.dice.random(len(places))
        return unit_vector(self.terms[places][order], weights[order].tolist())
