"""What a blog shows follows what it is shown from, whatever made the push due; figures alone wait for no lists."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.model import AuthorKey
from bridge.operations.stations import Station
from bridge.pushes import StatsObject
from bridge.storage.blogs import outbox
from bridge.storage.core import job_leases
from bridge.storage.matching import feedback
from bridge.worker.stations import STATIONS
from bridge.worker.turns import Turn
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog, wire_time
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow


def push_all_due(bank: WorkerBank) -> dict[str, bool]:
    """As a worker does; whether lists were looked at, by blog."""
    bank.clock.advance(minutes=2)
    bank.work()
    with bank.database.begin() as tx:
        due = job_leases.claim_due(tx, Station.PUSH, "me", bank.clock(), timedelta(minutes=1), limit=9)
    for job in due:
        STATIONS[Station.PUSH](bank.context, job.entity, Turn(thorough=job.thorough))
        with bank.database.begin() as tx:
            job_leases.mark_done(tx, job, "me", bank.clock(), timedelta())
    return {job.entity: job.thorough for job in due}


def named_on(bank: WorkerBank, blog: str) -> set[str]:
    """Who stands under the posts of a blog."""
    return {mentor.name for item in bank.blogs.held.get(blog, {}).values() for mentor in item.mentors}


def comment(bank: WorkerBank, blog: PeerBlog, number: int) -> tuple[str, bytes]:
    return blog.event(
        "comment.published",
        id=number,
        post_id=1,
        parent_id=0,
        commenter=f"{number:064x}",
        commenter_basis="email",
        author_name="Lea",
        author_id=0,
        is_staff=False,
        by_post_author=False,
        comment_type="comment",
        content="Comment faites-vous quand une facture n'est pas payée ?",
        published_at=wire_time(bank.clock()),
    )


def test_a_comment_brings_figures_and_looks_at_no_list(bank: WorkerBank) -> None:
    alice = publish(bank, "alice", CASH)
    publish(bank, "bob", CASH[:2] + HIRING[:1])
    assert push_all_due(bank)["alice"], "lists are new"
    assert named_on(bank, "alice") == {"Bob"}
    bank.send(alice, comment(bank, alice, 1))
    push_all_due(bank)
    for number in (2, 3):
        bank.send(alice, comment(bank, alice, number))
        calls = bank.blogs.calls
        assert push_all_due(bank) == {"alice": False}
        assert bank.blogs.calls == calls + 1
        figures = bank.blogs.statistics["alice"]["post", "1"].data
        assert figures is not None
        assert figures["comments"] == number
    with bank.database.read() as tx:
        assert outbox.count_open(tx, "alice") == 0


def test_a_new_name_stands_on_other_blogs_without_any_other_news(bank: WorkerBank) -> None:
    publish(bank, "alice", CASH)
    bob = publish(bank, "bob", CASH[:2] + HIRING[:1])
    push_all_due(bank)
    assert push_all_due(bank) == {}
    bank.send(bob, bob.author(1, "Robert"))
    push_all_due(bank)
    assert named_on(bank, "alice") == {"Robert"}


def test_whoever_was_only_pinned_is_gone_when_they_leave(bank: WorkerBank) -> None:
    publish(bank, "alice", CASH)
    publish(bank, "bob", CASH[:2] + HIRING[:3])
    carol = publish(bank, "carol", HIRING)
    with bank.database.begin() as tx:
        feedback.upsert(tx, AuthorKey("alice", "1"), AuthorKey("carol", "1"), feedback.PINNED, bank.clock())
    push_all_due(bank)
    assert "Carol" in named_on(bank, "alice")
    bank.send(carol, carol.event("author.removed", id=1))
    push_all_due(bank)
    assert "Carol" not in named_on(bank, "alice")


def test_a_person_who_has_gone_is_forgotten_once_the_blog_has_heard(bank: WorkerBank) -> None:
    alice = publish(bank, "alice", CASH)
    bank.send(alice, comment(bank, alice, 1), comment(bank, alice, 2))
    push_all_due(bank)
    person = ("commenter", f"{1:064x}")
    assert bank.blogs.statistics["alice"][person].data
    bank.send(alice, alice.event("comment.removed", id=1))
    push_all_due(bank)
    assert bank.blogs.statistics["alice"][person] == StatsObject(*person, 2, None)
    with bank.database.begin() as tx:
        assert not any(outbox.list_emptied(tx, "alice", ["commenter"], {("commenter", f"{2:064x}")}))
