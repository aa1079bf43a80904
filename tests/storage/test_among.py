"""Some authors are found by an index, and only they."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text

from bridge.model import AuthorKey, BlogFacts
from bridge.storage import blogs
from bridge.storage.among import among
from bridge.storage.database import Database
from bridge.storage.tables import authors, cards, posts, tally_posts
from tests.conftest import NOW

KEYS = [AuthorKey("a", "1"), AuthorKey("b", "2")]


def test_only_these_pairs(database: Database) -> None:
    with database.begin() as tx:
        for blog in "abc":
            blogs.upsert(tx, blog, "imported", BlogFacts(blog, "", "fr", "", "", "", ""), NOW)
        rows = [{"blog_id": blog, "post_id": post, "tally": "[{},{}]", "exposed": 0, "figures": "{}"}
                for blog in "abc" for post in "12"]  # fmt: skip
        tx.execute(insert(tally_posts), rows)
        found = tx.execute(
            select(tally_posts.c.blog_id, tally_posts.c.post_id)
            .where(among(tally_posts.c.blog_id, tally_posts.c.post_id, KEYS))
            .order_by(tally_posts.c.blog_id)
        )  # fmt: skip
        assert [tuple(row) for row in found] == [("a", "1"), ("b", "2")]
        nobody = select(tally_posts).where(among(tally_posts.c.blog_id, tally_posts.c.post_id, []))
        assert tx.execute(nobody).all() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "author"), [(posts, "author_id"), (cards, "author_id"), (authors, "remote_id")], ids=str
)
def test_no_table_is_read_as_a_whole(database: Database, table: object, author: str) -> None:
    statement = select(table).where(among(table.c.blog_id, table.c[author], KEYS))  # type: ignore[attr-defined, call-overload]
    with database.read() as tx:
        said = str(statement.compile(tx.engine, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in tx.execute(text(f"EXPLAIN QUERY PLAN {said}"))]
    assert any("USING INDEX" in step for step in plan), plan
    assert not any(step.startswith(f"SCAN {table}") for step in plan), plan
