"""What authors say about mentors is heeded alike, whether one is asked about or many."""

from __future__ import annotations

from bridge.model import AuthorKey, BlogFacts
from bridge.storage import blogs, verdicts
from bridge.storage.database import Database
from bridge.storage.verdicts import MUTED, PINNED, UNRELATED
from tests.conftest import NOW

ANN, BEN, CY = AuthorKey("ann", "1"), AuthorKey("ben", "1"), AuthorKey("ann", "2")


def test_many_are_asked_about_as_each_alone(database: Database) -> None:
    with database.begin() as tx:
        for name in ("ann", "ben"):
            blogs.upsert(tx, name, "connected", BlogFacts(name, "", "fr", f"https://{name}.example", "", "", name), NOW)
        verdicts.upsert_verdict(tx, ANN, BEN, MUTED, NOW)
        verdicts.upsert_verdict(tx, CY, ANN, UNRELATED, NOW)
        verdicts.upsert_verdict(tx, CY, BEN, PINNED, NOW)
    with database.read() as tx:
        assert verdicts.refused_by(tx, {ANN, BEN, CY}) == {ANN: {BEN}, BEN: set(), CY: {ANN}}
        assert all(verdicts.refused_by(tx, {one}) == {one: verdicts.refused(tx, one)} for one in (ANN, BEN, CY))
        assert verdicts.refused_by(tx, set()) == {}
