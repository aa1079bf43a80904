"""Whatever finds candidates, the same mentors are shown, and nobody who has left."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from qdrant_client import QdrantClient
from structlog.testing import capture_logs

from bridge.mentors.related import AUTHOR_LIST_LENGTH, Match, related_mentors
from bridge.mentors.similarity import Candidate
from bridge.storage.core.database import Database, Tx
from bridge.storage.matching import candidates, postings, profiles
from bridge.storage.matching.candidate_source import POSTINGS, CandidateSource, get_source
from bridge.storage.matching.profiles import MentorRow
from bridge.storage.matching.qdrant_index import COLLECTION, REST_SECONDS, IndexState, QdrantIndex
from tests.bench.bank import LANGUAGE, SyntheticBank
from tests.conftest import DatabaseSnapshots
from tests.running import free_port

MENTORS = 250
ASKED_EVERY = 25


@pytest.fixture
def bank(database: Database, database_url: str, kept: DatabaseSnapshots) -> Database:
    """Mentors of ten subjects."""

    def fill() -> None:
        SyntheticBank(database, MENTORS).fill()

    kept.once("candidate_source", database, database_url, fill)
    return database


@pytest.fixture
def server() -> Iterator[QdrantClient]:
    """Qdrant, in the edition that runs in this process."""
    client = QdrantClient(":memory:")
    yield client
    client.close()


@pytest.fixture
def index(bank: Database, server: QdrantClient) -> QdrantIndex:
    """Filled from the bank."""
    made = QdrantIndex(lambda: server)
    assert list(made.compare(bank))[-1] == MENTORS
    return made


def shown(tx: Tx, source: CandidateSource, asked: Candidate) -> list[Match]:
    """The list of one mentor, of whom a source names."""
    ids = source.list_mentor_ids(tx, [asked.vector], candidates.CANDIDATES_AMONG_FEW)[0]
    near = candidates.list_by_ids(tx, ids, but_blog=asked.blog_id)
    return related_mentors(asked.vector, LANGUAGE, asked.hubness, near, AUTHOR_LIST_LENGTH)


def first_mentor(database: Database) -> MentorRow:
    with database.read() as tx:
        row = profiles.find(tx, candidates.list_all(tx)[0].id)
    assert row is not None
    return row


def take_back_a_withdrawal(database: Database, mentor_id: int) -> None:
    try:
        with database.begin() as tx:
            profiles.mark_unlisted(tx, mentor_id)
            raise RuntimeError
    except RuntimeError:
        pass


@pytest.mark.slow
def test_every_source_gives_the_same_list(bank: Database, index: QdrantIndex) -> None:
    with bank.read() as tx:
        for asked in candidates.list_all(tx)[::ASKED_EVERY]:
            lines = shown(tx, POSTINGS, asked)
            assert len(lines) == AUTHOR_LIST_LENGTH
            assert shown(tx, index, asked) == lines


@pytest.mark.slow
def test_many_vectors_at_once_are_answered_each_as_alone(bank: Database, index: QdrantIndex) -> None:
    with bank.read() as tx:
        vectors = [mentor.vector for mentor in candidates.list_all(tx)[:3]]
        empty = vectors[0].heaviest(0)
        for source in (POSTINGS, index):
            together = source.list_mentor_ids(tx, [vectors[0], empty, *vectors[1:]], 7)
            alone = [source.list_mentor_ids(tx, [vector], 7)[0] for vector in vectors]
            assert together == [alone[0], [], *alone[1:]]
            assert [len(ids) for ids in alone] == [7, 7, 7]


@pytest.mark.slow
def test_who_withdrew_is_no_candidate_though_the_index_has_not_heard_of_it(bank: Database, index: QdrantIndex) -> None:
    row = first_mentor(bank)
    with bank.begin() as tx:
        profiles.delete_everywhere(tx, [row.key.id])
    assert index.find_state() == IndexState(MENTORS, whole=True)
    with bank.read() as tx:
        for source in (POSTINGS, index):
            (ids,) = source.list_mentor_ids(tx, [row.profile.vector], 20)
            assert row.key.id not in ids
            assert len(ids) == 20, "who has left takes no place of others"


@pytest.mark.slow
def test_the_index_follows_what_is_committed_and_nothing_else(
    bank: Database, index: QdrantIndex, server: QdrantClient
) -> None:
    bank.attach(index)
    row = first_mentor(bank)
    take_back_a_withdrawal(bank, row.key.id)
    with bank.begin():
        pass
    assert index.find_state() == IndexState(MENTORS, whole=True)
    with bank.begin() as tx:
        profiles.mark_unlisted(tx, row.key.id)
    assert server.retrieve(COLLECTION, [row.key.id]) == []
    with bank.begin() as tx:
        profiles.upsert(tx, row)
    (point,) = server.retrieve(COLLECTION, [row.key.id], with_vectors=True)
    assert isinstance(point.vector, dict)
    with bank.read() as tx:
        weights = sorted(weight for _, weight in postings.list_by_mentors(tx, [row.key.id])[row.key.id])
        assert sorted(point.vector["terms"].values) == weights  # type: ignore[union-attr]
        assert get_source(tx) is index


@pytest.mark.slow
def test_without_the_index_the_database_answers_and_says_so_once(bank: Database, server: QdrantClient) -> None:
    now = [0.0]
    way = [QdrantClient(url=f"http://127.0.0.1:{free_port()}", timeout=1, check_compatibility=False)]
    index = QdrantIndex(lambda: way[0], lambda: now[0])
    bank.attach(index)
    row = first_mentor(bank)
    with capture_logs() as logged:
        for _ in range(2):
            with bank.read() as tx:
                expected = POSTINGS.list_mentor_ids(tx, [row.profile.vector], 20)
                assert index.list_mentor_ids(tx, [row.profile.vector], 20) == expected
            with bank.begin() as tx:
                profiles.mark_unlisted(tx, row.key.id)
            now[0] += REST_SECONDS
    assert [line["event"] for line in logged] == ["candidates come from the database"]
    assert index.find_state() is None
    with pytest.raises(ConnectionError):
        list(index.compare(bank))
    # It is there again, as it was before all this.
    way[0] = server
    list(QdrantIndex(lambda: server).compare(bank))
    with bank.begin() as tx:
        profiles.upsert(tx, row)
    assert index.find_state() is None, "while it rests nobody waits for it"
    now[0] += REST_SECONDS
    other = row.key.id + 1
    index.follow(bank, [other])
    assert index.find_state() == IndexState(MENTORS, whole=True), "what was missed comes with the next change"


@pytest.mark.slow
def test_a_fill_that_was_ended_answers_for_nobody_and_goes_on(bank: Database, server: QdrantClient) -> None:
    index = QdrantIndex(lambda: server, lambda: 0.0)
    assert next(index.compare(bank)) < MENTORS
    assert index.find_state() == IndexState(200, whole=False)
    row = first_mentor(bank)
    with bank.read() as tx:
        assert index.list_mentor_ids(tx, [row.profile.vector], 20) == POSTINGS.list_mentor_ids(
            tx, [row.profile.vector], 20
        )
    list(index.compare(bank))
    assert index.find_state() == IndexState(MENTORS, whole=True)


@pytest.mark.slow
def test_the_comparison_adds_who_is_missing_and_takes_out_who_has_left(
    bank: Database, index: QdrantIndex, server: QdrantClient
) -> None:
    with bank.read() as tx:
        first, second, *_, last = [mentor.id for mentor in candidates.list_all(tx)]
    with bank.begin() as tx:
        profiles.delete_everywhere(tx, [first, last])
    server.delete(COLLECTION, [second])
    list(index.compare(bank))
    assert server.retrieve(COLLECTION, [first, last]) == []
    assert len(server.retrieve(COLLECTION, [second])) == 1
    assert index.find_state() == IndexState(MENTORS - 2, whole=True)


def test_a_bridge_without_an_index_loads_no_client() -> None:
    loads = "import sys, bridge.app, bridge.worker.stations, bridge.cli.main; sys.exit('qdrant_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loads], check=False).returncode == 0
