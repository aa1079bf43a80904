"""What an author repeats is none of their posts, and the same text counts once, whatever came first."""

from __future__ import annotations

from sqlalchemy import select, update

from bridge.mentors.profiles import Profile
from bridge.model import MentorKey
from bridge.operations import search
from bridge.operations.stations import Station
from bridge.storage.content.tables import posts
from bridge.storage.core import jobs
from bridge.storage.matching import profiles
from bridge.text.terms import WEIGHT_UNIT, TermCounts, dot
from tests.lab.texts import CASH
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, publish

SIGNATURE = "Recevez ma lettre du vendredi : ateliers de calligraphie, balades, courage et chocolat."
SIGNED = tuple((title, f"{text}\n{SIGNATURE}") for title, text in CASH)


def words(bank: WorkerBank, post: str) -> set[str]:
    """The words kept of a post of Ann's."""
    with bank.database.read() as tx:
        raw = tx.execute(select(posts.c.counts).where(posts.c.blog_id == "ann", posts.c.remote_id == post)).scalar_one()
    return set(TermCounts.from_bytes(raw).surfaces)


def profile(bank: WorkerBank) -> bytes:
    with bank.database.read() as tx:
        row = profiles.find(tx, MentorKey("ann", "1", "fr").id)
    assert row is not None
    return row.profile.to_bytes()


def found(bank: WorkerBank, need: str) -> list[tuple[str, int]]:
    with bank.database.read() as tx:
        return [(one.key.blog_id, one.votes) for one in search.search(tx, need).mentors]


def rested(bank: WorkerBank) -> None:
    bank.clock.advance(minutes=1)
    bank.work()


def test_a_signature_is_no_part_of_the_posts_above_it(bank: WorkerBank) -> None:
    ann = publish(bank, "ann", SIGNED)
    rested(bank)
    assert "calligraphie" not in words(bank, "1")
    assert "trésorerie" in words(bank, "1")
    assert found(bank, "calligraphie") == []
    # The habit was one of three posts: without them it is what it was, a sentence of a post.
    bank.send(ann, *(ann.event("post.removed", id=n) for n in (3, 4, 5)))
    rested(bank)
    assert "calligraphie" in words(bank, "1")


def test_a_signature_leaves_the_same_profile_as_posts_without_one(bank: WorkerBank) -> None:
    ann = publish(bank, "ann", SIGNED)
    rested(bank)
    signed = profile(bank)
    bank.send(ann, *(ann.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate(CASH)))
    rested(bank)
    assert profile(bank) == signed


def test_the_same_text_again_has_no_vote_and_no_more_weight(bank: WorkerBank) -> None:
    ann = publish(bank, "ann", CASH)
    rested(bank)
    before = profile(bank)
    bank.send(ann, *(ann.post(n, 1, CASH[0][0], f"{CASH[0][1]} Merci de m'avoir lue.", 0) for n in (20, 21, 22)))
    rested(bank)
    assert dict(found(bank, "loyer")) == {"ann": 1}
    was, now = Profile.from_bytes(before).vector, Profile.from_bytes(profile(bank)).vector
    assert dot(was, now) > 0.98 * WEIGHT_UNIT


def test_posts_from_before_they_were_measured_are_measured_in_the_night(bank: WorkerBank) -> None:
    publish(bank, "ann", SIGNED)
    rested(bank)
    wanted = profile(bank)
    with bank.database.begin() as tx:
        tx.execute(update(posts).values(substance=None, brief=None, read_with="1.0"))
        jobs.mark_due(tx, Station.SWEEP, [jobs.BANK], bank.clock())
    bank.work()
    assert profile(bank) == wanted
    with bank.database.read() as tx:
        assert tx.execute(select(posts.c.id).where(posts.c.substance.is_(None))).first() is None


def test_what_comes_late_is_read_beside_what_is_here(bank: WorkerBank) -> None:
    ann: PeerBlog = publish(bank, "ann", SIGNED[:2])
    assert "calligraphie" in words(bank, "1")
    bank.send(ann, ann.post(3, 1, *SIGNED[2], 2))
    rested(bank)
    assert "calligraphie" not in words(bank, "1") | words(bank, "3")
