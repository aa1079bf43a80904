"""Titles and names are kept as people read them."""

from __future__ import annotations

from sqlalchemy import select

from bridge.storage.content.tables import authors, posts
from tests.worker.conftest import WorkerBank


def test_titles_and_names_lose_their_entities_and_marks(bank: WorkerBank) -> None:
    alice = bank.blog("alice")
    bank.send(alice, alice.author(1, "Ana &amp; Luc"))
    bank.send(alice, alice.post(1, 1, "Un <em>vrai</em> départ, l&#8217;hiver", "Le four est froid."))
    bank.send(alice, alice.post(2, 1, "[:en]The kiln[:fr]Le four[:]", "[:en]It is cold.[:fr]Il est bien froid.[:]"))
    bank.work()
    with bank.database.read() as tx:
        assert list(tx.execute(select(authors.c.name)).scalars()) == ["Ana & Luc"]
        titles = set(tx.execute(select(posts.c.title)).scalars())
    assert titles == {"Un vrai départ, l’hiver", "Le four"}
