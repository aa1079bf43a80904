"""Titles and names are kept as people read them."""

from __future__ import annotations

from sqlalchemy import select

from bridge.storage.blogs import blogs
from bridge.storage.content.tables import authors, posts
from bridge.storage.engagement.tables import comments
from tests.worker.conftest import WorkerBank


def test_titles_and_names_lose_their_entities_and_marks(bank: WorkerBank) -> None:
    alice = bank.blog("alice")
    bank.send(alice, alice.author(1, "Ana &amp; Luc", bio="Bakers &amp;\ngardeners"))
    bank.send(alice, alice.post(1, 1, "Un <em>vrai</em> départ, l&#8217;hiver", "Le four est froid."))
    bank.send(alice, alice.post(2, 1, "[:en]The kiln[:fr]Le four[:]", "It is cold.", tags=["Four &amp; feu"]))
    bank.work()
    with bank.database.read() as tx:
        assert list(tx.execute(select(authors.c.name)).scalars()) == ["Ana & Luc"]
        assert list(tx.execute(select(authors.c.bio)).scalars()) == ["Bakers &\ngardeners"]
        titles = set(tx.execute(select(posts.c.title)).scalars())
        assert any("Four & feu" in labels for labels in tx.execute(select(posts.c.labels)).scalars())
    assert titles == {"Un vrai départ, l’hiver", "Le four"}


def test_names_of_blogs_and_commenters_are_decoded_once(bank: WorkerBank) -> None:
    alice = bank.blog("alice")
    address = f"{alice.url}/"
    bank.send(
        alice,
        alice.event(
            "blog.updated",
            uuid="alice",
            name="Tom &amp;amp; <em>Co</em>",
            description="Pain &amp; vin",
            language="fr-FR",
            home_url=address,
            rest_url=f"{address}wp-json/",
            xmlrpc_url="",
            statistics=True,
        ),
        alice.post(1, 1, "Le four", "Le four est froid."),
        alice.event(
            "comment.published",
            id=1,
            post_id=1,
            parent_id=0,
            commenter="a" * 64,
            commenter_basis="email",
            author_name="Zo&eacute; &amp; Max",
            author_id=0,
            is_staff=False,
            by_post_author=False,
            comment_type="comment",
            content="Et comment ?",
            published_at="2026-04-20T10:00:00Z",
        ),
    )
    bank.work()
    with bank.database.read() as tx:
        facts = blogs.get(tx, "alice").facts
        assert (facts.name, facts.description) == ("Tom &amp; Co", "Pain & vin")
        assert list(tx.execute(select(comments.c.author_name)).scalars()) == ["Zoé & Max"]
