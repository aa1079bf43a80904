"""Where candidates come from: the postings of the database, or an index beside it that answers for them.

Whoever is found is scored exactly after that, from the database and as of the transaction, so sources differ in what
they cost and not in what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from sqlalchemy import Connection

from bridge.storage.core.database import find_companion
from bridge.storage.matching import best_postings
from bridge.storage.matching.tables import postings
from bridge.text.terms import Vector


@runtime_checkable
class CandidateSource(Protocol):
    """The port to whatever finds mentors by the terms that they share with a text."""

    def list_mentor_ids(self, tx: Connection, vectors: Sequence[Vector], limit: int) -> list[list[int]]:
        """Mentors who are listed as of the transaction, for each vector, most of the shared weight first."""


class PostingsSource:
    """The tables of postings, on SQLite and on PostgreSQL."""

    def list_mentor_ids(self, tx: Connection, vectors: Sequence[Vector], limit: int) -> list[list[int]]:
        """From as many rows as a query may read, whatever the size of the bank."""
        return best_postings.list_owners(tx, postings.c.mentor_id, vectors, limit)


POSTINGS = PostingsSource()


def get_source(tx: Connection) -> CandidateSource:
    """The index that was attached to the database, or its own postings."""
    companion = find_companion(tx)
    return companion if isinstance(companion, CandidateSource) else POSTINGS
