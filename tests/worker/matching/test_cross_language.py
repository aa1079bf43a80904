"""A French and an English blog on one subject: each finds the other, says so, and keeps its own language first."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from bridge.mentors.explain import reason_sentence
from bridge.mentors.explain_need import ReasonWord, need_sentence
from bridge.model import MentorKey
from bridge.operations import search
from bridge.storage.matching import candidates, profiles
from bridge.storage.matching.postings import MENTOR_TERMS
from bridge.storage.matching.tables import postings
from bridge.worker import nightly
from bridge.worker.matching.epoch import freeze_epoch
from tests.conftest import NOW, DatabaseSnapshots
from tests.lab.texts import CASH, ENGLISH, FERMENTS, FERMENTS_ENGLISH, HIRING
from tests.peer import PeerBlog, silent_blog
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow


def lists(bank: WorkerBank) -> dict[int, list[tuple[int, int, str]]]:
    with bank.database.read() as tx:
        return {
            mentor: [
                (one.mentor_id, one.score, reason_sentence(one.reason, "fr"))
                for one in profiles.list_related(tx, mentor)
            ]
            for mentor in profiles.list_ids(tx)
        }


@pytest.fixture
def abroad(bank: WorkerBank, database_url: str, kept: DatabaseSnapshots) -> PeerBlog:
    """The English blog; three French ones beside it."""
    said = kept.once("crossing", bank.database, database_url, partial(_fill, bank))
    bank.clock.now = NOW + timedelta(minutes=1)
    return silent_blog("english", "https://english.example", "en-CA", said)


def _fill(bank: WorkerBank) -> int:
    publish(bank, "cash", CASH)
    publish(bank, "hiring", HIRING)
    publish(bank, "ferments", FERMENTS)
    peer = bank.blog("english", "en-CA")
    bank.send(peer, peer.author(1, "Eve"))
    bank.send(peer, *(peer.post(n + 1, 1, *text, n) for n, text in enumerate(FERMENTS_ENGLISH)))
    bank.work()
    freeze_epoch(bank.context)
    bank.clock.advance(minutes=1)
    bank.work()
    return peer.revision


FRENCH, ENGLISH_ONE = MentorKey("ferments", "1", "fr"), MentorKey("english", "1", "en")


def test_each_finds_the_other_and_readers_are_told_the_language(bank: WorkerBank, abroad: PeerBlog) -> None:
    found = lists(bank)
    (said,) = (why for other, _, why in found[FRENCH.id] if other == ENGLISH_ONE.id)
    assert said.startswith("Écrit en anglais\u00a0; thèmes communs\u00a0: ")
    assert FRENCH.id in {other for other, _, _ in found[ENGLISH_ONE.id]}
    assert ENGLISH_ONE.id not in {other for other, _, _ in found[MentorKey("cash", "1", "fr").id]}


def test_who_changes_the_subject_leaves_and_returns_as_if_made_anew(bank: WorkerBank, abroad: PeerBlog) -> None:
    before = lists(bank)
    bank.send(abroad, *(abroad.post(n + 1, 1, *text, n) for n, text in enumerate(ENGLISH)))
    bank.clock.advance(minutes=1)
    bank.work()
    assert ENGLISH_ONE.id not in {other for other, _, _ in lists(bank)[FRENCH.id]}
    bank.send(abroad, *(abroad.post(n + 1, 1, *text, n) for n, text in enumerate(FERMENTS_ENGLISH)))
    bank.clock.advance(minutes=1)
    bank.work()
    freeze_epoch(bank.context)
    nightly.sweep(bank.context)
    assert lists(bank) == before


def test_a_need_in_french_finds_what_english_calls_by_another_name(bank: WorkerBank) -> None:
    english = bank.blog("english", "en")
    bank.send(english, english.author(1, "Eve"))
    bank.send(english, *(english.post(n + 1, 1, *text, n) for n, text in enumerate(ENGLISH)))
    publish(bank, "ferments", FERMENTS)
    bank.clock.advance(minutes=1)
    bank.work()
    with bank.database.read() as tx:
        (found,) = search.search(tx, "ma trésorerie", limit=1).mentors
    assert found.key.blog_id == "english"
    assert found.votes > 0
    said = need_sentence(found.votes, found.words, found.posts[0], "fr", found.key.language)
    assert said.startswith("Écrit en anglais\u00a0; ")
    assert "trésorerie" in said
    assert need_sentence(1, [ReasonWord("prix")], found.posts[0], "en-US", "en").startswith("1 post on prix")


def test_a_bank_of_one_language_pays_nothing(bank: WorkerBank) -> None:
    publish(bank, "ferments", FERMENTS)
    publish(bank, "cash", CASH)
    bank.clock.advance(minutes=1)
    bank.work()
    with bank.database.read() as tx:
        assert all(not len(one.crossing.ids) for one in candidates.list_all(tx))
        assert tx.execute(select(func.count()).select_from(postings)).scalar_one() <= 2 * MENTOR_TERMS
