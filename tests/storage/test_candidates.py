"""The postings find whom an exact comparison with everybody would find, on both databases."""

from __future__ import annotations

from functools import partial

import pytest
from qdrant_client import QdrantClient

from bridge.mentors.related import AUTHOR_LIST_LENGTH, related_mentors
from bridge.storage.core.database import Database
from bridge.storage.matching import candidates, profiles
from bridge.storage.matching.qdrant_index import QdrantIndex
from bridge.worker.matching import lists
from tests.bench.bank import LANGUAGE, SyntheticBank
from tests.trials import trials

pytestmark = pytest.mark.slow

MENTORS = 1_000
ASKED = trials(20, 40)
INDEX_ASKED_EVERY = 5  # its edition without a server goes over everybody for each answer
TOLERANCE = 0.98  # of the twenty that comparing with everybody gives


def test_the_list_is_the_one_that_comparing_with_everybody_gives(database: Database) -> None:
    SyntheticBank(database, MENTORS).fill()
    index = QdrantIndex(partial(QdrantClient, ":memory:"))
    list(index.compare(database))
    right = expected = 0
    with database.read() as tx:
        everybody = candidates.list_all(tx)
        assert len(everybody) == MENTORS
        for number, one in enumerate(everybody[:: MENTORS // ASKED]):
            row = profiles.find(tx, one.id)
            assert row is not None
            near = lists.candidates_near(tx, row)
            assert all(other.blog_id != one.blog_id for other in near)
            assert [other.id for other in near] == sorted(other.id for other in near)
            others = [other for other in everybody if other.blog_id != one.blog_id]
            exact = related_mentors(one.vector, LANGUAGE, one.hubness, others, AUTHOR_LIST_LENGTH)
            found = related_mentors(row.profile.vector, LANGUAGE, row.hubness, near, AUTHOR_LIST_LENGTH)
            assert [match.score for match in found if match in exact] == sorted(
                (match.score for match in exact if match in found), reverse=True
            )
            if number % INDEX_ASKED_EVERY == 0:
                (ids,) = index.list_mentor_ids(tx, [row.profile.vector], candidates.CANDIDATES_PER_VECTOR)
                named = candidates.list_by_ids(tx, ids, but_blog=one.blog_id)
                by_index = related_mentors(row.profile.vector, LANGUAGE, row.hubness, named, AUTHOR_LIST_LENGTH)
                assert by_index == found, "an index beside the database names the same mentors"
            right += len({match.id for match in exact} & {match.id for match in found})
            expected += len(exact)
    assert expected >= ASKED * AUTHOR_LIST_LENGTH / 2, "the bank must be one in which there is somebody to find"
    assert right >= TOLERANCE * expected


def test_nobody_is_found_where_nothing_is_asked(database: Database) -> None:
    with database.read() as tx:
        assert candidates.list_by_ids(tx, []) == []
        assert candidates.list_mentor_ids_for_each(tx, []) == []
