"""What one publish and one comment ask of the database and the processor, station by station.

On a blog with 5, 50, 100 and 10,000 posts, beside ten other blogs; SQLite, in one thread. Each figure is the median
of some rounds; as a baseline the same process reads the text of the same post, which no query is needed for. Beyond the
first 60 posts a blog has copies of these, with their lists, so that it is there in a minute.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, event, insert, select

from bridge.mentors.skills import bundled_matcher
from bridge.model import Author, BlogFacts, Comment, Event, Post, Transport, Version, post_id
from bridge.operations.stations import Station
from bridge.storage.blogs import blogs
from bridge.storage.content import tables as content_tables
from bridge.storage.core import job_leases, migrate
from bridge.storage.core.database import Database
from bridge.storage.matching import tables as matching_tables
from bridge.text.quality_brief import brief_of
from bridge.text.text_quality import TextQuality
from bridge.worker.cooldown import MAX_COOLDOWN
from bridge.worker.engagement.tally import tally
from bridge.worker.intake.absorb import apply, prepare
from bridge.worker.loop import run_until_idle
from bridge.worker.matching.epoch import freeze_epoch
from bridge.worker.matching.refresh import refresh
from bridge.worker.outbound.push import push
from bridge.worker.turns import Turn
from tests.bench.publish import text_about
from tests.conftest import NOW, Clock
from tests.worker.conftest import WorkerBank

POSTS = (5, 50, 100, 10_000)  # of the blog that is looked at
WRITTEN_POSTS = 60  # what it has beyond these are copies
OTHER_BLOGS, POSTS_OF_OTHERS = 10, 6
COMMENTS_PER_POST = 3
ROUNDS = 9
BLOG, AUTHOR = "ada", "1"


@dataclass
class Cost:
    """What a piece of work took."""

    reads: int = 0
    writes: int = 0
    cpu_seconds: float = 0.0


@contextmanager
def counting() -> Iterator[Cost]:
    """Count the statements of all databases of this process, and its processor time."""
    cost = Cost()

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        verb = statement.lstrip().partition(" ")[0].upper()
        cost.reads += verb in {"SELECT", "WITH"}
        cost.writes += verb in {"INSERT", "UPDATE", "DELETE"}

    event.listen(Engine, "before_cursor_execute", count)
    began = time.process_time()
    try:
        yield cost
    finally:
        cost.cpu_seconds = time.process_time() - began
        event.remove(Engine, "before_cursor_execute", count)


def run() -> dict[str, Any]:
    """Statements and milliseconds of processor time, by size, event and station."""
    return {f"{posts}_posts": _measure(posts) for posts in POSTS}


def _measure(posts: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{Path(folder) / 'bench.sqlite'}", durable=False)
        migrate.upgrade(database)
        clock = Clock()
        bank = WorkerBank(database, clock)
        flows = Flows(bank, posts)
        flows.fill()
        measured: dict[str, Any] = {}
        for name, make in (("publish", flows.new_post), ("comment", flows.new_comment)):
            rounds: dict[str, list[Cost]] = {}
            for _ in range(ROUNDS):
                clock.advance(seconds=30)
                for station, cost in flows.follow(make()):
                    rounds.setdefault(station, []).append(cost)
            measured[name] = _medians(rounds)
        measured["baseline_read_post_cpu_ms"] = flows.reading_milliseconds()
        database.close()
    return measured


def _medians(rounds: dict[str, list[Cost]]) -> dict[str, Any]:
    measured: dict[str, Any] = {}
    for station, costs in rounds.items():
        measured[station] = {
            "reads": round(statistics.median(cost.reads for cost in costs)),
            "writes": round(statistics.median(cost.writes for cost in costs)),
            "cpu_ms": round(1000 * statistics.median(cost.cpu_seconds for cost in costs), 1),
        }
    measured["all"] = {
        key: round(sum(figures[key] for figures in measured.values()), 1) for key in ("reads", "writes", "cpu_ms")
    }
    return measured


class Flows:
    """A bank of some blogs, and what happens on one of them."""

    def __init__(self, bank: WorkerBank, posts: int) -> None:
        self.bank = bank
        self.context = bank.context
        self.posts = min(posts, WRITTEN_POSTS)
        self._copies = posts - self.posts
        self._dice = np.random.default_rng(1)
        self._revision = 0

    def fill(self) -> None:
        """All blogs, an epoch, and everything that follows from it."""
        for number in range(OTHER_BLOGS):
            self._blog(f"blog{number}", [number * 3 + n for n in range(POSTS_OF_OTHERS)], comments=0)
        self._blog(BLOG, list(range(self.posts)), comments=COMMENTS_PER_POST)
        freeze_epoch(self.context)
        run_until_idle(self.context)
        self._copy()
        freeze_epoch(self.context)
        run_until_idle(self.context)
        push(self.context, BLOG)
        self.bank.database.tidy()
        self._claim_pushes()
        with self.bank.database.begin() as tx:
            blogs.record_transport(tx, BLOG, Transport.REST)

    def _copy(self) -> None:
        """As many posts more as the blog shall have, older than those it wrote, and the lists under them."""
        posts, lists = content_tables.posts, matching_tables.post_related
        with self.bank.database.begin() as tx:
            written = tx.execute(select(posts).where(posts.c.blog_id == BLOG).order_by(posts.c.id)).mappings().all()
            places = tx.execute(select(lists).where(lists.c.blog_id == BLOG)).mappings().all()
            for number in range(self._copies):
                row, name = dict(written[number % len(written)]), f"copy-{number}"
                at = row["published_at"] - timedelta(hours=2 * number + 400)
                copied = {"id": post_id(BLOG, name), "remote_id": name, "title": f"Copie {number}", "published_at": at}
                # As if no two of them said the same, for what says the same counts once.
                quality = TextQuality.from_bytes(row["substance"])
                words = self._dice.integers(0, 2**32, len(quality.sketch), np.uint32).astype(quality.sketch.dtype)
                paragraphs = tuple((int(self._dice.integers(0, 2**40)), count) for _, count in quality.paragraphs)
                quality = replace(quality, sketch=np.sort(words), paragraphs=paragraphs)
                copied |= {"substance": quality.to_bytes(), "brief": brief_of(quality), "shared": False}
                tx.execute(insert(posts), [row | copied | {"modified_at": at, "url": f"https://{BLOG}.example/{name}"}])
                under = [dict(place) | {"post_id": copied["id"]} for place in places if place["post_id"] == row["id"]]
                if under:
                    tx.execute(insert(lists), under)

    def _blog(self, blog_id: str, subjects: list[int], comments: int) -> None:
        facts = BlogFacts(blog_id, "", "fr-FR", f"https://{blog_id}.example", "", "", "", statistics=True)
        with self.bank.database.begin() as tx:
            blogs.upsert(tx, blog_id, "connected", facts, NOW)
        self._absorb(
            blog_id,
            Author(blog_id, AUTHOR, self._version(), blog_id.title(), "", "", True, NOW, "profile", "v1"),
            *(self._post(blog_id, str(n), subject) for n, subject in enumerate(subjects)),
            *(
                self._comment(blog_id, f"{n}-{place}", str(n))
                for n in range(len(subjects))
                for place in range(comments)
            ),
        )

    def new_post(self) -> Event:
        """One that the blog has not had."""
        self.posts += 1
        return self._post(BLOG, str(self.posts), self.posts)

    def new_comment(self) -> Event:
        """One by somebody who has commented before."""
        return self._comment(BLOG, f"new-{self._revision}", str(self._revision % self.posts))

    def follow(self, news: Event) -> Iterator[tuple[str, Cost]]:
        """Each station that runs for the blog, in the order of the worker, and what it took."""
        author = f"{BLOG}/{AUTHOR}"
        stations: list[tuple[str, Callable[[], object]]] = [("absorb", lambda: self._absorb(BLOG, news))]
        if isinstance(news, Post):
            stations.append(("refresh", lambda: refresh(self.context, author, Turn())))
        stations.append(("tally", lambda: tally(self.context, BLOG, Turn())))
        for station, act in stations:
            with counting() as cost:
                act()
            yield station, cost
        pushes = self._claim_pushes()
        if BLOG in pushes:  # a comment that changes no figure is no news for it
            with counting() as cost:
                push(self.context, BLOG, Turn(thorough=pushes[BLOG]))
            yield "push", cost

    def _claim_pushes(self) -> dict[str, bool]:
        """Which blogs there is a push due for, and whether a thorough one; from now on none is."""
        now = self.context.clock() + MAX_COOLDOWN
        with self.bank.database.begin() as tx:
            claimed = job_leases.claim_due(tx, Station.PUSH, "bench", now, MAX_COOLDOWN, limit=OTHER_BLOGS + 1)
            for job in claimed:
                job_leases.mark_done(tx, job, "bench", now, timedelta())
        return {job.entity: job.thorough for job in claimed}

    def reading_milliseconds(self) -> float:
        """Processor time of reading one post."""
        times = []
        for _ in range(ROUNDS):
            post = self.new_post()
            began = time.process_time()
            prepare(post, "fr", bundled_matcher())
            times.append(time.process_time() - began)
        return round(1000 * statistics.median(times), 1)

    def _absorb(self, blog_id: str, *events: Event) -> None:
        matcher = None
        if any(isinstance(event, Post) for event in events):  # as `read_inbox` does
            with self.bank.database.read() as tx:
                matcher = self.context.matcher(tx)
        prepared = [prepare(event, "fr", matcher) for event in events]
        with self.bank.database.begin() as tx:
            apply(tx, blog_id, prepared, self.context.clock())

    def _version(self) -> Version:
        self._revision += 1
        return Version(1_760_000_000_000, self._revision)

    def _post(self, blog_id: str, remote_id: str, subject: int) -> Post:
        text = f"<p>{text_about(subject)}</p><p>{text_about(subject + 7)}</p>"
        at = NOW - timedelta(hours=6 * (200 - subject))
        return Post(
            blog_id=blog_id,
            remote_id=remote_id,
            version=self._version(),
            author_id=AUTHOR,
            url=f"https://{blog_id}.example/{remote_id}",
            title=f"Sujet {subject}",
            content=text,
            excerpt="",
            language="fr",
            published_at=at,
            modified_at=at,
        )

    def _comment(self, blog_id: str, remote_id: str, post: str) -> Comment:
        person = f"reader {hash_of(remote_id)}"
        return Comment(
            blog_id=blog_id,
            remote_id=remote_id,
            version=self._version(),
            post_id=post,
            parent_id="",
            commenter=sha256(person.encode()).hexdigest(),
            commenter_basis="email",
            author_name=person,
            author_id="",
            is_staff=False,
            by_post_author=False,
            comment_type="comment",
            content=text_about(self._revision),
            published_at=self.context.clock() - timedelta(minutes=1),
        )


def hash_of(name: str) -> int:
    """One of seven readers."""
    return sha256(name.encode()).digest()[0] % 7
