"""Passages, skills and facets are read at absorption, kept with their post, and read again when needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bridge.mentors.post_reading import READING_VERSION
from bridge.mentors.skills import Skill
from bridge.model import MentorKey
from bridge.operations.stations import Station
from bridge.operations.statistics import report_statistics
from bridge.storage.blogs import blogs
from bridge.storage.content import post_analysis
from bridge.storage.content.tables import posts
from bridge.storage.core import jobs
from bridge.storage.matching import facets, skills
from tests.lab.texts import CASH
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow

TOLD = "<p>En mai, j'ai perdu mon plus gros client. Le bail commercial courait toujours et la trésorerie baissait.</p>"


def blog_with(bank: WorkerBank, *contents: str) -> PeerBlog:
    peer = bank.blog("alice")
    bank.send(peer, peer.author(1, "Alice"))
    bank.send(peer, *(peer.post(n + 1, 1, f"Billet {n}", text, n) for n, text in enumerate(contents)))
    bank.work()
    return peer


def read(bank: WorkerBank) -> dict[str, post_analysis.PostAnalysis]:
    with bank.database.read() as tx:
        return {one.remote_id: one for one in post_analysis.list_by_author(tx, "alice", "1")}


def test_a_post_keeps_its_passages_with_place_and_reason(bank: WorkerBank) -> None:
    blog_with(bank, TOLD)
    lived = read(bank)["1"].lived
    (passage,) = lived.passages
    assert (passage.position, passage.label) == (0, "failure")
    assert passage.text == "En mai, j'ai perdu mon plus gros client."
    assert passage.patterns == ("failure: j'ai perdu",)
    assert set(lived.skills) == {"commercial-lease", "cash-flow"}
    assert lived.disclosure is not None
    assert lived.disclosure > 0


def test_an_edit_takes_the_passage_away(bank: WorkerBank) -> None:
    peer = blog_with(bank, TOLD)
    bank.send(
        peer, peer.post(1, 1, "Billet", "<p>Le marché ouvre à huit heures, rue Principale, tous les jours.</p>", 1)
    )
    bank.work()
    assert read(bank)["1"].lived.passages == ()


def test_a_post_about_a_crisis_is_not_counted(bank: WorkerBank) -> None:
    blog_with(bank, f"{TOLD}<p>J'avais des idées noires, tous les soirs de cet hiver-là.</p>")
    lived = read(bank)["1"].lived
    assert (lived.passages, lived.disclosure) == ((), None)


def test_posts_from_before_the_patterns_are_read_in_the_night(bank: WorkerBank) -> None:
    blog_with(bank, TOLD, *(text for _, text in CASH))
    with bank.database.begin() as tx:
        tx.execute(update(posts).values(lived="{}", disclosure=None, read_with=""))
        jobs.mark_due(tx, Station.SWEEP, [jobs.BANK], bank.clock())
    bank.work()
    assert len(read(bank)["1"].lived.passages) == 1


def test_an_imported_skill_is_found_in_posts_that_are_already_here(bank: WorkerBank) -> None:
    blog_with(bank, TOLD.replace("mai", "mai, la tenue de ruches commencée"), *(text for _, text in CASH))
    bees = Skill("http://data.example/bees", "esco", {"fr": "élever des abeilles"}, {"fr": ("tenue de ruches",)})
    with bank.database.begin() as tx:
        skills.upsert_import(tx, "esco", [bees])
        jobs.mark_due(tx, Station.SWEEP, [jobs.BANK], bank.clock())
    bank.work()
    assert bees.id in read(bank)["1"].lived.skills
    with bank.database.read() as tx:
        assert bank.context.matcher(tx).version == "1"
        assert {row.read_with for row in tx.execute(posts.select())} == {f"{READING_VERSION}.1"}


def test_mentors_have_percentiles_from_five_posts_on(bank: WorkerBank) -> None:
    few = MentorKey("alice", "1", "fr").id
    peer = blog_with(bank, *(text for _, text in CASH[:4]))
    with bank.database.read() as tx:
        row = facets.find(tx, few)
    assert row is not None
    assert (row.personal_percentile, row.depth_percentile) == (None, None)
    bank.send(peer, *(peer.post(50 + n, 1, f"Suite {n}", TOLD * 3, 50 + n) for n in range(3)))
    bank.work()
    bank.clock.advance(minutes=1)
    bank.work()
    with bank.database.read() as tx:
        row = facets.find(tx, few)
    assert row is not None
    assert (row.personal_percentile, row.depth_percentile) == (50, 50)
    assert (row.posts, row.telling >= 3) == (7, True)
    bank.send(peer, peer.event("author.removed", id=1))
    bank.work()
    with bank.database.read() as tx:
        assert facets.find(tx, few) is None


def test_a_blog_learns_whether_telling_goes_with_comments(bank: WorkerBank) -> None:
    dry = "<p>Le marché ouvre à huit heures, rue Principale, tous les jours de la semaine.</p>"
    peer = blog_with(bank, *[TOLD] * 10, *[dry] * 20)
    posted = bank.clock() - timedelta(days=60)
    with bank.database.begin() as tx:
        tx.execute(update(posts).values(published_at=posted))
    said = {
        "parent_id": 0,
        "commenter_basis": "email",
        "author_name": "Lise",
        "author_id": 0,
        "is_staff": False,
        "by_post_author": False,
        "comment_type": "comment",
        "content": "Chez nous aussi, le bail a tout mangé.",
    }
    at = (posted + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    bank.send(
        peer,
        *(
            peer.event("comment.published", id=n, post_id=n, commenter=f"{n:064x}", published_at=at, **said)
            for n in range(1, 11)
        ),
    )
    bank.work()
    with bank.database.read() as tx:
        found = report_statistics(tx, blogs.get(tx, "alice"), bank.clock(), ever=True).figures
    assert (found["disclosure_resonance"]["value"], found["disclosure_resonance"]["n"]) == (1.0, 30)
    assert found["disclosure_relevance"]["value"] is None


def test_only_what_its_author_ticked_may_be_quoted_and_an_edit_takes_it_back(bank: WorkerBank) -> None:
    peer = blog_with(bank, TOLD)

    def quoted() -> list[str]:
        with bank.database.read() as tx:
            return [passage.text for _, passage in post_analysis.list_quotable_passages(tx, "alice", "1")]

    (passage,) = read(bank)["1"].lived.passages
    assert quoted() == []
    bank.send(peer, peer.author(1, "Alice", quotable=[passage.key], role="both"))
    bank.work()
    assert quoted() == [passage.text]
    bank.send(peer, peer.post(1, 1, "Billet", TOLD.replace("plus gros", "meilleur"), 1))
    bank.work()
    assert len(read(bank)["1"].lived.passages) == 1
    assert quoted() == []
