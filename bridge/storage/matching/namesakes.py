"""Whose names on the pages of a blog are taken for each other, because they stand for people of several blogs."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache

from sqlalchemy import Connection, Select, and_, bindparam, distinct, exists, func, or_, select, text

from bridge.storage.content.tables import authors
from bridge.storage.core.predicates import IDS_FROM_JSON
from bridge.storage.matching.tables import mentors, post_related


def list_namesakes(tx: Connection, blog_id: str, name_keys: Collection[int], pinned: Collection[int]) -> set[int]:
    """Which of some names belong to people of several blogs, of all who stand on the pages of one: its authors, the
    mentors in its lists, and those who are `pinned` there."""
    if not name_keys:
        return set()
    values = {"blog": blog_id, "ids": json.dumps(sorted(name_keys)), "pinned": json.dumps(sorted(pinned))}
    return {row[0] for row in tx.execute(_namesakes(tx.dialect.name), values)}


@cache
def _namesakes(dialect: str) -> Select[int]:
    listed = exists().where(post_related.c.blog_id == bindparam("blog"), post_related.c.mentor_id == mentors.c.id)
    pinned = mentors.c.id.in_(text(IDS_FROM_JSON[dialect].text.replace(":ids", ":pinned")))
    same = and_(mentors.c.blog_id == authors.c.blog_id, mentors.c.author_id == authors.c.remote_id)
    stands = or_(authors.c.blog_id == bindparam("blog"), exists().where(same, or_(pinned, listed)))
    named = select(authors.c.name_key).where(authors.c.name_key.in_(IDS_FROM_JSON[dialect]), stands)
    return named.group_by(authors.c.name_key).having(func.count(distinct(authors.c.blog_id)) > 1)


def list_posts_naming(tx: Connection, blog_id: str, name_keys: Collection[int]) -> set[int]:
    """The posts of a blog under which somebody stands who has one of some names."""
    if not name_keys:
        return set()
    values = {"blog": blog_id, "ids": json.dumps(sorted(name_keys))}
    return set(tx.execute(_naming(tx.dialect.name), values).scalars())


@cache
def _naming(dialect: str) -> Select[int]:
    same = and_(mentors.c.blog_id == authors.c.blog_id, mentors.c.author_id == authors.c.remote_id)
    listed = and_(post_related.c.mentor_id == mentors.c.id, post_related.c.blog_id == bindparam("blog"))
    naming = select(post_related.c.post_id).join(mentors, listed).join(authors, same)
    return naming.where(authors.c.name_key.in_(IDS_FROM_JSON[dialect])).distinct()
