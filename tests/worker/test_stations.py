"""From events to lists on other blogs, and off them again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from bridge.contract.pushes import Pushed
from bridge.errors import Gone, Refused, Unreachable
from bridge.model import BlogAccess, BlogState, MentorKey, post_id
from bridge.operations import due
from bridge.operations.stations import Station
from bridge.pushes import PushAnswer
from bridge.storage import health
from bridge.storage.bank import cards
from bridge.storage.blogs import blogs, deliveries, outbox
from bridge.storage.blogs.tables import deliveries as delivery_rows
from bridge.storage.content import posts, shown_times
from bridge.storage.core import job_leases, jobs
from bridge.storage.matching import epochs, profiles
from bridge.worker import nightly
from bridge.worker.matching.lists import query_of_post
from bridge.worker.matching.profiles import vector_of_post
from bridge.worker.matching.snapshot import Snapshot
from bridge.worker.outbound.list_wording import compile_objects
from bridge.worker.outbound.push import push
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog, wire_time
from tests.worker.conftest import WorkerBank, post_author, publish


@pytest.fixture
def alice(bank: WorkerBank) -> PeerBlog:
    return bank.prepare("alice", lambda: publish(bank, "alice", CASH))["alice"]


@pytest.fixture
def bob(bank: WorkerBank, alice: PeerBlog) -> PeerBlog:
    def fill() -> None:
        publish(bank, "bob", HIRING)
        bank.clock.advance(minutes=1)
        bank.work()

    return bank.prepare("alice_and_bob", fill)["bob"]


def shown_on(bank: WorkerBank, name: str) -> set[str]:
    with bank.database.read() as tx:
        objects = compile_objects(tx, blogs.get(tx, name))
    return {mentor.name for item in objects for mentor in item.mentors}


def test_each_shows_the_other_and_never_itself(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    assert shown_on(bank, "alice") == {"Bob"}
    assert shown_on(bank, "bob") == {"Alice"}


def test_a_reason_is_a_sentence_with_topics_and_a_post(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    with bank.database.read() as tx:
        mentor = compile_objects(tx, blogs.get(tx, "alice"))[0].mentors[0]
    assert mentor.why.startswith("Thèmes communs")
    assert mentor.topics
    assert mentor.post is not None
    assert mentor.post.url.startswith("https://bob.example/")


def test_under_a_post_a_reason_says_what_both_come_back_to(bank: WorkerBank) -> None:
    """A word that stands in one post alone is said where nothing else is shared, and only then."""
    roof, both = "La verrière attend. On lave la verrière. ", "La verrière et la fonderie, puis la fonderie. "
    once = ("La verrière", f"{5 * both} Il pleut sur le toit, et personne ne passe avant midi dans la rue.")
    publish(bank, "glass", (*((title, roof + body) for title, body in HIRING), once))
    publish(bank, "metal", tuple((title, 3 * both + body) for title, body in CASH))
    with bank.database.read() as tx:
        epoch = epochs.find_current(tx)
        assert epoch is not None
        look = Snapshot(bank.context, tx, epoch)
        (post,) = posts.list_by_ids(tx, [post_id("glass", str(len(HIRING) + 1))])
        asked = query_of_post(look, post, vector_of_post(bank.context, tx, epoch, post))
        reason = look.reason(asked, MentorKey("metal", "1", "fr"))
    assert reason is not None
    assert reason.topics == ("verrière",)


def test_an_author_who_was_never_announced_is_shown_nowhere(bank: WorkerBank, alice: PeerBlog) -> None:
    carol = bank.blog("carol")
    bank.send(carol, *(carol.post(n + 1, 9, title, text, n) for n, (title, text) in enumerate(HIRING)))
    bank.work()
    assert shown_on(bank, "alice") == set()
    bank.send(carol, carol.author(9, "Carol"))  # consent arrives after the posts
    bank.work()
    assert shown_on(bank, "alice") == {"Carol"}


def test_withdrawal_is_at_once_and_leaves_no_payload(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    bank.send(bob, bob.event("author.removed", id=1))
    bank.work()
    assert shown_on(bank, "alice") == set()
    with bank.database.read() as tx:
        counted = health.count_stored(tx)["bob"]
        bodies = tx.execute(
            delivery_rows.select().where(delivery_rows.c.blog_id == "bob", delivery_rows.c.body.is_not(None))
        ).all()
    assert (counted.posts, counted.authors, counted.mentors) == (0, 0, 0)
    assert bodies == []


def test_what_is_older_than_a_removal_stays_away_what_is_newer_comes_back(bank: WorkerBank, alice: PeerBlog) -> None:
    early = alice.post(50, 1, "Ancien", CASH[0][1])
    removed = alice.event("post.removed", id=50)
    bank.send(alice, removed)
    bank.work()
    bank.send(alice, early)
    bank.work()
    with bank.database.read() as tx:
        assert post_author(tx, "alice", "50") is None
    bank.send(alice, alice.post(50, 1, "Revenu", CASH[0][1]))
    bank.work()
    with bank.database.read() as tx:
        assert post_author(tx, "alice", "50") == "1"


def test_a_blog_that_leaves_is_gone_from_everywhere(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    bank.send(bob, bob.event("blog.removed"))
    bank.work()
    assert shown_on(bank, "alice") == set()
    with bank.database.read() as tx:
        assert blogs.get(tx, "bob").has_left
        assert profiles.list_ids_by_blog(tx, "bob") == []
        assert deliveries.count_by_state(tx).get("waiting", 0) == 0


def test_what_does_not_fit_is_kept_with_its_reason_and_the_rest_counts(bank: WorkerBank, alice: PeerBlog) -> None:
    good, bad = alice.post(60, 1, "Bon", CASH[0][1]), alice.event("post.published", id=61)
    bank.send(alice, alice.batch([good, bad]), ("garbage1", b"\xff{"))
    bank.work()
    with bank.database.read() as tx:
        assert post_author(tx, "alice", "60") == "1"
        assert health.count_stored(tx)["alice"].quarantined == 2


def test_what_was_in_quarantine_is_read_again_and_changes_nothing_newer(bank: WorkerBank, alice: PeerBlog) -> None:
    old = alice.post(60, 1, "Ancien titre", CASH[0][1])
    bad = alice.event("post.published", id=61)
    bank.send(alice, alice.post(60, 1, "Nouveau titre", CASH[0][1]), alice.batch([old, bad]))
    bank.work()
    with bank.database.begin() as tx:
        (held,) = deliveries.list_quarantined(tx, "alice")
        assert held.error
        assert held.rerunnable
        requeued = deliveries.mark_requeued(tx, delivery_ids=[held.id])
        assert requeued == ["alice"]
        due.deliveries_requeued(tx, requeued, bank.clock())
    bank.work()
    with bank.database.read() as tx:
        (again,) = deliveries.list_quarantined(tx)
        assert (again.id, again.error) == (held.id, held.error)
        assert [row.title for row in posts.list_by_author(tx, "alice", "1") if row.remote_id == "60"] == [
            "Nouveau titre"
        ]


def test_how_long_a_new_post_waits_for_its_first_list_is_counted_once(
    bank: WorkerBank, alice: PeerBlog, bob: PeerBlog
) -> None:
    push(bank.context, "alice")  # all of it history
    told = wire_time(bank.clock())
    bank.send(alice, alice.post(90, 1, "Encore un acompte", CASH[1][1], published_at=told, modified_at=told))
    bank.work()
    bank.clock.advance(seconds=12)
    for _ in range(2):
        push(bank.context, "alice")
        with bank.database.read() as tx:
            times = shown_times.get_all(tx)
        assert times.counts[shown_times.UPPER_BOUNDS.index(15)] == sum(times.counts) == 1
        assert 12 <= times.seconds <= 15
        bank.send(alice, alice.post(90, 1, "Encore un acompte", CASH[2][1], published_at=told, modified_at=told))
        bank.work()


def test_only_what_changed_is_pushed(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    push(bank.context, "alice")
    assert bank.blogs.held["alice"]
    calls = bank.blogs.calls
    push(bank.context, "alice")
    assert bank.blogs.calls == calls
    bank.send(bob, bob.event("author.removed", id=1))
    bank.work()
    push(bank.context, "alice")
    assert all(item.mentors == () and item.version == 2 for item in bank.blogs.held["alice"].values())


def test_what_a_blog_passes_over_in_silence_is_given_once_a_round(
    bank: WorkerBank, alice: PeerBlog, bob: PeerBlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as an older plugin, which does not know the kind: no call after the other, and the rest arrives."""
    calls: list[int] = []

    def deaf(blog: BlogAccess, objects: Sequence[Pushed], now: datetime) -> PushAnswer:
        calls.append(len(objects))
        _, *others = objects
        return PushAnswer(accepted=tuple((item.kind, item.object, item.version) for item in others))

    monkeypatch.setattr(bank.blogs, "push", deaf)
    push(bank.context, "alice")
    with bank.database.read() as tx:
        assert outbox.count_open(tx, "alice") == len(calls)
    assert len(calls) <= 2  # lists, statistics
    monkeypatch.undo()
    push(bank.context, "alice")
    with bank.database.read() as tx:
        assert outbox.count_open(tx, "alice") == 0


def test_a_refused_older_version_is_gone_above(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    push(bank.context, "alice")
    name = next(iter(bank.blogs.held["alice"]))
    with bank.database.begin() as tx:
        outbox.record_answer(tx, "alice", PushAnswer(refused=(("related", name, 41),)))
        (waiting,) = outbox.list_open(tx, "alice", 9)
    assert waiting.version == 42


def test_five_days_of_failures_pause_a_blog_and_a_ping_brings_it_back(
    bank: WorkerBank, alice: PeerBlog, bob: PeerBlog
) -> None:
    bank.blogs.failure = Unreachable("nobody there")
    for _ in range(2):
        with pytest.raises(Unreachable):
            push(bank.context, "bob")
        bank.clock.advance(days=5, hours=1)
    with bank.database.read() as tx:
        assert blogs.get(tx, "bob").state is BlogState.PAUSED
        assert "certificate" in (blogs.get(tx, "bob").failure or "")
    assert shown_on(bank, "alice") == set()
    bank.send(bob, bob.event("ping"))
    bank.work()
    assert shown_on(bank, "alice") == {"Bob"}


def test_gone_disconnects_and_another_failure_does_not(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog) -> None:
    bank.blogs.failure = Refused("the blog answered 403", status=403)
    with pytest.raises(Refused):
        push(bank.context, "bob")
    assert shown_on(bank, "alice") == {"Bob"}
    bank.blogs.failure = Gone("left", status=410)
    with pytest.raises(Gone):
        push(bank.context, "bob")
    assert shown_on(bank, "alice") == set()


def test_a_blog_that_says_nothing_for_thirty_days_is_withdrawn(
    bank: WorkerBank, alice: PeerBlog, bob: PeerBlog
) -> None:
    bank.clock.advance(days=29)
    bank.send(alice, alice.event("ping"))
    bank.work()
    bank.clock.advance(days=2)
    nightly.retain(bank.context)
    with bank.database.read() as tx:
        assert blogs.get(tx, "alice").state is BlogState.CONNECTED
        assert blogs.get(tx, "bob").has_left


def test_payloads_go_after_their_retention(bank: WorkerBank, alice: PeerBlog) -> None:
    bank.clock.advance(days=8)
    nightly.retain(bank.context)
    with bank.database.read() as tx:
        assert tx.execute(delivery_rows.select().where(delivery_rows.c.body.is_not(None))).all() == []


def test_an_operator_may_keep_payloads_for_less(
    bank: WorkerBank, alice: PeerBlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.clock.advance(days=3)
    nightly.retain(bank.context)
    with bank.database.read() as tx:
        assert tx.execute(delivery_rows.select().where(delivery_rows.c.body.is_not(None))).all() != []
    monkeypatch.setitem(bank.context.config.retention, "payloads_days", 2)
    nightly.retain(bank.context)
    with bank.database.read() as tx:
        assert tx.execute(delivery_rows.select().where(delivery_rows.c.body.is_not(None))).all() == []


def test_that_something_was_delivered_is_forgotten_but_for_the_last_of_each_blog(
    bank: WorkerBank, alice: PeerBlog, bob: PeerBlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "DELIVERIES_BATCH", 2)

    def held() -> list[str]:
        with bank.database.read() as tx:
            return sorted(row.webhook_id for row in tx.execute(delivery_rows.select()))

    def stay_in_touch(days: int) -> None:
        for _ in range(days // 20):
            bank.clock.advance(days=20)
            for peer in (alice, bob):
                bank.send(peer, peer.event("ping"))
        bank.work()
        nightly.retain(bank.context)

    before = held()
    stay_in_touch(80)
    assert set(before) < set(held())
    stay_in_touch(20)
    assert not set(before) & set(held())
    with bank.database.begin() as tx:
        deliveries.delete_settled_before(tx, bank.clock() + timedelta(days=1), 1000)
        last = [row.blog_id for row in tx.execute(delivery_rows.select())]
    assert sorted(last) == ["alice", "bob"], "by it a backup that was put back is known"


def test_news_for_a_blog_does_not_shorten_its_backoff(bank: WorkerBank, alice: PeerBlog) -> None:
    now = bank.clock()
    with bank.database.begin() as tx:
        jobs.mark_due(tx, Station.PUSH, ["alice"], now, blog_id="alice")
        (task,) = job_leases.claim_due(tx, Station.PUSH, "me", now, timedelta(minutes=1))
        job_leases.mark_failed(tx, task, "me", now, timedelta(hours=2), "away", waits_for_blog=True)
        jobs.mark_due(tx, Station.PUSH, ["alice"], now, blog_id="alice")
        assert job_leases.claim_due(tx, Station.PUSH, "me", now, timedelta(minutes=1)) == []
        jobs.mark_due(tx, Station.PUSH, ["alice"], now, blog_id="alice", urgent=True)
        assert job_leases.claim_due(tx, Station.PUSH, "me", now, timedelta(minutes=1))


def test_what_a_blog_is_given_is_on_the_disk_before(
    bank: WorkerBank, alice: PeerBlog, bob: PeerBlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[str] = []
    event.listen(bank.database._hasty, "commit", lambda _: commits.append("hasty"))
    event.listen(bank.database._writers, "commit", lambda _: commits.append("durable"))
    before: list[str] = []
    give = bank.blogs.push

    def given(blog: BlogAccess, objects: Sequence[Pushed], now: datetime) -> PushAnswer:
        before.append(commits[-1])
        return give(blog, objects, now)

    monkeypatch.setattr(bank.blogs, "push", given)
    push(bank.context, "alice")
    assert set(before) == {"durable"}
    assert "hasty" in commits, "the rest of its work waits for no disk"


@pytest.mark.parametrize("name", ["admin", "Administrateur", ""])
def test_nobody_is_shown_as_admin(bank: WorkerBank, alice: PeerBlog, bob: PeerBlog, name: str) -> None:
    bank.send(bob, bob.author(1, name))
    bank.clock.advance(minutes=1)
    bank.work()
    assert shown_on(bank, "alice") == {"Bob"}, "the name of the blog"
    with bank.database.read() as tx:
        shown = cards.find(tx, "bob")
    assert shown is not None
    assert (shown.name, shown.blog, shown.personal) == ("Bob", "Bob", False)
