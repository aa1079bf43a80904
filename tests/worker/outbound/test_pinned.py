"""A pinned mentor stands first under every post of whoever pinned them, and nowhere once they have left."""

from __future__ import annotations

from bridge.model import AuthorKey, MentorKey
from bridge.pushes import MENTORS_OF_BLOG
from bridge.storage.blogs import blogs
from bridge.storage.matching import feedback, profiles
from bridge.worker.outbound.list_wording import compile_objects
from tests.lab.texts import CASH, HIRING
from tests.worker.conftest import WorkerBank, publish


def shown(bank: WorkerBank, blog: str) -> list[list[str]]:
    """The blogs named under each post of a blog that shows somebody, in order."""
    with bank.database.read() as tx:
        objects = compile_objects(tx, blogs.get(tx, blog))
    assert all(one.why for item in objects for one in item.mentors)
    of_posts = [item for item in objects if item.mentors and item.object != MENTORS_OF_BLOG]
    return [[mentor.blog for mentor in item.mentors] for item in of_posts]


def pin(bank: WorkerBank, verdict: str | None) -> None:
    """What Alice says of Carol."""
    alice, carol = AuthorKey("alice", "1"), AuthorKey("carol", "1")
    with bank.database.begin() as tx:
        feedback.upsert(tx, alice, carol, verdict, bank.clock())
    bank.work()


def test_a_pin_travels_to_the_blog_and_ends_with_the_pin_or_the_mentor(bank: WorkerBank) -> None:
    publish(bank, "alice", CASH)
    publish(bank, "bob", CASH[:2] + HIRING[:3])
    carol = publish(bank, "carol", HIRING)
    bank.clock.advance(minutes=1)
    bank.work()
    before = shown(bank, "alice")
    assert any(names[0] == "Bob" for names in before)
    with bank.database.read() as tx:
        own = profiles.list_related(tx, MentorKey("alice", "1", "fr").id)
    assert MentorKey("carol", "1", "fr").id in {line.mentor_id for line in own}

    pin(bank, feedback.PINNED)
    pinned = shown(bank, "alice")
    assert pinned
    assert len(pinned) == len(CASH), "also under posts that are not near"
    assert all(names[0] == "Carol" for names in pinned)
    assert all(len(names) == len(set(names)) <= 5 for names in pinned)

    pin(bank, None)
    assert shown(bank, "alice") == before

    pin(bank, feedback.PINNED)
    bank.send(carol, carol.event("author.removed", id=1))
    bank.clock.advance(minutes=1)
    bank.work()
    assert all("Carol" not in names for names in shown(bank, "alice"))
