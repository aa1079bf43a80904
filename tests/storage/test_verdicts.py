"""What authors say about mentors is heeded alike, whether one is asked about or many."""

from __future__ import annotations

from bridge.model import AuthorKey, BlogFacts
from bridge.storage.blogs import blogs
from bridge.storage.core.database import Database
from bridge.storage.matching import feedback, vetoes
from bridge.storage.matching.feedback import MUTED, PINNED, UNRELATED
from tests.conftest import NOW

ANN, BEN, CY = AuthorKey("ann", "1"), AuthorKey("ben", "1"), AuthorKey("ann", "2")


def test_many_are_asked_about_as_each_alone(database: Database) -> None:
    with database.begin() as tx:
        for name in ("ann", "ben"):
            blogs.upsert(tx, name, "connected", BlogFacts(name, "", "fr", f"https://{name}.example", "", "", name), NOW)
        feedback.upsert(tx, ANN, BEN, MUTED, NOW)
        feedback.upsert(tx, CY, ANN, UNRELATED, NOW)
        feedback.upsert(tx, CY, BEN, PINNED, NOW)
    with database.read() as tx:
        together = vetoes.list_refusals(tx, {ANN, BEN, CY})
        assert {author: refusals.authors for author, refusals in together.items()} == {
            ANN: {BEN},
            BEN: set(),
            CY: {ANN},
        }
        for author in (ANN, BEN, CY):
            assert vetoes.list_refusals(tx, {author}) == {author: together[author]}
        assert vetoes.list_refusals(tx, set()) == {}
