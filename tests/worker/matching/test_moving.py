"""An author who moves in the bank: the lists of others follow at once, as if they had been made anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bridge.mentors.explain import Reason
from bridge.model import MentorKey
from bridge.operations.withdrawal import pause_blog, withdraw
from bridge.storage.content.tables import posts
from bridge.storage.core import counters
from bridge.storage.core.database import Tx
from bridge.storage.matching import epochs, profiles
from bridge.storage.matching.tables import post_postings, post_related
from bridge.text.terms import WEIGHT_UNIT
from bridge.worker.matching import author_profile, refresh
from bridge.worker.matching import lists as matching_lists
from bridge.worker.matching.snapshot import Snapshot
from tests.conftest import NOW, DatabaseSnapshots
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog, silent_blog
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow

NAMES = ("ann", "ben", "cy", "dan")


@pytest.fixture
def known(bank: WorkerBank, database_url: str, kept: DatabaseSnapshots) -> dict[str, PeerBlog]:
    """Four mentors of one subject, in one epoch."""

    def fill() -> dict[str, int]:
        said = {name: publish(bank, name, CASH).revision for name in NAMES}
        bank.clock.advance(minutes=1)
        bank.work()
        return said

    said = kept.once("moving", bank.database, database_url, fill)
    bank.clock.now = NOW + timedelta(minutes=1)
    return {name: silent_blog(name, f"https://{name}.example", revision=revision) for name, revision in said.items()}


def lists(bank: WorkerBank, tx: Tx) -> dict[int, list[tuple[int, int, Reason]]]:
    return {
        mentor: [(line.mentor_id, line.score, line.reason) for line in profiles.list_related(tx, mentor)]
        for mentor in profiles.list_ids(tx)
    }


def anew(bank: WorkerBank, tx: Tx) -> dict[int, list[tuple[int, int, Reason]]]:
    epoch = epochs.find_current(tx)
    assert epoch is not None
    made = {}
    for mentor in profiles.list_ids(tx):
        row = profiles.find(tx, mentor)
        assert row is not None
        look = Snapshot(bank.context, tx, epoch)
        lines = matching_lists.build_author_list(look, row, matching_lists.in_reach_of_author(look, row))
        made[mentor] = [(match.id, match.score, Reason.from_json(reason.to_json())) for match, reason in lines]
    return made


def moved(bank: WorkerBank, blog: PeerBlog, *events: tuple[str, bytes]) -> None:
    bank.clock.advance(minutes=1)
    with bank.database.begin() as tx:  # one more post makes no new epoch: the lists must follow by themselves
        counters.upsert_number(tx, counters.EPOCH_POSTS, 1000)
    bank.send(blog, *events)
    bank.work()


CLOSER = (CASH[0][0], f"{CASH[0][1]}\n{CASH[1][1]}")  # the subject once more, in one post


@pytest.mark.parametrize("text", [CLOSER, HIRING[0], HIRING[1]])
def test_others_follow_a_mentor_who_publishes(
    bank: WorkerBank, known: dict[str, PeerBlog], text: tuple[str, str]
) -> None:
    with bank.database.read() as tx:
        before, epoch = lists(bank, tx), epochs.find_current(tx)
    moved(bank, known["cy"], known["cy"].post(9, 1, *text))
    with bank.database.read() as tx:
        assert epochs.find_current(tx) == epoch
        after = lists(bank, tx)
        assert after != before
        assert after == anew(bank, tx)


def test_the_same_text_again_brings_its_author_no_nearer(bank: WorkerBank, known: dict[str, PeerBlog]) -> None:
    moved(bank, known["cy"], known["cy"].post(20, 1, *HIRING[0], day=0))
    with bank.database.read() as tx:
        before = lists(bank, tx)
    moved(bank, known["cy"], *(known["cy"].post(n, 1, *CASH[0], day=0) for n in (21, 22, 23)))
    with bank.database.read() as tx:
        after = lists(bank, tx)
    cy = MentorKey("cy", "1", "fr").id
    for mentor, lines in after.items():
        for other, score, _ in lines:
            if other == cy:
                assert score - dict(line[:2] for line in before[mentor])[cy] < WEIGHT_UNIT // 1000


@pytest.mark.parametrize("leave", [withdraw, pause_blog])
def test_who_leaves_while_an_author_is_refreshed_enters_no_list(
    leave: Callable[[Tx, str, datetime], object],
    bank: WorkerBank,
    known: dict[str, PeerBlog],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another worker may absorb a withdrawal between what a refresh reads and what it writes."""
    index_posts = author_profile._index_posts

    def index_while_ben_leaves(*args: Any) -> None:
        index_posts(*args)
        with bank.database.begin() as tx:
            leave(tx, "ben", bank.clock())

    monkeypatch.setattr(author_profile, "_index_posts", index_while_ben_leaves)
    refresh.refresh(bank.context, "ann/1")
    ben = MentorKey("ben", "1", "fr").id
    with bank.database.read() as tx:
        assert ben not in {line.mentor_id for line in profiles.list_related(tx, MentorKey("ann", "1", "fr").id)}
        post_lists = profiles.list_post_lists(tx, "ann").values()
        assert ben not in {line.mentor_id for lines in post_lists for line in lines}


def test_a_post_that_is_taken_back_while_its_author_is_refreshed_leaves_nothing(
    bank: WorkerBank, known: dict[str, PeerBlog], monkeypatch: pytest.MonkeyPatch
) -> None:
    index_posts = author_profile._index_posts

    def index_while_ann_leaves(*args: Any) -> None:
        index_posts(*args)
        with bank.database.begin() as tx:
            withdraw(tx, "ann", bank.clock())

    monkeypatch.setattr(author_profile, "_index_posts", index_while_ann_leaves)
    with bank.database.begin() as tx:
        tx.execute(posts.update().where(posts.c.blog_id == "ann").values(listed_as=""))
    refresh.refresh(bank.context, "ann/1")
    with bank.database.read() as tx:
        known_posts = select(posts.c.id)
        for table in (post_related, post_postings):
            assert tx.execute(select(table).where(table.c.post_id.not_in(known_posts))).all() == []
