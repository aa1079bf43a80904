"""What was added up before is as good as reading all posts: whatever happens, the same bytes follow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select

from bridge.mentors.anti_gaming import RULES_ON
from bridge.model import AuthorKey
from bridge.storage.bank.tables import cards
from bridge.storage.content import tables as content_tables
from bridge.storage.core.database import Database
from bridge.storage.matching import epochs
from bridge.storage.matching import tables as matching_tables
from bridge.worker.matching import author_posts
from bridge.worker.matching.author_profile import store_profiles
from bridge.worker.matching.epoch import freeze_epoch
from bridge.worker.matching.refresh import refresh
from tests.conftest import Clock, Databases
from tests.lab.texts import CASH, ENGLISH, HIRING, LONG
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow
ANN = AuthorKey("ann", "1")
SIGNATURE = "Abonnez-vous à la lettre du vendredi, gratuite et sans publicité : ateliers, chiffres, courage."
TEXTS = (*((title, f"{text}\n{SIGNATURE}") for title, text in CASH), *HIRING, *LONG, *ENGLISH)
POSTS = 12
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["post", "post", "post", "post", "post", "drop", "copy", "leave", "work", "work"]),
        st.integers(1, POSTS),  # which post
        st.integers(0, len(TEXTS) - 1),
        st.integers(1, 300),  # the day it bears
    ),
    min_size=12,
    max_size=30,
)
# What follows from the posts alone; the place among others may have moved since.
FOLLOWING = {
    matching_tables.mentors: ("author_id", "language", "posts", "last_post_at", "listed", "profile", "crossing"),
    matching_tables.facets: ("mentor_id", "posts", "telling", "personal", "depth"),
    matching_tables.pairing_skills: ("author_id", "side", "skill", "weight"),
    cards: ("author_id", "shown", "posts", "last_post_at", "themes"),
    content_tables.posts: ("id", "counts", "lived", "read_with"),
}


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(author_posts, "PART_POSTS", 2)
    monkeypatch.setattr(author_posts, "MAX_LOOSE_POSTS", 3)


def act(bank: WorkerBank, ann: PeerBlog, ben: PeerBlog, step: tuple[str, int, int, int]) -> None:
    kind, post, text, day = step
    title, body = TEXTS[text]
    bank.clock.advance(hours=7)
    if kind == "post":
        bank.send(ann, ann.post(post, 1, title, body, day, tags=[title.split()[0]]))
    elif kind == "drop":
        bank.send(ann, ann.event("post.removed", id=post))
    elif kind == "copy":
        bank.send(ben, ben.post(post, 1, title, body, day))
    elif kind == "leave":
        bank.send(ann, ann.event("author.removed", id=1))
        bank.send(ann, ann.author(1, "Ann"))
    else:
        bank.work()


def following(bank: WorkerBank) -> dict[str, list[tuple[Any, ...]]]:
    with bank.database.read() as tx:
        return {
            table.name: sorted(tuple(row) for row in tx.execute(select(*(table.c[name] for name in names))))
            for table, names in FOLLOWING.items()
        }


def recounted(bank: WorkerBank) -> dict[str, list[tuple[Any, ...]]]:
    """The same after the night has read all posts of everybody."""
    with bank.database.read() as tx:
        epoch = epochs.find_current(tx)
    assert epoch is not None
    for author in (ANN, AuthorKey("ben", "1")):
        store_profiles(bank.context, epoch, author)
    return following(bank)


def test_what_was_added_up_and_what_is_read_anew_are_the_same_bytes(databases: Databases) -> None:
    in_parts = []

    @settings(max_examples=databases.examples(4))
    @given(acts=ACTS, ruled=st.booleans())
    def holds(acts: list[tuple[str, int, int, int]], *, ruled: bool) -> None:
        with databases.new() as database:
            bank = WorkerBank(database, Clock())
            ann, ben = bank.blog("ann"), bank.blog("ben")
            for blog in (ann, ben):
                bank.send(blog, blog.author(1, blog.name.title()))
            bank.send(ann, *(ann.post(n, 1, *TEXTS[n], n) for n in range(1, POSTS)))
            bank.work()
            if ruled:
                bank.context.rules, bank.context.rules_from = RULES_ON, 0
            freeze_epoch(bank.context)
            for step in acts:
                act(bank, ann, ben, step)
            bank.clock.advance(hours=7)
            bank.work()
            in_parts.append(count_parts(database))
            assert following(bank) == recounted(bank)

    holds()
    assert any(in_parts), "in no history was anything added up"


def count_parts(database: Database) -> int:
    with database.read() as tx:
        return tx.execute(select(func.count()).select_from(matching_tables.post_parts)).scalar_one()


@contextmanager
def reading() -> Iterator[list[int]]:
    """How many posts each statement asks for with all that was read from them."""
    asked: list[int] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if "posts.lived" in statement and "posts.id IN" in statement:
            asked.append(len(parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def written(bank: WorkerBank) -> PeerBlog:
    """Ann with thirty posts, each of its own words."""
    ann = bank.blog("ann")
    bank.send(ann, ann.author(1, "Ann"))
    words = [f"{title} {'abcdefghij'[n // 5] * 3}" for n in range(30) for title in [TEXTS[n % 10][0]]]
    bank.send(ann, *(ann.post(n, 1, words[n - 1], TEXTS[n % 10][1], n) for n in range(1, 31)))
    bank.work()
    freeze_epoch(bank.context)
    bank.work()
    return ann


def test_who_writes_one_more_post_has_few_read_again(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.worker.matching.profiles.SUBJECT_POSTS", 5)
    monkeypatch.setattr("bridge.worker.matching.facets.SUBJECT_POSTS", 5)
    ann = written(bank)
    assert count_parts(bank.database) > 10
    bank.clock.advance(minutes=5)
    bank.send(ann, ann.post(31, 1, *HIRING[0], 60))
    with reading() as asked:
        bank.work()
    assert 0 < sum(asked) <= 12
    bank.clock.advance(minutes=5)
    with reading() as asked:
        refresh(bank.context, str(ANN))
    assert 0 < sum(asked) <= 12


def test_nothing_that_was_added_up_stays_of_who_leaves(bank: WorkerBank) -> None:
    ann = written(bank)
    assert count_parts(bank.database)
    bank.send(ann, ann.event("author.removed", id=1))
    bank.work()
    assert not count_parts(bank.database)


def test_a_post_that_is_taken_back_is_in_no_part_any_more(bank: WorkerBank) -> None:
    ann = written(bank)
    word = "Aquarelle"
    bank.send(ann, ann.post(3, 1, f"{word} et encre", f"{word} : {HIRING[1][1]}", 3))
    bank.work()
    freeze_epoch(bank.context)
    bank.work()
    assert word.lower() in kept_words(bank.database)
    bank.clock.advance(minutes=5)
    bank.send(ann, ann.event("post.removed", id=3))
    bank.work()
    assert count_parts(bank.database)
    assert word.lower() not in kept_words(bank.database)


def kept_words(database: Database) -> str:
    with database.read() as tx:
        return " ".join(
            bytes(raw).decode(errors="replace") for raw in tx.scalars(select(matching_tables.post_parts.c.sums))
        )
