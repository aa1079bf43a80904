"""A no of either side, and the yes that a blog asks for: on the blog's pages with the next push, and for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bridge.mentors.vetoes import Side, Veto
from bridge.model import AuthorKey, ShowingMode
from bridge.operations import choices, due, withdrawal
from bridge.operations.stations import Station
from bridge.storage.blogs import blogs
from bridge.storage.core import job_leases, jobs
from bridge.storage.core.database import Tx
from bridge.storage.matching import feedback, vetoes
from bridge.worker.outbound.push import push
from tests.lab.texts import CASH, HIRING
from tests.worker.conftest import WorkerBank, publish
from tests.worker.outbound.test_push import named_on, push_all_due

pytestmark = pytest.mark.slow
ALICE, BOB = AuthorKey("alice", "1"), AuthorKey("bob", "1")


@pytest.fixture
def three(bank: WorkerBank) -> WorkerBank:
    """Alice, and two who are near to her."""

    def fill() -> None:
        publish(bank, "alice", CASH)
        publish(bank, "bob", CASH[:2] + HIRING[:2])
        publish(bank, "carol", CASH[2:] + HIRING[:2])
        push_all_due(bank)

    bank.prepare("three near ones", fill)
    assert named_on(bank, "alice") == {"Bob", "Carol"}
    return bank


def act(bank: WorkerBank, say: Callable[[Tx], object], *, matching: bool = False) -> set[str]:
    """Who stands on Alice's pages once that is said; without `matching` by the push alone."""
    with bank.database.begin() as tx:
        say(tx)
    if matching:
        push_all_due(bank)
    else:
        push(bank.context, "alice")
    return named_on(bank, "alice")


@pytest.mark.parametrize(
    "veto",
    [Veto(Side.BLOG, "bob"), Veto(Side.BLOG, "bob", "1"), Veto(Side.MENTOR, "bob", "1")],
    ids=["the blog", "the author", "not here"],
)
def test_a_veto_acts_with_the_next_push_and_ends_with_its_withdrawal(three: WorkerBank, veto: Veto) -> None:
    now = three.clock()
    assert act(three, lambda tx: choices.say_no(tx, "alice", veto, now)) == {"Carol"}
    assert act(three, lambda tx: None, matching=True) == {"Carol"}
    three.send(three.peers["bob"], three.peers["bob"].post(9, 1, *CASH[0], 9))
    assert act(three, lambda tx: None, matching=True) == {"Carol"}, "whatever they write"
    assert act(three, lambda tx: choices.take_no_back(tx, "alice", veto, now), matching=True) == {"Bob", "Carol"}


@pytest.mark.parametrize(
    "veto",
    [
        Veto(Side.BLOG, "bob"),
        Veto(Side.BLOG, "bob", "1"),
        Veto(Side.BLOG, "bob", "1", post_id="1"),
        Veto(Side.BLOG, word="facture"),
        Veto(Side.MENTOR, "bob", "1"),
        Veto(Side.MENTOR, "bob", "1", word="facture"),
    ],
    ids=["the blog", "the author", "under a post", "a word", "not here", "not like this"],
)
def test_a_no_waits_neither_for_a_rest_nor_for_what_is_still_to_be_read(three: WorkerBank, veto: Veto) -> None:
    now, hour = three.clock(), timedelta(hours=1)
    with three.database.begin() as tx:
        jobs.mark_due(tx, Station.PUSH, ["alice"], now, urgent=True)
        (just_pushed,) = job_leases.claim_due(tx, Station.PUSH, "me", now, hour)
        job_leases.mark_done(tx, just_pushed, "me", now, timedelta(minutes=1))
        due.lists_changed(tx, ["alice"], now)
        assert not job_leases.claim_due(tx, Station.PUSH, "me", now, hour), "it rests"
        jobs.mark_due(tx, Station.ABSORB, ["alice", "bob"], now - hour)
        choices.say_no(tx, "alice", veto, now)
        (first,) = job_leases.claim_due(tx, Station.PUSH, "me", now, hour)
    assert (first.entity, first.thorough) == ("alice", True)


def test_whoever_was_refused_stays_refused_when_they_leave_and_come_back(three: WorkerBank) -> None:
    veto, bob = Veto(Side.BLOG, "bob", "1"), three.peers["bob"]
    act(three, lambda tx: choices.say_no(tx, "alice", veto, three.clock()))
    three.send(bob, bob.event("author.removed", id=1))
    push_all_due(three)
    three.send(
        bob, bob.author(1, "Bob"), *(bob.post(n + 20, 1, title, text, n) for n, (title, text) in enumerate(CASH))
    )
    push_all_due(three)
    assert named_on(three, "alice") == {"Carol"}
    assert named_on(three, "carol") >= {"Bob"}, "elsewhere they are back"


def test_one_line_is_dropped_under_one_post(three: WorkerBank) -> None:
    before = {post: [mentor.name for mentor in item.mentors] for post, item in three.blogs.held["alice"].items()}
    post = next(post for post, names in before.items() if "Bob" in names)
    drop = Veto(Side.BLOG, "bob", "1", post_id=post)
    act(three, lambda tx: choices.say_no(tx, "alice", drop, three.clock()), matching=True)
    after = {post: [mentor.name for mentor in item.mentors] for post, item in three.blogs.held["alice"].items()}
    assert after == {**before, post: [name for name in before[post] if name != "Bob"]}


def test_a_word_is_a_reason_no_more(three: WorkerBank) -> None:
    def topics() -> set[str]:
        return {
            word for item in three.blogs.held["alice"].values() for mentor in item.mentors for word in mentor.topics
        }

    def block(words: list[str]) -> set[str]:
        vetoes = [Veto(Side.BLOG, word=word) for word in words]
        return act(three, lambda tx: [choices.say_no(tx, "alice", veto, three.clock()) for veto in vetoes])

    first, *rest = sorted(topics())
    block(rest)
    assert topics() <= {first}
    assert block([first]) == set()


@pytest.mark.parametrize("mode", [ShowingMode.APPROVED, ShowingMode.ASK])
def test_a_blog_that_asks_shows_whom_it_approved_or_pinned(three: WorkerBank, mode: ShowingMode) -> None:
    now = three.clock()
    assert act(three, lambda tx: choices.choose_mode(tx, "alice", mode, now)) == set()
    assert act(three, lambda tx: choices.approve(tx, "alice", BOB, now)) == {"Bob"}
    pinned = AuthorKey("carol", "1")
    assert act(three, lambda tx: feedback.upsert(tx, ALICE, pinned, feedback.PINNED, now)) == {"Bob", "Carol"}
    assert act(three, lambda tx: choices.forget_approval(tx, "alice", BOB, now)) == {"Carol"}
    assert act(three, lambda tx: choices.choose_mode(tx, "alice", ShowingMode.ALL, now)) == {"Bob", "Carol"}


def test_the_last_word_on_whom_a_blog_shows_counts_whoever_says_it(three: WorkerBank) -> None:
    alice = three.peers["alice"]
    three.send(alice, alice.blog_updated(showing="ask"))
    assert act(three, lambda tx: None, matching=True) == set()
    now = three.clock()
    assert act(three, lambda tx: choices.choose_mode(tx, "alice", ShowingMode.ALL, now)) == {"Bob", "Carol"}
    three.send(alice, alice.blog_updated(showing="ask"))
    assert act(three, lambda tx: None, matching=True) == {"Bob", "Carol"}, "the same again is no new choice"
    three.send(alice, alice.blog_updated(showing="approved"))
    assert act(three, lambda tx: None, matching=True) == set()
    three.send(alice, alice.blog_updated())
    assert act(three, lambda tx: None, matching=True) == set(), "an older plugin says nothing about it"


def test_decisions_outlive_a_blog_that_begins_anew(three: WorkerBank) -> None:
    """As after a backup was put back on either side: what the blog says is taken away, what it decided is not."""
    veto, now = Veto(Side.BLOG, "bob", "1"), three.clock()
    with three.database.begin() as tx:
        choices.choose_mode(tx, "alice", ShowingMode.ASK, now)
        choices.approve(tx, "alice", AuthorKey("carol", "1"), now)
        choices.say_no(tx, "alice", veto, now)
        withdrawal.reset_content(tx, "alice", now)
        decided = vetoes.get_choices(tx, "alice", blogs.get(tx, "alice").showing)
    assert decided.vetoes == (veto,)
    assert decided.is_approved(AuthorKey("carol", "1"), pinned=False)
    assert not decided.is_approved(BOB, pinned=False)
