"""Places in lists: who stands in which list and with what score, read and written for many lists at once.

A list is written place by place: where somebody enters, whoever is pushed out leaves and all others are not touched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Delete,
    RowMapping,
    Select,
    Table,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from bridge.logs import make_each
from bridge.mentors.explain import Reason
from bridge.mentors.related import Match
from bridge.storage.content.tables import posts
from bridge.storage.core.database import list_plain_rows
from bridge.storage.core.predicates import IDS_FROM_JSON
from bridge.storage.core.upserts import upsert_rows
from bridge.storage.matching import list_marks
from bridge.storage.matching.tables import post_related, related

ExplainedMatches = Sequence[tuple[Match, Reason | None]]  # best first; None: as that place is said of already
ListKey = tuple[Column[int], Column[int]]  # whose list it is, who stands there
OWN_LIST_KEY, POST_LIST_KEY = (
    (related.c.mentor_id, related.c.other_id),
    (post_related.c.post_id, post_related.c.mentor_id),
)


class Entry(NamedTuple):
    """One place in a list; `discovery`: kept for somebody who is seldom shown; `nearest`: fills what would be short."""

    score: int
    discovery: bool
    nearest: bool = False


EntriesByList = dict[int, dict[int, Entry]]  # by whose list it is and who stands there


def list_own(tx: Connection, mentor_ids: Collection[int]) -> EntriesByList:
    """The own lists of mentors; those without are left out."""
    return _places(tx, _own, mentor_ids)


def list_under_posts(tx: Connection, post_ids: Collection[int]) -> EntriesByList:
    """The lists under posts; those without are left out."""
    return _places(tx, _under_posts, post_ids)


def list_short(tx: Connection, lines: int, limit: int) -> list[int]:
    """The newest posts whose lists were made and have fewer lines."""
    count = select(func.count()).where(post_related.c.post_id == posts.c.id).scalar_subquery()
    statement = select(posts.c.id).where(posts.c.listed_as != "", posts.c.part_of == "", count < lines)
    return list(tx.execute(statement.order_by(posts.c.published_at.desc(), posts.c.id).limit(limit)).scalars())


@cache
def _own(dialect: str) -> Select[int, int, int, bool, bool]:
    return select(*OWN_LIST_KEY, related.c.score, related.c.discovery, related.c.nearest).where(
        OWN_LIST_KEY[0].in_(IDS_FROM_JSON[dialect])
    )


@cache
def _under_posts(dialect: str) -> Select[int, int, int, bool, bool]:
    return select(*POST_LIST_KEY, post_related.c.score, post_related.c.discovery, post_related.c.nearest).where(
        POST_LIST_KEY[0].in_(IDS_FROM_JSON[dialect])
    )


def _places(
    tx: Connection, statement: Callable[[str], Select[int, int, int, bool, bool]], ids: Collection[int]
) -> EntriesByList:
    by_list: EntriesByList = {}
    for owner, mentor_id, score, discovery, nearest in list_plain_rows(
        tx, statement(tx.dialect.name), {"ids": json.dumps(sorted(ids))}
    ):
        by_list.setdefault(owner, {})[mentor_id] = Entry(score, bool(discovery), bool(nearest))
    return by_list


def upsert_own(tx: Connection, lists: Mapping[int, ExplainedMatches], epoch_id: int) -> None:
    """Bring mentors' own lists to what they shall be."""
    _exchange(tx, OWN_LIST_KEY, lists, epoch_id, lambda _mentor_id: {})


def upsert_under_posts(
    tx: Connection, lists: Iterable[tuple[int, tuple[str, str], ExplainedMatches]], epoch_id: int
) -> set[str]:
    """Bring the lists under posts (post, its blog and remote id, list) to what they shall be; the blogs of those that
    changed."""
    by_post, objects = {}, {}
    for post_id, name, lines in lists:
        by_post[post_id], objects[post_id] = lines, name
    moved = _exchange(tx, POST_LIST_KEY, by_post, epoch_id, lambda post_id: {"blog_id": objects[post_id][0]})
    list_marks.mark_objects(tx, [objects[post_id] for post_id in moved])
    return {objects[post_id][0] for post_id in moved}


def _with_reason(row: RowMapping) -> tuple[RowMapping, Reason]:
    return row, Reason.from_json(json.loads(row["reason"]))


def delete_topics(tx: Connection, mentor_id: int, is_gone: Callable[[str], bool]) -> set[str]:
    """Take words from the reasons in a mentor's own list and from those for which others show them, and whoever no
    reason is left for from that list; the blogs under whose posts something changed."""
    blogs: set[str] = set()
    posts_touched: set[int] = set()
    for (owner, listed), either in ((OWN_LIST_KEY, OWN_LIST_KEY), (POST_LIST_KEY, POST_LIST_KEY[1:])):
        table = owner.table
        rows = tx.execute(select(table).where(or_(*(column == mentor_id for column in either)))).mappings().all()
        for row, reason in make_each(rows, _with_reason, "line of a list"):  # what cannot be read is not shown either
            less = reason.without(is_gone)
            if less == reason:
                continue
            place = (owner == row[owner.name]) & (listed == row[listed.name])
            if less.topics or less.sites:
                document = json.dumps(less.to_json(), ensure_ascii=False, sort_keys=True)
                tx.execute(update(table).where(place).values(reason=document))
            else:
                tx.execute(delete(table).where(place))
            if table is post_related:
                blogs.add(row["blog_id"])
                posts_touched.add(row["post_id"])
    list_marks.mark_posts(tx, posts_touched)
    return blogs


def _exchange(
    tx: Connection,
    key: ListKey,
    lists: Mapping[int, ExplainedMatches],
    epoch_id: int,
    more: Callable[[int], Mapping[str, object]],
) -> set[int]:
    """Touch only the places that differ; whose lists those are in."""
    table, names = key[0].table, tuple(column.name for column in key)
    rows = list_plain_rows(tx, _kept(tx.dialect.name, table, key), {"ids": json.dumps(sorted(lists))})
    before = {(owner, mentor_id): rest for owner, mentor_id, *rest in rows}
    new, moved = [], set()
    for owner, lines in lists.items():
        for match, reason in lines:
            stood = before.pop((owner, match.id), None)
            if reason is None:
                continue
            document = json.dumps(reason.to_json(), ensure_ascii=False, sort_keys=True)
            if stood != [match.score, document, epoch_id]:
                row = {**dict(zip(names, (owner, match.id), strict=True)), **more(owner), "score": match.score}
                new.append(
                    {
                        **row,
                        "reason": document,
                        "epoch_id": epoch_id,
                        "discovery": reason.discovery,
                        "nearest": reason.nearest,
                    }
                )
                moved.add(owner)
    if before:  # whoever is left has no place any more
        tx.execute(_leaving(table, key), [{"owner": owner, "other": mentor_id} for owner, mentor_id in sorted(before)])
    upsert_rows(tx, table, names, new)
    return moved | {owner for owner, _ in before}


@cache
def _kept(dialect: str, table: Table, key: ListKey) -> Select[*tuple[Any, ...]]:
    return select(*key, table.c.score, table.c.reason, table.c.epoch_id).where(key[0].in_(IDS_FROM_JSON[dialect]))


@cache
def _leaving(table: Table, key: ListKey) -> Delete:
    return delete(table).where(key[0] == bindparam("owner"), key[1] == bindparam("other"))
