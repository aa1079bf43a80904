"""A text that stands on two blogs counts once, and again for whoever is left when the original goes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from bridge.model import AuthorKey, MentorKey
from bridge.storage import copies, mentors, needs, parties, tables
from bridge.storage.database import Database
from bridge.worker import texts
from tests.lab.texts import CASH, ENGLISH, HIRING, LONG
from tests.peer import PeerBlog
from tests.worker.conftest import Bank, publish

TOLD = LONG[0]


def later(bank: Bank) -> None:
    bank.clock.advance(minutes=1)
    bank.work()


def counts(bank: Bank, blog: str, author: str = "1") -> dict[str, float]:
    """What each post of somebody counts, by its remote id."""
    with bank.database.read() as tx:
        found = texts.worths_of(bank.context, tx, AuthorKey(blog, author))
        return {
            row.remote_id: found[row.id].counts
            for row in tx.execute(select(tables.posts.c.id, tables.posts.c.remote_id)) if row.id in found
        }  # fmt: skip


def posts_in_profile(bank: Bank, blog: str) -> int | None:
    with bank.database.read() as tx:
        row = mentors.find(tx, MentorKey(blog, "1", "fr").id)
        return row.profile.posts if row else None


def related(bank: Bank, blog: str) -> set[int]:
    with bank.database.read() as tx:
        return {line.mentor_id for line in mentors.related_list(tx, MentorKey(blog, "1", "fr").id)}


def voters(bank: Bank, need: str) -> set[str]:
    with bank.database.read() as tx:
        return {one.key.blog_id for one in needs.search(tx, need).mentors}


def teller(bank: Bank, name: str, day: int, canonical: str = "", post: int = 9) -> PeerBlog:
    """A blog of somebody with posts of their own, and the same one among them."""
    blog = publish(bank, name, HIRING)
    bank.send(blog, blog.post(post, 1, *TOLD, day, canonical=canonical))
    return blog


def test_the_same_text_counts_for_who_published_it_first_whoever_is_heard_first(bank: Bank) -> None:
    teller(bank, "ben", day=40)
    later(bank)
    assert counts(bank, "ben")["9"] == 1
    assert posts_in_profile(bank, "ben") == 6
    teller(bank, "ann", day=20)
    later(bank)
    assert (counts(bank, "ann")["9"], counts(bank, "ben")["9"]) == (1, 0)
    assert (posts_in_profile(bank, "ann"), posts_in_profile(bank, "ben")) == (6, 5)
    assert voters(bank, "apprendre la trésorerie à la dure, un hiver d'artisane") >= {"ann"}
    assert "9" not in indexed(bank, "ben")


def indexed(bank: Bank, blog: str) -> set[str]:
    joined = tables.need_posts.join(tables.posts, tables.posts.c.id == tables.need_posts.c.post_id)
    with bank.database.read() as tx:
        return set(tx.execute(
            select(tables.posts.c.remote_id).select_from(joined).where(tables.posts.c.blog_id == blog)
        ).scalars())  # fmt: skip


@pytest.mark.parametrize("how", ["removed", "author", "blog", "dated anew", "rewritten", "given back"])
def test_the_copy_counts_when_the_original_goes(bank: Bank, how: str) -> None:
    ann, ben = teller(bank, "ann", day=20), teller(bank, "ben", day=40)
    later(bank)
    assert (counts(bank, "ann")["9"], counts(bank, "ben")["9"]) == (1, 0)
    bank.send(*{
        "removed": (ann, ann.event("post.removed", id=9)),
        "author": (ann, ann.event("author.removed", id=1)),
        "blog": (ann, ann.event("blog.removed")),
        "dated anew": (ann, ann.post(9, 1, *TOLD, day=50)),
        "rewritten": (ann, ann.post(9, 1, *LONG[2], day=20)),
        "given back": (ann, ann.post(9, 1, *TOLD, day=20, canonical=f"{ben.url}/?p=9")),
    }[how])  # fmt: skip
    later(bank)
    assert counts(bank, "ben")["9"] == 1
    assert posts_in_profile(bank, "ben") == 6
    assert "9" in indexed(bank, "ben")
    if how in ("dated anew", "given back"):
        assert counts(bank, "ann")["9"] == 0


def test_the_author_of_a_copy_is_not_related_to_who_was_copied(bank: Bank) -> None:
    ann = bank.blog("ann")
    bank.send(ann, ann.author(1, "Ann"), *(ann.post(n, 1, title, body, 10 + n) for n, (title, body) in LONGER))
    dan = publish(bank, "dan", FERRY)
    bank.send(dan, *(dan.post(n + 10, 1, title, f"{body} Merci.", 40 + n) for n, (title, body) in LONGER))
    publish(bank, "cy", CASH)
    later(bank)
    assert MentorKey("cy", "1", "fr").id in related(bank, "ann")
    assert MentorKey("dan", "1", "fr").id not in related(bank, "ann")
    assert related(bank, "dan") == set()


FERRY = tuple(
    (f"Le traversier, jour {n}", f"Sur le fleuve, le traversier passe devant l'île à l'heure {n} et les goélands "
     f"crient. Les matelots larguent les amarres, la marée monte, le capitaine sonne la cloche de brume {n} fois.")
    for n in range(1, 6)
)  # fmt: skip
LONGER = [
    (n, (title, f"{body} " + " ".join(text for _, text in CASH[n:] + CASH[:n])))
    for n, (title, body) in enumerate(CASH, 1)
]


def test_what_somebody_else_wrote_is_no_skill_of_who_copied_it(bank: Bank) -> None:
    on_export = ("Exporter", f"{TOLD[1]} L'exportation et la douane, je les ai apprises en vendant à l'étranger.")
    for name, day in (("ann", 20), ("ben", 40)):
        blog = publish(bank, name, HIRING)
        bank.send(blog, blog.post(9, 1, *on_export, day))
    later(bank)
    with bank.database.read() as tx:
        ann, ben = (parties.find(tx, AuthorKey(name, "1")) for name in ("ann", "ben"))
    assert ann is not None
    assert ben is not None
    assert set(ann.offers) > set(ben.offers)


def test_two_authors_of_one_blog_count_once_too_and_a_post_given_away_counts_where_it_is(bank: Bank) -> None:
    ann = teller(bank, "ann", day=20)
    bank.send(ann, ann.author(2, "Éva"), ann.post(10, 2, *TOLD, day=21))
    later(bank)
    assert (counts(bank, "ann")["9"], counts(bank, "ann", "2")) == (1, {"10": 0})
    bank.send(ann, ann.post(9, 2, *TOLD, day=20))
    later(bank)
    assert counts(bank, "ann", "2") == {"9": 0.5, "10": 0.5}, "her own text again, as it always was"


def test_of_a_text_on_thirty_blogs_the_oldest_counts(bank: Bank) -> None:
    blogs = [bank.blog(f"b{n:02d}") for n in range(copies.OLDEST + 10)]
    for day, blog in enumerate(reversed(blogs)):
        bank.send(blog, blog.author(1, blog.name), blog.post(1, 1, *TOLD, 1 + day))
    bank.work()
    later(bank)
    assert [blog.name for blog in blogs if counts(bank, blog.name)["1"]] == [blogs[-1].name]
    bank.send(blogs[-1], blogs[-1].event("post.removed", id=1))
    later(bank)
    assert [blog.name for blog in blogs[:-1] if counts(bank, blog.name)["1"]] == [blogs[-2].name]


def test_short_texts_may_be_the_same_by_chance(bank: Bank) -> None:
    publish(bank, "ann", CASH)
    publish(bank, "ben", CASH)
    later(bank)
    assert all(counts(bank, "ann").values())
    assert all(counts(bank, "ben").values())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_table_is_read_as_a_whole_to_find_the_same_text(database: Database) -> None:
    statements: list[Any] = [
        (copies._shared_of_author(), {"blog": "ann", "author": "1"}),
        (copies._first_of_print(), {"print": 1}),
        (copies._shared_of_posts(), {"posts": [1]}),
        (copies._prints_of(), {"posts": [1]}),
    ]
    with database.read() as tx:
        for statement, values in statements:
            compiled = statement.params(values).compile(tx.engine, compile_kwargs={"literal_binds": True})
            steps = " ".join(row.detail for row in tx.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
            assert "SEARCH" in steps
            assert "SCAN" not in steps, steps


def test_english_is_compared_like_french(bank: Bank) -> None:
    said = " ".join(body for _, body in ENGLISH)
    for name, day in (("ann", 5), ("ben", 6)):
        blog = bank.blog(name, "en-GB")
        bank.send(blog, blog.author(1, name), blog.post(1, 1, ENGLISH[0][0], said, day))
    bank.work()
    assert (counts(bank, "ann"), counts(bank, "ben")) == ({"1": 1}, {"1": 0})
