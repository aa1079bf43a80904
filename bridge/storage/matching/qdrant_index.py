"""Candidates from Qdrant, for a bank whose postings have outgrown one PostgreSQL: sparse vectors, many machines.

The index holds what the table of postings holds, mentor by mentor, and nothing else of anybody. The database stays the
only truth: whoever the index names has to be listed there, and while it is away, or not whole yet, the postings answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy import Connection

from bridge.errors import ConfigError
from bridge.storage.core.database import Database
from bridge.storage.matching import best_postings, postings, profiles
from bridge.storage.matching.candidate_source import POSTINGS
from bridge.storage.matching.postings import Posting
from bridge.text.terms import Vector

if TYPE_CHECKING:  # loaded where it is configured, and only there
    from qdrant_client import QdrantClient, models

log = structlog.get_logger("candidates")

COLLECTION = "mentor_bridge"
WHOLE = "mentor_bridge_whole"  # the name it has as well, once all mentors are in it
VECTOR = "terms"
INDEX_BITS = 32  # of a term's id, as wide as an index of Qdrant's: two in a few billions meet, and are told apart later
FURTHER_SHARE = 4  # a quarter more is asked for, as some may have left since
TIMEOUT_SECONDS = 2
REST_SECONDS = 30.0  # after a failure, in which nobody waits for the index
MENTORS_AT_ONCE = 200
# Changes that wait for an index that is away. With more the nightly comparison finds who entered or left, and the round
# of the nights, which comes to everybody within a week, what else has changed.
MAX_MISSED = 100_000
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class IndexState:
    """How many mentors the index holds, and whether it has been filled to the end."""

    mentors: int
    whole: bool


def require_client() -> None:
    """Whoever configures Qdrant has its client.

    Raises:
        ConfigError: it is not installed.
    """
    if find_spec("qdrant_client") is None:
        raise ConfigError("QDRANT_URL: Qdrant needs its client. Install it: pip install 'mentor-bridge[qdrant]'")


def connect(url: str, key: str) -> QdrantClient:
    """The way to a server; nothing is sent yet."""
    from qdrant_client import QdrantClient

    # No proxy of the environment stands between a bridge and its own servers.
    return QdrantClient(
        url=url, api_key=key or None, timeout=TIMEOUT_SECONDS, check_compatibility=False, trust_env=False
    )


class QdrantIndex:
    """A `CandidateSource`, and the companion of a database that keeps it fresh. Threads may share one."""

    def __init__(self, connect: Callable[[], QdrantClient], clock: Callable[[], float] = time.monotonic) -> None:
        self._connect = connect
        self._clock = clock
        self._client: QdrantClient | None = None
        self._rests_until: float | None = None  # None: it answered when it was last asked
        self._missed: set[int] = set()
        self._feeding = threading.Lock()  # what was read first is written first

    # -- asked --------------------------------------------------------------------------------------------------

    def list_mentor_ids(self, tx: Connection, vectors: Sequence[Vector], limit: int) -> list[list[int]]:
        """By all shared terms; from the postings of the database while the index is away or not whole."""
        named = self._unless_away(partial(self._nearest, vectors, limit + limit // FURTHER_SHARE))
        if named is None:
            return POSTINGS.list_mentor_ids(tx, vectors, limit)
        listed = profiles.list_listed_ids(tx, {mentor_id for ids in named for mentor_id in ids})
        return [[mentor_id for mentor_id in ids if mentor_id in listed][:limit] for ids in named]

    def _nearest(self, vectors: Sequence[Vector], limit: int, client: QdrantClient) -> list[list[int]]:
        from qdrant_client import models

        asked = {
            place: pairs for place, vector in enumerate(vectors) if (pairs := best_postings.heaviest_first(vector))
        }
        requests = [
            models.QueryRequest(query=_sparse(pairs), using=VECTOR, limit=limit, with_payload=False)
            for pairs in asked.values()
        ]
        named: list[list[int]] = [[] for _ in vectors]
        if requests:
            answers = client.query_batch_points(WHOLE, requests)
            for place, answer in zip(asked, answers, strict=True):
                named[place] = [int(point.id) for point in answer.points]
        return named

    def find_state(self) -> IndexState | None:
        """How full it is; None: it does not answer."""
        return self._unless_away(self._state)

    def _state(self, client: QdrantClient) -> IndexState:
        if not client.collection_exists(COLLECTION):
            return IndexState(0, False)
        return IndexState(client.count(COLLECTION, exact=True).count, _is_whole(client))

    # -- fed ----------------------------------------------------------------------------------------------------

    def follow(self, database: Database, numbers: Sequence[int]) -> None:
        """Mentors have changed, entered or left; those that were missed while the index was away come along."""
        with self._feeding:
            self._missed.update(numbers)
            ids = sorted(self._missed)
            for start in range(0, len(ids), MENTORS_AT_ONCE):
                part = ids[start : start + MENTORS_AT_ONCE]
                if self._unless_away(partial(self._replace, database, part)) is None:
                    break
                self._missed.difference_update(part)
            if len(self._missed) > MAX_MISSED:
                self._missed.clear()

    def _replace(self, database: Database, mentor_ids: Sequence[int], client: QdrantClient) -> bool:
        if not client.collection_exists(COLLECTION):
            return True  # there is nothing yet that could be stale
        self._store(client, database, mentor_ids)
        return True

    def _store(self, client: QdrantClient, database: Database, mentor_ids: Sequence[int]) -> None:
        from qdrant_client import models

        with database.read() as tx:
            found_by = postings.list_by_mentors(tx, mentor_ids)
        gone: list[int | str] = [mentor_id for mentor_id in mentor_ids if mentor_id not in found_by]
        if found_by:
            points = [
                models.PointStruct(id=mentor_id, vector={VECTOR: _sparse(pairs)}, payload={})
                for mentor_id, pairs in found_by.items()
            ]
            client.upsert(COLLECTION, points)
        if gone:
            client.delete(COLLECTION, models.PointIdsList(points=list(gone)))

    # -- compared -----------------------------------------------------------------------------------------------

    def compare(self, database: Database, *, anew: bool = False) -> Iterator[int]:
        """Bring it to what the database says, mentor by mentor by id; answers after each part how many it went over.

        Only who is missing is added and who has left is taken out; `anew`: the others are written again, too. It may be
        ended at any moment and begun again.

        Raises:
            ConnectionError: the index is away.
        """
        anew = self._demand(_prepare) or anew
        last, done, more = -1, 0, True
        while more:
            with database.read() as tx:
                ids = postings.list_mentor_ids_after(tx, last, MENTORS_AT_ONCE)
            more = len(ids) == MENTORS_AT_ONCE
            indexed_ids = self._demand(partial(_ids_between, last, ids[-1] if more else None))
            differing = sorted(indexed_ids | set(ids) if anew else indexed_ids ^ set(ids))
            if differing:
                with self._feeding:
                    self._demand(partial(self._replace, database, differing))
            done += len(ids)
            last = ids[-1] if ids else last
            yield done
        self._demand(_declare_whole)
        self._rests_until = None

    # -- away ---------------------------------------------------------------------------------------------------

    def _unless_away(self, ask: Callable[[QdrantClient], Answer]) -> Answer | None:
        """What the index answers; None while it is away, which is told once."""
        if self._rests_until is not None and self._clock() < self._rests_until:
            return None
        try:
            answer = ask(self._opened())
        except _failures() as error:
            if self._rests_until is None:
                log.warning("candidates come from the database", index="qdrant", error=_reason(error))
            self._rests_until = self._clock() + REST_SECONDS
            self._client = None  # the next may find it at another address
            return None
        if self._rests_until is not None:
            self._rests_until = None
            log.info("candidates come from the index again", index="qdrant")
        return answer

    def _demand(self, ask: Callable[[QdrantClient], Answer]) -> Answer:
        try:
            return ask(self._opened())
        except _failures() as error:
            self._client = None
            raise ConnectionError(_reason(error)) from error

    def _opened(self) -> QdrantClient:
        if self._client is None:  # by the process that uses it, not by the one that it was forked from
            self._client = self._connect()
        return self._client


def _sparse(pairs: Sequence[Posting]) -> models.SparseVector:
    from qdrant_client import models

    weights: dict[int, int] = {}
    for term, weight in pairs:
        index = term % (1 << INDEX_BITS)
        weights[index] = weights.get(index, 0) + weight
    return models.SparseVector(indices=list(weights), values=[float(weight) for weight in weights.values()])


def _prepare(client: QdrantClient) -> bool:
    """Make the collection if there is none, or one that was never filled to the end; whether all is to be written."""
    from qdrant_client import models

    if not client.collection_exists(COLLECTION):
        parameters = models.SparseVectorParams(index=models.SparseIndexParams(on_disk=False))
        client.create_collection(COLLECTION, vectors_config={}, sparse_vectors_config={VECTOR: parameters})
    return not _is_whole(client)


def _is_whole(client: QdrantClient) -> bool:
    return any(alias.alias_name == WHOLE for alias in client.get_collection_aliases(COLLECTION).aliases)


def _declare_whole(client: QdrantClient) -> bool:
    from qdrant_client import models

    alias = models.CreateAlias(collection_name=COLLECTION, alias_name=WHOLE)
    return client.update_collection_aliases([models.CreateAliasOperation(create_alias=alias)])


def _ids_between(last: int, end: int | None, client: QdrantClient) -> set[int]:
    """Whom the index holds above `last`, up to `end` or to the last of all."""
    ids: set[int] = set()
    offset: int | None = last + 1
    while offset is not None and (end is None or offset <= end):
        records, following = client.scroll(
            COLLECTION, limit=MENTORS_AT_ONCE, offset=offset, with_payload=False, with_vectors=False
        )
        ids.update(int(record.id) for record in records)
        offset = int(following) if isinstance(following, int) else None
    return {mentor_id for mentor_id in ids if end is None or mentor_id <= end}


def _failures() -> tuple[type[Exception], ...]:
    from qdrant_client.http.exceptions import ApiException

    return (ApiException, ValueError, OSError)  # ValueError: what is not there, in the edition without a server


def _reason(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200] or type(error).__name__
