"""Rows of some, by a condition that every database answers from an index.

SQLite reads a whole table for ``(blog_id, author_id) IN (…)``; that the blog is one of some it looks up.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, TextClause, and_, text, tuple_

from bridge.model import AuthorKey

# Hundreds of ids as one value (`ids`: JSON): a statement that grows with them is made anew for each number of them.
IDS_FROM_JSON: dict[str, TextClause] = {
    "sqlite": text("SELECT value FROM json_each(:ids)"),
    "postgresql": text(
        "SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:ids AS json)) AS given(value)"
    ),
}


def author_in(
    blog_id: ColumnElement[str], author_id: ColumnElement[str], authors: Iterable[AuthorKey]
) -> ColumnElement[bool]:
    """That the two columns name one of the authors."""
    pairs = sorted({(key.blog_id, key.author_id) for key in authors})
    return and_(blog_id.in_(sorted({blog for blog, _ in pairs})), tuple_(blog_id, author_id).in_(pairs))
