"""Some authors are found by an index, and only they."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text

from bridge.model import AuthorKey, BlogFacts
from bridge.storage.bank.tables import cards
from bridge.storage.blogs import blogs
from bridge.storage.content.tables import authors, posts
from bridge.storage.core.database import Database
from bridge.storage.core.predicates import author_in
from bridge.storage.engagement.tables import post_contributions
from tests.conftest import NOW

KEYS = [AuthorKey("a", "1"), AuthorKey("b", "2")]


def test_only_these_pairs(database: Database) -> None:
    with database.begin() as tx:
        for blog in "abc":
            blogs.upsert(tx, blog, "imported", BlogFacts(blog, "", "fr", "", "", "", ""), NOW)
        rows = [
            {"blog_id": blog, "post_id": post, "tally": "[{},{}]", "exposed": 0, "figures": "{}"}
            for blog in "abc"
            for post in "12"
        ]
        tx.execute(insert(post_contributions), rows)
        found = tx.execute(
            select(post_contributions.c.blog_id, post_contributions.c.post_id)
            .where(author_in(post_contributions.c.blog_id, post_contributions.c.post_id, KEYS))
            .order_by(post_contributions.c.blog_id)
        )
        assert [tuple(row) for row in found] == [("a", "1"), ("b", "2")]
        nobody = select(post_contributions).where(
            author_in(post_contributions.c.blog_id, post_contributions.c.post_id, [])
        )
        assert tx.execute(nobody).all() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "author"), [(posts, "author_id"), (cards, "author_id"), (authors, "remote_id")], ids=str
)
def test_no_table_is_read_as_a_whole(database: Database, table: object, author: str) -> None:
    statement = select(table).where(author_in(table.c.blog_id, table.c[author], KEYS))  # type: ignore[attr-defined, call-overload]
    with database.read() as tx:
        said = str(statement.compile(tx.engine, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in tx.execute(text(f"EXPLAIN QUERY PLAN {said}"))]
    assert any("USING INDEX" in step for step in plan), plan
    assert not any(step.startswith(f"SCAN {table}") for step in plan), plan
