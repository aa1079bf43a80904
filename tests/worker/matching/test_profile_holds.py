"""In a large bank an author who suddenly turns to something else stays in lists as they were, until they confirm."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bridge.mentors.anti_gaming import RULES_ON
from bridge.model import AuthorKey, MentorKey
from bridge.operations.stations import Station
from bridge.storage.blogs import blogs
from bridge.storage.core import counters, jobs
from bridge.storage.matching import profile_holds, profiles
from tests.conftest import NOW, DatabaseSnapshots
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog, silent_blog, wire_time
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow

ANN, TARGET = MentorKey("ann", "1", "fr"), MentorKey("tom", "1", "fr")


@pytest.fixture
def ann(bank: WorkerBank, database_url: str, kept: DatabaseSnapshots) -> PeerBlog:
    """Ann has written about cash for a year, Tom and Ted about hiring; in a bank where the rules hold."""
    bank.context.rules_from = 1
    bank.context.rules = replace(
        RULES_ON, per_day=0, per_week=0, steady_posts=0
    )  # what is tried here is the move alone
    said = kept.once("holding", bank.database, database_url, partial(_fill, bank))
    return silent_blog("ann", "https://ann.example", revision=said)


def _fill(bank: WorkerBank) -> int:
    ann = bank.blog("ann")
    bank.send(ann, ann.author(1, "Ann"), *(written(ann, n, CASH, 30 * n + 20) for n in range(12)))
    for name in ("tom", "ted"):
        publish(bank, name, HIRING)
        with bank.database.begin() as tx:
            blogs.mark_confirmed(tx, name)
            jobs.mark_due(tx, Station.REFRESH, [f"{name}/1"], bank.clock(), blog_id=name)
    bank.work()
    with bank.database.begin() as tx:  # what comes now makes no new epoch
        counters.upsert_number(tx, counters.EPOCH_POSTS, 1000)
    return ann.revision


def written(peer: PeerBlog, number: int, texts: tuple[tuple[str, str], ...], age: int) -> tuple[str, bytes]:
    """A post of that number on the subject, unlike the others: the same text again would count for nothing."""
    sentences = [sentence for _, text in texts for sentence in text.split(". ")]
    said = ". ".join(random.Random(number).sample(sentences, 5))
    at = wire_time(NOW - timedelta(days=age))
    return peer.event(
        "post.published",
        id=number + 1,
        author_id=1,
        url=f"{peer.url}/?p={number + 1}",
        title=texts[0][0],
        content=said,
        excerpt="",
        language="fr-FR",
        published_at=at,
        modified_at=at,
        tags=[],
        categories=[],
        truncated=False,
    )


def burst(bank: WorkerBank, ann: PeerBlog) -> None:
    bank.send(ann, *(written(ann, 100 + n, HIRING, 0) for n in range(20)))
    bank.clock.advance(minutes=1)
    bank.work()


def profile(bank: WorkerBank) -> bytes:
    with bank.database.read() as tx:
        row = profiles.find(tx, ANN.id)
        assert row is not None
        assert row.listed
        return row.profile.vector.to_bytes()


def beside_tom(bank: WorkerBank) -> int:
    """Ann's score in Tom's list."""
    with bank.database.read() as tx:
        return next((line.score for line in profiles.list_related(tx, TARGET.id) if line.mentor_id == ANN.id), 0)


def test_a_burst_is_held_until_its_owner_confirms(bank: WorkerBank, ann: PeerBlog) -> None:
    before, score = profile(bank), beside_tom(bank)
    burst(bank, ann)
    assert profile(bank) == before
    assert beside_tom(bank) == score
    with bank.database.read() as tx:
        held = profile_holds.list_held(tx)
    assert [one.key for one in held] == [ANN]
    bank.clock.advance(days=40)  # waiting is no confirmation
    bank.send(ann, written(ann, 200, HIRING, 0))
    bank.work()
    assert profile(bank) == before
    with bank.database.begin() as tx:
        assert profile_holds.mark_confirmed(tx, AuthorKey("ann", "1"), bank.clock()) == 1
        jobs.mark_due(tx, Station.REFRESH, ["ann/1"], bank.clock(), blog_id="ann")
    bank.work()
    assert profile(bank) != before
    assert beside_tom(bank) > score


def test_what_is_taken_back_needs_no_confirmation(bank: WorkerBank, ann: PeerBlog) -> None:
    before = profile(bank)
    burst(bank, ann)
    bank.send(ann, *(ann.event("post.removed", id=101 + n) for n in range(20)))
    bank.clock.advance(minutes=1)
    bank.work()
    assert profile(bank) == before
    with bank.database.read() as tx:
        assert profile_holds.list_held(tx) == []


def test_the_operator_vouches_for_a_blog(bank: WorkerBank, ann: PeerBlog) -> None:
    with bank.database.begin() as tx:
        blogs.mark_confirmed(tx, "ann")
    before = profile(bank)
    burst(bank, ann)
    assert profile(bank) != before


def test_who_leaves_leaves_no_hold(bank: WorkerBank, ann: PeerBlog) -> None:
    burst(bank, ann)
    bank.send(ann, ann.event("author.removed", id=1))
    bank.work()
    with bank.database.read() as tx:
        assert profile_holds.list_by_author(tx, AuthorKey("ann", "1")) == {}
