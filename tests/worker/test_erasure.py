"""What goes when a commenter is erased, and when a blog switches its statistics off."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bridge.model import Version
from bridge.operations.withdrawal import is_erased
from bridge.storage.blogs import outbox
from bridge.storage.blogs import tables as blogs_tables
from bridge.storage.core import tables as core_tables
from bridge.worker.loop import run_until_idle
from bridge.worker.outbound.push import push
from tests.lab.texts import CASH
from tests.peer import OUTBOX_GENERATION, PeerBlog
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow

ZOE, YAN = "2" * 64, "1" * 64


def comment(blog: PeerBlog, item: int, person: str, **data: Any) -> tuple[str, bytes]:
    said = {
        "id": item,
        "post_id": 1,
        "parent_id": 0,
        "commenter": person,
        "commenter_basis": "email",
        "author_name": "Zoé",
        "content": f"Comment avez-vous fait la fois numéro {item} ?",
        "published_at": f"2026-05-0{item % 4 + 1}T10:00:00Z",
    }
    return blog.event("comment.published", **(said | data))


def everything(bank: WorkerBank) -> str:
    """All cells of all tables, as text; but for the index over the words of posts."""
    held = [table for table in core_tables.metadata.sorted_tables if table.name != "need_index"]
    with bank.database.read() as tx:
        return "\n".join(repr(tuple(row)) for table in held for row in tx.execute(select(table)))


def told(bank: WorkerBank, blog: PeerBlog) -> dict[tuple[str, str], Any]:
    """What the blog holds after all pushes."""
    run_until_idle(bank.context)
    push(bank.context, blog.blog_id)
    return {name: item.data for name, item in bank.blogs.statistics.get(blog.blog_id, {}).items()}


def ann(bank: WorkerBank) -> PeerBlog:
    blog = bank.blog("ann")
    bank.send(blog, blog.author(1, "Ann"), *(blog.post(n, 1, *CASH[n]) for n in (1, 2, 3)))
    return blog


def test_a_commenter_is_erased_with_features_figures_and_payloads(bank: WorkerBank) -> None:
    blog = ann(bank)
    bank.send(blog, comment(blog, 1, ZOE), comment(blog, 2, ZOE, post_id=2), comment(blog, 3, YAN))
    before = told(bank, blog)
    assert before["commenter", ZOE]["comments"] == 2
    assert ZOE in everything(bank)
    name, body = blog.event("commenter.removed", commenter=ZOE)
    version = Version(OUTBOX_GENERATION, blog.revision)
    bank.send(blog, (name, body))
    with bank.database.read() as tx:
        assert not is_erased(tx, "ann", ZOE, version), "not before it is done"
    after = told(bank, blog)
    assert after["commenter", ZOE] is None
    assert after["commenter", YAN]["comments"] == 1
    assert after["blog", "0"]["figures"]["comments"]["value"] == 1
    assert ZOE not in everything(bank), "neither in what is counted nor in what was delivered"
    with bank.database.read() as tx:
        assert is_erased(tx, "ann", ZOE, version)
        assert not is_erased(tx, "ann", ZOE, Version(OUTBOX_GENERATION, version.revision + 1))
        assert not is_erased(tx, "ann", YAN, version)


def test_nothing_older_of_them_comes_back_and_what_is_newer_stays(bank: WorkerBank) -> None:
    blog = ann(bank)
    late, nameless_later = comment(blog, 1, ZOE), comment(blog, 2, ZOE)
    bank.send(blog, nameless_later)
    erased = blog.event("commenter.removed", commenter=ZOE)
    nameless = comment(blog, 2, "", commenter_basis="anonymous", author_name="Anonymous")
    again = comment(blog, 3, ZOE)
    bank.send(blog, nameless, erased, late, again)
    held = told(bank, blog)
    assert held["commenter", ZOE]["comments"] == 1, "whoever comments again is somebody new"
    assert held["commenter", ZOE]["standing"] == "new"
    assert held["blog", "0"]["figures"]["comments"]["value"] == 2
    assert held["blog", "0"]["figures"]["unique_commenters"]["value"] == 1


def test_switching_statistics_off_removes_comments_figures_and_what_the_blog_was_given(bank: WorkerBank) -> None:
    blog = ann(bank)
    other = bank.blog("ben")
    bank.send(other, other.author(1, "Ben"), other.post(1, 1, *CASH[1]), comment(other, 1, YAN))
    bank.send(blog, comment(blog, 1, ZOE), comment(blog, 2, YAN))
    assert told(bank, blog)["post", "1"]["comments"] == 2
    late = comment(blog, 3, "3" * 64)
    bank.send(blog, facts(blog, statistics=False), late)
    assert set(told(bank, blog).values()) == {None}
    assert ZOE not in everything(bank), "neither in what is counted nor in what was delivered"
    with bank.database.read() as tx:
        for table in (
            "comments",
            "statistics",
            "post_contributions",
            "commenter_contributions",
            "totals",
            "dirty_statistics",
        ):
            held = core_tables.metadata.tables[table]
            rows = tx.execute(select(held.c.blog_id).where(held.c.blog_id == "ann")).all()
            assert rows == [], table
        kinds = blogs_tables.outbox.c.kind.in_(outbox.STATISTICS_KINDS)
        assert tx.execute(select(blogs_tables.outbox).where(kinds, blogs_tables.outbox.c.blog_id == "ann")).all() == []
    assert told(bank, other)["commenter", YAN]["comments"] == 1, "of other blogs nothing is touched"
    bank.send(blog, facts(blog, statistics=True), comment(blog, 1, ZOE))
    assert told(bank, blog)["post", "1"]["comments"] == 1


def facts(blog: PeerBlog, *, statistics: bool) -> tuple[str, bytes]:
    return blog.event(
        "blog.updated",
        uuid=blog.name,
        name="Ann",
        description="",
        language="fr-FR",
        home_url=blog.url,
        rest_url=f"{blog.url}/wp-json/",
        xmlrpc_url="",
        wordpress_version="6.1",
        php_version="8.2",
        plugin_version="0.1.0",
        statistics=statistics,
    )
