"""What is put into words because it was marked is what all lists of a blog would say, whatever happened in between."""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select

from bridge.contract.pushes import object_data
from bridge.mentors.explain import Reason
from bridge.mentors.profiles import Profile
from bridge.mentors.related import Match
from bridge.model import AuthorKey, MentorKey
from bridge.operations import due
from bridge.operations.stations import Station
from bridge.storage.blogs import blogs
from bridge.storage.blogs import tables as blogs_tables
from bridge.storage.content import posts
from bridge.storage.core import job_leases
from bridge.storage.core.database import Database, Tx
from bridge.storage.matching import feedback, list_entries, list_marks, placements, profiles
from bridge.storage.matching.profiles import MentorRow
from bridge.text.terms import WEIGHT_UNIT, Vector
from bridge.worker.intake.read_inbox import absorb
from bridge.worker.outbound import list_wording
from bridge.worker.outbound.list_wording import compile_objects
from bridge.worker.outbound.push import push
from bridge.worker.turns import Turn
from tests.conftest import Clock, Databases
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow

POSTS = range(1, 6)  # of Ann's blog, of which the last is by her guest
OTHERS = ("ben", "cy", "dan", "eve")
NAMES = ("Ana", "An\u0430", "Dan", "admin", "Ann")  # two look the same, one is nobody's, one is Ann's own
LINES = st.lists(st.tuples(st.sampled_from(OTHERS), st.integers(1, 3)), max_size=3, unique_by=lambda line: line[0])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("list"), st.sampled_from(POSTS), LINES),
        st.tuples(st.just("own"), st.integers(1, 2), LINES),
        st.tuples(st.sampled_from(["pin", "unpin"]), st.integers(1, 2), st.sampled_from(OTHERS)),
        st.tuples(st.just("name"), st.sampled_from(OTHERS), st.sampled_from(NAMES)),
        st.tuples(st.just("guest"), st.just(2), st.sampled_from(NAMES)),
        st.tuples(st.sampled_from(["hide", "leave"]), st.sampled_from(OTHERS), st.just(0)),
        st.tuples(st.sampled_from(["drop", "post"]), st.sampled_from(POSTS), st.integers(1, 2)),
        st.tuples(st.just("push"), st.just(0), st.just(0)),
    ),
    min_size=15,
    max_size=35,
)


class ListedBank(WorkerBank):
    """Ann's blog with some posts, and mentors whose places in its lists are said instead of worked out."""

    def __init__(self, database: Database, clock: Clock, numbers: range = POSTS) -> None:
        super().__init__(database, clock)
        self.posts = numbers
        ann = self.blog("ann")
        self.tell("ann", ann.author(1, "Ann"), ann.author(2, "Guest"))
        for number in numbers:
            self.tell("ann", ann.post(number, 1 + (number == POSTS[-1]), "Prix", "Des prix et des clients."))
        for name in OTHERS:
            self.tell(name, self.blog(name).author(1, name.title()))
        with database.begin() as tx:
            for key in (key_of("ann", "1"), key_of("ann", "2"), *map(key_of, OTHERS)):
                vector = Vector(np.array([1], np.int64), np.array([WEIGHT_UNIT], np.int64))
                profile = Profile(vector, ("prix",), np.array([3], np.int64), 3, clock(), 0.5)
                profiles.upsert(tx, MentorRow(key, 1, True, profile, 0, 0, WEIGHT_UNIT))

    def tell(self, name: str, *events: tuple[str, bytes]) -> None:
        """Absorbed at once."""
        self.send(self.peers[name], *events)
        absorb(self.context, name)

    def act(self, act: str, subject: Any, more: Any) -> None:
        """One thing happens, and what follows is due."""
        ann = self.peers["ann"]
        if act == "push":
            self.push_due()
        elif act in ("name", "guest"):
            name = subject if act == "name" else "ann"
            self.tell(name, self.peers[name].author(1 if act == "name" else 2, more))
        elif act == "leave":
            self.tell(subject, self.peers[subject].event("author.removed", id=1))
        elif act == "drop":
            self.tell("ann", ann.event("post.removed", id=subject))
        elif act == "post":
            self.tell("ann", ann.post(subject, more, "Prix", "Des prix et des clients."))
        else:
            self._place(act, subject, more)

    def _place(self, act: str, subject: Any, more: Any) -> None:
        with self.database.begin() as tx:
            now = self.clock()
            if act == "list":
                stored = posts.list_names_by_objects(tx, "ann", [str(subject)])
                lists = [(post, ("ann", name), lines_of(tx, more)) for post, (name, _) in stored.items()]
                touched = list_entries.upsert_under_posts(tx, lists, 1)
                due.lists_changed(tx, touched, now)
            elif act == "own":
                own = key_of("ann", str(subject)).id
                list_entries.upsert_own(tx, {own: lines_of(tx, more)}, 1)
                due.lists_changed(tx, placements.list_blogs_with_pins(tx, [own]), now)
            elif act == "hide":
                due.mentors_vanished(tx, profiles.mark_unlisted(tx, key_of(subject).id), now)
            else:
                verdict = feedback.PINNED if act == "pin" else None
                feedback.upsert(tx, AuthorKey("ann", str(subject)), AuthorKey(more, "1"), verdict, now)
                due.feedback_given(tx, AuthorKey("ann", str(subject)), now)

    def push_due(self) -> list[bool]:
        """Whatever is due for Ann's blog; whether it was all lists."""
        self.clock.advance(minutes=2)
        with self.database.begin() as tx:
            claimed = job_leases.claim_due(tx, Station.PUSH, "me", self.clock(), timedelta(minutes=1), limit=9)
        for job in claimed:
            push(self.context, job.entity, Turn(thorough=job.thorough))
            with self.database.begin() as tx:
                job_leases.mark_done(tx, job, "me", self.clock(), timedelta())
        return [job.thorough for job in claimed if job.entity == "ann"]

    def shows(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What Ann's blog is to show under its posts, and what all its lists say; by post, without the empty ones."""
        with self.database.read() as tx:
            rows = tx.execute(select(blogs_tables.outbox.c.payload).where(blogs_tables.outbox.c.blog_id == "ann"))
            kept = [json.loads(row.payload) for row in rows]
            wanted = [object_data(item) for item in compile_objects(tx, blogs.get(tx, "ann"))]
        first, second = (
            {str(item["object"]): item | {"version": 0} for item in some if item["mentors"]} for some in (kept, wanted)
        )
        return first, second


def key_of(blog: str, author: str = "1") -> MentorKey:
    return MentorKey(blog, author, "fr")


def lines_of(tx: Tx, wanted: list[tuple[str, int]]) -> list[tuple[Match, Reason]]:
    """Of those who are still there."""
    there = profiles.list_keys(tx, [key_of(name).id for name in OTHERS])
    lines = [(key_of(name).id, score) for name, score in wanted]
    return [(Match(mentor, score, 1), Reason((f"prix {score}",), ())) for mentor, score in lines if mentor in there]


def fill_lists(bank: ListedBank) -> None:
    """Two mentors under each post."""
    for number in bank.posts:
        bank.act("list", number, [(OTHERS[number % 4], 2), (OTHERS[(number + 1) % 4], 1)])
    bank.push_due()


@contextmanager
def counted_work() -> Iterator[Counter[str]]:
    """Statements to databases and calls of functions meanwhile: neither depends on how fast the machine is."""
    counts: Counter[str] = Counter()
    here = threading.get_ident()  # others ring for workers now and then

    def note(*_: object) -> None:
        counts["statements"] += threading.get_ident() == here

    def profile(_frame: object, what: str, _argument: object) -> None:
        counts["calls"] += what == "call"

    event.listen(Engine, "before_cursor_execute", note)
    sys.setprofile(profile)
    try:
        yield counts
    finally:
        sys.setprofile(None)
        event.remove(Engine, "before_cursor_execute", note)


def test_marked_lists_say_what_all_lists_would_say(databases: Databases) -> None:
    @settings(max_examples=databases.examples(6))
    @given(acts=ACTS)
    def holds(acts: list[tuple[str, Any, Any]]) -> None:
        with databases.new() as database:
            bank = ListedBank(database, Clock())
            fill_lists(bank)
            for act in [*acts, ("push", 0, 0)]:
                bank.act(*act)
                if act[0] == "push":
                    kept, wanted = bank.shows()
                    assert kept == wanted

    holds()


def test_a_list_that_changes_costs_the_same_among_many(databases: Databases) -> None:
    counts = []
    for size in (5, 50):
        with databases.new() as database:
            bank = ListedBank(database, Clock(), range(1, size + 1))
            fill_lists(bank)
            bank.act("list", 1, [("ben", 3)])
            bank.act("list", 2, [("cy", 3)])
            bank.push_due()  # and everything is prepared
            bank.act("list", 1, [("ben", 2), ("eve", 1)])
            with counted_work() as work:
                assert bank.push_due() == [False]
            kept, wanted = bank.shows()
            assert kept == wanted
            assert [mentor["name"] for mentor in kept["1"]["mentors"]] == ["Ben", "Eve"]
            counts.append(work)
    few, many = counts
    assert many["statements"] == few["statements"]
    assert many["calls"] <= 1.1 * few["calls"]


def test_a_name_that_comes_to_be_shared_is_told_apart_under_posts_nobody_marked(databases: Databases) -> None:
    with databases.new() as database:
        bank = ListedBank(database, Clock())
        for name, called in (("ben", NAMES[0]), ("cy", NAMES[1])):
            bank.act("name", name, called)
        bank.act("list", 1, [("ben", 2)])
        bank.push_due()

        def shown_on_first() -> tuple[list[str], list[bool]]:
            thorough = bank.push_due()
            kept, wanted = bank.shows()
            assert kept == wanted
            return [mentor["blog"] for mentor in kept["1"]["mentors"]], thorough

        bank.act("list", 2, [("dan", 1)])
        assert shown_on_first() == (["Ben"], [False])
        bank.act("list", 2, [("cy", 1)])
        assert shown_on_first() == (["Ben (ben.example)"], [False])
        bank.act("list", 2, [("dan", 1)])
        assert shown_on_first() == (["Ben"], [False])
        bank.act("own", 1, [("eve", 2), ("dan", 1)])
        bank.act("pin", 1, "eve")
        assert shown_on_first() == (["Eve", "Ben"], [False])
        bank.act("own", 1, [("dan", 1)])
        assert shown_on_first() == (["Ben"], [False])


def test_what_is_marked_while_lists_are_put_into_words_stays_marked(databases: Databases) -> None:
    with databases.new() as database:
        bank = ListedBank(database, Clock())
        fill_lists(bank)
        with database.begin() as tx:
            list_marks.mark_objects(tx, [("ann", "1"), ("ann", "2")])
            seen = list_marks.list_by_blog(tx, "ann")
            list_marks.mark_objects(tx, [("ann", "2")])
            list_marks.delete_worded(tx, "ann", seen)
            assert [mark.object for mark in list_marks.list_by_blog(tx, "ann")] == ["2"]


def test_more_marks_than_go_at_once_are_all_taken(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_wording, "MARKS_AT_ONCE", 2)
    with databases.new() as database:
        bank = ListedBank(database, Clock())
        fill_lists(bank)
        for number in POSTS:
            bank.act("list", number, [("eve", number % 3 + 1)])
        assert bank.push_due() == [False]
        kept, wanted = bank.shows()
        assert kept == wanted
        with database.read() as tx:
            assert list_marks.list_by_blog(tx, "ann") == []
