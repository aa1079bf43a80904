"""A text that stands on two blogs counts once, and again for whoever is left when the original goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bridge.model import AuthorKey, MentorKey
from bridge.operations import search
from bridge.storage.bank import tables as bank_tables
from bridge.storage.content import duplicates
from bridge.storage.content import tables as content_tables
from bridge.storage.core import batches
from bridge.storage.core.database import Database
from bridge.storage.matching import pairing, profiles
from bridge.worker.intake import post_analysis
from tests.lab.texts import CASH, ENGLISH, HIRING, LONG
from tests.peer import PeerBlog, wire_time
from tests.worker.conftest import WorkerBank, publish, write

pytestmark = pytest.mark.slow

TOLD = LONG[0]


def later(bank: WorkerBank) -> None:
    bank.clock.advance(minutes=1)
    bank.work()


def counts(bank: WorkerBank, blog: str, author: str = "1") -> dict[str, float]:
    """What each post of somebody counts, by its remote id."""
    with bank.database.read() as tx:
        found = post_analysis.weights_of_posts(bank.context, tx, AuthorKey(blog, author))
        return {
            row.remote_id: found[row.id].counts
            for row in tx.execute(select(content_tables.posts.c.id, content_tables.posts.c.remote_id))
            if row.id in found
        }


def posts_in_profile(bank: WorkerBank, blog: str) -> int | None:
    with bank.database.read() as tx:
        row = profiles.find(tx, MentorKey(blog, "1", "fr").id)
        return row.profile.posts if row else None


def related(bank: WorkerBank, blog: str) -> set[int]:
    with bank.database.read() as tx:
        return {line.mentor_id for line in profiles.list_related(tx, MentorKey(blog, "1", "fr").id)}


def voters(bank: WorkerBank, need: str) -> set[str]:
    with bank.database.read() as tx:
        return {one.key.blog_id for one in search.search(tx, need).mentors}


def told(bank: WorkerBank, blog: PeerBlog, **said: Any) -> tuple[str, bytes]:
    """The same text on any blog, a day after it was last told, if it says nothing else."""
    bank.clock.advance(days=1)
    return blog.post(9, 1, *TOLD, **{"published_at": wire_time(bank.clock()), **said})


def teller(bank: WorkerBank, name: str, **said: Any) -> PeerBlog:
    """A blog of somebody with posts of their own, and the same one among them."""
    blog = write(bank, name, HIRING)
    bank.send(blog, told(bank, blog, **said))
    return blog


def fill_with_copy(bank: WorkerBank) -> None:
    """Ann tells it first, then Ben."""
    fill_with_original(bank)
    teller(bank, "ben")
    later(bank)


def fill_with_original(bank: WorkerBank) -> None:
    teller(bank, "ann")
    later(bank)


@pytest.fixture
def few_per_shingle(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """So that fewer blogs are enough to be too many."""
    monkeypatch.setattr(duplicates, "FIRST_POSTS_PER_SHINGLE", 5)
    batches._all_in_one.cache_clear()  # the statement that was built holds the number
    yield
    batches._all_in_one.cache_clear()


def test_the_same_text_counts_for_who_published_it_first(bank: WorkerBank) -> None:
    bank.prepare("original", lambda: fill_with_original(bank))
    assert counts(bank, "ann")["9"] == 1
    teller(bank, "ben")
    later(bank)
    assert (counts(bank, "ann")["9"], counts(bank, "ben")["9"]) == (1, 0)
    assert (posts_in_profile(bank, "ann"), posts_in_profile(bank, "ben")) == (6, 5)
    assert voters(bank, "apprendre la trésorerie à la dure, un hiver d'artisane") >= {"ann"}
    assert "9" not in indexed(bank, "ben")


LONG_AGO = "1990-01-01T00:00:00Z"


@pytest.mark.usefixtures("few_per_shingle")
def test_no_date_that_another_blog_claims_takes_anything(bank: WorkerBank) -> None:
    bank.prepare("original", lambda: fill_with_original(bank))
    for number in range(duplicates.FIRST_POSTS_PER_SHINGLE + 1):
        thief = bank.blog(f"thief{number}")
        bank.send(thief, thief.author(1, "Thief"), told(bank, thief, published_at=LONG_AGO))
    later(bank)
    assert counts(bank, "ann")["9"] == 1
    assert posts_in_profile(bank, "ann") == 6
    teller(bank, "ben")
    later(bank)
    assert counts(bank, "ben")["9"] == 0, "and who says that it was later is a copy as before"


def test_who_connects_after_a_thief_keeps_what_came_out_before(bank: WorkerBank) -> None:
    written = wire_time(bank.clock())
    teller(bank, "thief", published_at=LONG_AGO)
    later(bank)
    teller(bank, "ann", published_at=written)
    later(bank)
    assert counts(bank, "ann")["9"] == 1
    assert posts_in_profile(bank, "ann") == 6


def test_a_post_that_is_filled_with_somebodys_text_later_was_not_there_before_them(bank: WorkerBank) -> None:
    thief = publish(bank, "thief", HIRING)
    bank.send(thief, thief.post(9, 1, *LONG[2], published_at=LONG_AGO))
    later(bank)
    teller(bank, "ann")
    later(bank)
    bank.send(thief, told(bank, thief, published_at=LONG_AGO))
    later(bank)
    assert counts(bank, "ann")["9"] == 1


def test_a_post_sent_again_was_there_as_long_as_before(bank: WorkerBank) -> None:
    ann = bank.prepare("original", lambda: fill_with_original(bank))["ann"]
    written = wire_time(bank.clock() - timedelta(minutes=1))
    teller(bank, "ben")
    bank.send(ann, told(bank, ann, published_at=written, tags=["trésorerie"]))
    later(bank)
    assert (counts(bank, "ann")["9"], counts(bank, "ben")["9"]) == (1, 0)


def indexed(bank: WorkerBank, blog: str) -> set[str]:
    joined = bank_tables.need_posts.join(
        content_tables.posts, content_tables.posts.c.id == bank_tables.need_posts.c.post_id
    )
    with bank.database.read() as tx:
        return set(
            tx.execute(
                select(content_tables.posts.c.remote_id)
                .select_from(joined)
                .where(content_tables.posts.c.blog_id == blog)
            ).scalars()
        )


@pytest.mark.parametrize("how", ["removed", "author", "blog", "rewritten", "given back"])
def test_the_copy_counts_when_the_original_goes(bank: WorkerBank, how: str) -> None:
    blogs = bank.prepare("copy", lambda: fill_with_copy(bank))
    ann, ben = blogs["ann"], blogs["ben"]
    assert (counts(bank, "ann")["9"], counts(bank, "ben")["9"]) == (1, 0)
    bank.send(
        *{
            "removed": (ann, ann.event("post.removed", id=9)),
            "author": (ann, ann.event("author.removed", id=1)),
            "blog": (ann, ann.event("blog.removed")),
            "rewritten": (ann, ann.post(9, 1, *LONG[2], day=20)),
            "given back": (ann, ann.post(9, 1, *TOLD, day=20, canonical=f"{ben.url}/?p=9")),
        }[how]
    )
    later(bank)
    assert counts(bank, "ben")["9"] == 1
    assert posts_in_profile(bank, "ben") == 6
    assert "9" in indexed(bank, "ben")
    if how == "given back":
        assert counts(bank, "ann")["9"] == 0


def test_the_author_of_a_copy_is_not_related_to_who_was_copied(bank: WorkerBank) -> None:
    ann = bank.blog("ann")
    bank.send(ann, ann.author(1, "Ann"), *(ann.post(n, 1, title, body, 10 + n) for n, (title, body) in LONGER))
    dan = write(bank, "dan", FERRY)
    bank.clock.advance(days=1)
    now = wire_time(bank.clock())
    bank.send(dan, *(dan.post(n + 10, 1, title, f"{body} Merci.", published_at=now) for n, (title, body) in LONGER))
    write(bank, "cy", CASH)
    later(bank)
    assert MentorKey("cy", "1", "fr").id in related(bank, "ann")
    assert MentorKey("dan", "1", "fr").id not in related(bank, "ann")
    assert related(bank, "dan") == set()


FERRY = tuple(
    (
        f"Le traversier, jour {n}",
        f"Sur le fleuve, le traversier passe devant l'île à l'heure {n} et les goélands "
        f"crient. Les matelots larguent les amarres, la marée monte, le capitaine sonne la cloche de brume {n} fois.",
    )
    for n in range(1, 6)
)
LONGER = [
    (n, (title, f"{body} " + " ".join(text for _, text in CASH[n:] + CASH[:n])))
    for n, (title, body) in enumerate(CASH, 1)
]


def test_what_somebody_else_wrote_is_no_skill_of_who_copied_it(bank: WorkerBank) -> None:
    on_export = ("Exporter", f"{TOLD[1]} L'exportation et la douane, je les ai apprises en vendant à l'étranger.")
    for name in ("ann", "ben"):
        blog = write(bank, name, HIRING)
        bank.clock.advance(days=1)
        bank.send(blog, blog.post(9, 1, *on_export, published_at=wire_time(bank.clock())))
    later(bank)
    with bank.database.read() as tx:
        ann, ben = (pairing.find(tx, AuthorKey(name, "1")) for name in ("ann", "ben"))
    assert ann is not None
    assert ben is not None
    assert set(ann.offers) > set(ben.offers)


def test_two_authors_of_one_blog_count_once_too_and_a_post_given_away_counts_where_it_is(bank: WorkerBank) -> None:
    ann = teller(bank, "ann", published_at="2026-01-21T10:00:00Z")
    bank.send(ann, ann.author(2, "Éva"), ann.post(10, 2, *TOLD, day=21))
    later(bank)
    assert (counts(bank, "ann")["9"], counts(bank, "ann", "2")) == (1, {"10": 0})
    bank.send(ann, ann.post(9, 2, *TOLD, day=20))
    later(bank)
    assert counts(bank, "ann", "2") == {"9": 0.5, "10": 0.5}, "her own text again, as it always was"


@pytest.mark.usefixtures("few_per_shingle")
def test_of_a_text_on_many_blogs_the_first_counts(bank: WorkerBank) -> None:
    blogs = [bank.blog(f"b{n:02d}") for n in range(2 * duplicates.FIRST_POSTS_PER_SHINGLE)]
    for blog in reversed(blogs):
        bank.send(blog, blog.author(1, blog.name), told(bank, blog))
    bank.work()
    later(bank)
    assert [blog.name for blog in blogs if counts(bank, blog.name)["9"]] == [blogs[-1].name]
    bank.send(blogs[-1], blogs[-1].event("post.removed", id=9))
    later(bank)
    assert [blog.name for blog in blogs[:-1] if counts(bank, blog.name)["9"]] == [blogs[-2].name]


def test_short_texts_may_be_the_same_by_chance(bank: WorkerBank) -> None:
    write(bank, "ann", CASH)
    write(bank, "ben", CASH)
    later(bank)
    assert all(counts(bank, "ann").values())
    assert all(counts(bank, "ben").values())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_table_is_read_as_a_whole_to_find_the_same_text(database: Database) -> None:
    statements: list[Any] = [
        (duplicates._shared_of_author(), {"blog": "ann", "author": "1"}),
        (duplicates._first_of_print(""), {"print": 1}),
        (duplicates._shared_of_posts(), {"posts": [1]}),
        (duplicates._prints_of(), {"posts": [1]}),
    ]
    with database.read() as tx:
        for statement, values in statements:
            compiled = statement.params(values).compile(tx.engine, compile_kwargs={"literal_binds": True})
            steps = " ".join(row.detail for row in tx.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
            assert "SEARCH" in steps
            assert "SCAN" not in steps, steps


def test_english_is_compared_like_french(bank: WorkerBank) -> None:
    said = " ".join(body for _, body in ENGLISH)
    for name in ("ann", "ben"):
        blog = bank.blog(name, "en-GB")
        bank.clock.advance(days=1)
        now = wire_time(bank.clock())
        bank.send(blog, blog.author(1, name), blog.post(1, 1, ENGLISH[0][0], said, published_at=now))
    bank.work()
    assert (counts(bank, "ann"), counts(bank, "ben")) == ({"1": 1}, {"1": 0})
