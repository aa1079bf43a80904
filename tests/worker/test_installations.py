"""Two installations with one key: what a copy of a site says touches nothing of the site."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bridge.model import BlogState
from bridge.storage.blogs import blogs, deliveries, installations
from bridge.storage.content.tables import authors, posts, tombstones
from bridge.storage.engagement.tables import comments
from tests.lab.texts import CASH
from tests.peer import PeerBlog, silent_blog
from tests.storage.test_upgrades import older
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow

OWN = {table.name: table for table in (authors, posts, comments, tombstones)}


@pytest.fixture
def site(bank: WorkerBank) -> PeerBlog:
    """A blog of an installation, with all that it has to say absorbed."""

    def fill() -> None:
        peer = bank.blog("ann")
        peer.install = "the site"
        bank.send(peer, peer.author(1, "Ann"), *(peer.post(n + 1, 1, *CASH[n], n) for n in range(4)))
        bank.work()
        bank.clock.advance(minutes=1)

    peer = bank.prepare("site", fill)["ann"]
    peer.install = "the site"
    return peer


def copy_of(peer: PeerBlog, install: str) -> PeerBlog:
    copy = silent_blog(peer.blog_id, "https://staging.example", revision=peer.revision + 100)
    copy.install = install
    return copy


def held(bank: WorkerBank) -> dict[str, list[Any]]:
    """All that the blog ever said, and itself, as it is shown."""
    with bank.database.read() as tx:
        rows = {name: sorted(map(tuple, tx.execute(select(table)))) for name, table in OWN.items()}
        blog = blogs.get(tx, "ann")
        return rows | {"blog": [blog.state, blog.facts, blog.version, blog.highest, blog.seen_at]}


def everything(copy: PeerBlog) -> list[tuple[str, bytes]]:
    """Each act of a copy."""
    return [
        copy.author(1, "Ann, a test"),
        copy.author(9, "Tester"),
        copy.post(1, 1, "A test", "<p>Test.</p>"),
        copy.post(9, 1, "A draft of staging", "<p>Draft.</p>"),
        copy.event("post.removed", id=2),
        copy.event("author.removed", id=1),
        copy.event("commenter.removed", commenter="1" * 64),
        copy.event("comment.removed", id=4, post_id=3),
        copy.event("ping"),
        copy.event(
            "blog.updated",
            uuid="u",
            name="Staging",
            home_url="https://staging.example",
            rest_url="https://staging.example/wp-json/",
            statistics=False,
        ),
        copy.batch([copy.event("post.removed", id=3), copy.event("post.removed", id=4)]),
        copy.event("blog.removed"),
    ]


@pytest.mark.parametrize("install", ["a copy", ""])
def test_what_a_copy_says_touches_nothing_of_the_site(bank: WorkerBank, site: PeerBlog, install: str) -> None:
    copy = copy_of(site, install)
    before = held(bank)
    acts = everything(copy)
    bank.send(copy, *acts)
    bank.work()
    assert held(bank) == before
    with bank.database.read() as tx:
        aside = deliveries.list_quarantined(tx, "ann")
        assert {item.error for item in aside} == {installations.SECOND_INSTALLATION_ERROR}
        assert len(aside) == len(acts), "nothing is lost either: whoever is right can say so"
        assert blogs.get(tx, "ann").second_at == bank.clock()
    bank.send(site, site.post(5, 1, "After that", "<p>The site goes on.</p>"))
    bank.work()
    with bank.database.read() as tx:
        assert tx.execute(select(posts.c.title).where(posts.c.remote_id == "5")).scalar() == "After that"


def test_whoever_proves_it_is_the_site(bank: WorkerBank, site: PeerBlog) -> None:
    copy = copy_of(site, "moved")
    with bank.database.begin() as tx:
        installations.record_proven(tx, "ann", "moved", bank.clock())
    bank.clock.advance(minutes=1)
    bank.send(copy, copy.post(1, 1, "Moved", "<p>Elsewhere now.</p>"))
    bank.send(site, site.event("blog.removed"))
    bank.work()
    with bank.database.read() as tx:
        assert tx.execute(select(posts.c.title).where(posts.c.remote_id == "1")).scalar() == "Moved"
        assert blogs.get(tx, "ann").state is BlogState.CONNECTED


def test_plugins_that_do_not_say_which_they_are_go_on(bank: WorkerBank) -> None:
    peer = publish(bank, "ann", CASH[:2])
    bank.send(peer, peer.event("post.removed", id=1))
    bank.work()
    with bank.database.read() as tx:
        assert tx.execute(select(posts.c.remote_id)).scalars().all() == ["2"]
        assert blogs.get(tx, "ann").install == ""


def test_what_was_on_its_way_while_the_plugin_was_updated_is_taken(bank: WorkerBank) -> None:
    peer = bank.blog("ann")
    bank.send(peer, peer.author(1, "Ann"))
    bank.work()
    late = peer.post(1, 1, *CASH[0])
    bank.send(peer, late)
    peer.install = "the site"
    bank.send(peer, peer.post(2, 1, *CASH[1]))
    bank.work()
    with bank.database.read() as tx:
        assert blogs.get(tx, "ann").install == "the site"
        assert not deliveries.list_quarantined(tx)
        assert sorted(tx.execute(select(posts.c.remote_id)).scalars()) == ["1", "2"]


def test_a_blog_connected_before_installations_had_names_is_known_by_its_first_word(bank: WorkerBank) -> None:
    peer = publish(bank, "ann", CASH[:1])
    with older(bank.database, "0020"):
        pass
    with bank.database.read() as tx:
        held = blogs.get(tx, "ann")
        assert (held.install, held.second_at, held.began_anew_at) == ("", None, None)
    peer.install = "the site"
    bank.send(peer, peer.post(2, 1, *CASH[1]))
    bank.work()
    with bank.database.read() as tx:
        assert blogs.get(tx, "ann").install == "the site"
        assert sorted(tx.execute(select(posts.c.remote_id)).scalars()) == ["1", "2"], "nothing was set aside"
