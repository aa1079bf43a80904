"""Mentors, and the lists they stand in, to be shown.

``storage.matching.postings`` is what finds them, ``storage.matching.list_entries`` writes the lists.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from bridge.logs import make_each
from bridge.mentors.explain import Reason
from bridge.mentors.profiles import Profile
from bridge.mentors.similarity import MentorQuery
from bridge.model import AuthorKey, MentorKey
from bridge.storage.bank import cards, full_text
from bridge.storage.core.predicates import IDS_FROM_JSON, author_in
from bridge.storage.core.upserts import upsert_rows
from bridge.storage.matching import list_marks, postings
from bridge.storage.matching.placements import list_blogs_with_pins
from bridge.storage.matching.tables import facets, impressions, mentors, post_related, related
from bridge.text.terms import EMPTY_VECTOR, Vector


@dataclass(frozen=True, slots=True)
class MentorRow:
    """What is stored of a mentor."""

    key: MentorKey
    epoch_id: int
    listed: bool
    profile: Profile
    hubness: int
    mean: int
    deviation: int
    crossing: Vector = EMPTY_VECTOR  # what others of another language may share with it


@dataclass(frozen=True, slots=True)
class ListedMentor:
    """One line of a stored list."""

    mentor_id: int
    score: int
    reason: Reason


def decode_crossing(raw: bytes | None) -> Vector:
    """What of a mentor crosses languages, as it is stored; nothing in a bank of one language."""
    return Vector.from_bytes(raw) if raw else EMPTY_VECTOR


def _stored(row: Row[*tuple[Any, ...]]) -> MentorRow:
    return MentorRow(
        MentorKey(row.blog_id, row.author_id, row.language),
        row.epoch_id,
        row.listed,
        Profile.from_bytes(row.profile),
        row.hubness,
        row.mean,
        row.deviation,
        decode_crossing(row.crossing),
    )


# Made once, for they are asked hundreds of times for a list.
_BY_ID = select(mentors).where(mentors.c.id.in_(bindparam("ids", expanding=True)))
_RELATED = select(
    related.c.mentor_id.label("whose"), related.c.other_id.label("mentor_id"), related.c.score, related.c.reason
).where(related.c.mentor_id.in_(bindparam("ids", expanding=True)))


def find(tx: Connection, mentor_id: int) -> MentorRow | None:
    """The mentor of that id, or None."""
    return next(iter(list_by_ids(tx, [mentor_id])), None)


def list_by_ids(tx: Connection, mentor_ids: Collection[int]) -> list[MentorRow]:
    """Some mentors, of those that are there."""
    return [_stored(row) for row in tx.execute(_BY_ID, {"ids": sorted(mentor_ids)})]


def list_by_blog(tx: Connection, blog_id: str, author_id: str | None = None) -> list[MentorRow]:
    """The mentors of a blog or author, one a language."""
    statement = select(mentors).where(mentors.c.blog_id == blog_id)
    if author_id is not None:
        statement = statement.where(mentors.c.author_id == author_id)
    return make_each(tx.execute(statement.order_by(mentors.c.author_id, mentors.c.language)), _stored, "profile")


def list_listed_by_author(tx: Connection, author: AuthorKey) -> dict[int, bool]:
    """The mentors of an author, one a language, and whether others may be shown them."""
    of_author = (mentors.c.blog_id == author.blog_id, mentors.c.author_id == author.author_id)
    return {row.id: row.listed for row in tx.execute(select(mentors.c.id, mentors.c.listed).where(*of_author))}


def upsert(tx: Connection, row: MentorRow) -> None:
    """Insert or replace a mentor and, if it is listed, its postings."""
    values = {
        "id": row.key.id,
        "blog_id": row.key.blog_id,
        "author_id": row.key.author_id,
        "language": row.key.language,
        "epoch_id": row.epoch_id,
        "posts": row.profile.posts,
        "last_post_at": row.profile.last_post_at,
        "listed": row.listed,
        "profile": row.profile.to_bytes(),
        "hubness": row.hubness,
        "mean": row.mean,
        "deviation": row.deviation,
        "crossing": row.crossing.to_bytes() or None,
    }
    upsert_rows(tx, mentors, ("id",), [values])
    sought = MentorQuery(row.profile.vector, row.key.language, row.crossing) if row.listed else None
    postings.upsert_by_mentor(tx, row.key.id, sought)


def delete_everywhere(tx: Connection, mentor_ids: Iterable[int]) -> set[str]:
    """Delete mentors from everywhere at once; answers the blogs under whose posts they stood."""
    blogs_touched: set[str] = set()
    for mentor_id in sorted(set(mentor_ids)):
        blogs_touched |= mark_unlisted(tx, mentor_id)
        tx.execute(delete(related).where(related.c.mentor_id == mentor_id))
        for table in (facets, impressions):
            tx.execute(delete(table).where(table.c.mentor_id == mentor_id))
        tx.execute(delete(mentors).where(mentors.c.id == mentor_id))
    return blogs_touched


def mark_unlisted(tx: Connection, mentor_id: int) -> set[str]:
    """Take a mentor out of every list of others; answers the blogs under whose posts it stood or might stand."""
    postings.delete_by_mentor(tx, mentor_id)
    full_text.delete_by_mentor(tx, mentor_id)
    tx.execute(update(mentors).where(mentors.c.id == mentor_id).values(listed=False))
    cards.mark_hidden_unless_listed(tx, mentor_id)
    near = tx.execute(delete(related).where(related.c.other_id == mentor_id).returning(related.c.mentor_id)).scalars()
    touched = list_blogs_with_pins(tx, near.all())
    shown = delete(post_related).where(post_related.c.mentor_id == mentor_id)
    gone = tx.execute(shown.returning(post_related.c.blog_id, post_related.c.post_id)).all()
    list_marks.mark_posts(tx, {row.post_id for row in gone})
    return touched | {row.blog_id for row in gone}


def list_listed_ids(tx: Connection, mentor_ids: Iterable[int]) -> set[int]:
    """Which of some mentors others may be shown."""
    listed = select(mentors.c.id).where(mentors.c.listed, mentors.c.id.in_(sorted(mentor_ids)))
    return set(tx.execute(listed).scalars())


def count_listed(tx: Connection) -> int:
    """How many mentors may be shown."""
    return tx.execute(select(func.count()).where(mentors.c.listed)).scalar_one()


def count_listed_by_language(tx: Connection, but_blog: str) -> dict[str, int]:
    """How many mentors of other blogs may be shown, by the language they write in."""
    listed = select(mentors.c.language, func.count()).where(mentors.c.listed, mentors.c.blog_id != but_blog)
    return {row[0]: row[1] for row in tx.execute(listed.group_by(mentors.c.language))}


def list_keys(tx: Connection, mentor_ids: Iterable[int]) -> dict[int, MentorKey]:
    """Whose profiles some are, in which language, by id."""
    ids = list(mentor_ids)
    if not ids:
        return {}
    rows = tx.execute(
        select(mentors.c.id, mentors.c.blog_id, mentors.c.author_id, mentors.c.language).where(mentors.c.id.in_(ids))
    )
    return {row.id: MentorKey(row.blog_id, row.author_id, row.language) for row in rows}


def list_deviations(tx: Connection) -> list[int]:
    """Deviations of all mentors over the reference sample, ascending."""
    return list(tx.execute(select(mentors.c.deviation).order_by(mentors.c.deviation)).scalars())


# -- lists -------------------------------------------------------------------------------------------


def list_related(tx: Connection, mentor_id: int) -> list[ListedMentor]:
    """A mentor's own list, best first."""
    return list_related_by_mentors(tx, [mentor_id]).get(mentor_id, [])


def list_related_by_mentors(tx: Connection, mentor_ids: Collection[int]) -> dict[int, list[ListedMentor]]:
    """The own lists of some mentors, best first; those without are left out."""
    rows = tx.execute(_RELATED, {"ids": sorted(mentor_ids)})
    by_mentor: dict[int, list[ListedMentor]] = {}
    for mentor_id, line in make_each(rows, lambda row: (row.whose, _line(row)), "line of a list"):
        by_mentor.setdefault(mentor_id, []).append(line)
    return {mentor_id: _best_first(lines) for mentor_id, lines in by_mentor.items()}


def _line(row: Row[*tuple[Any, ...]]) -> ListedMentor:
    return ListedMentor(row.mentor_id, row.score, Reason.from_json(json.loads(row.reason)))


def _best_first(lines: Iterable[ListedMentor]) -> list[ListedMentor]:
    return sorted(lines, key=lambda line: (-line.score, line.mentor_id))


def delete_by_posts(tx: Connection, post_ids: Sequence[int]) -> bool:
    """Posts that are gone have no list and find nobody; whether one had a list."""
    had = False
    for start in range(0, len(post_ids), 500):
        part = post_ids[start : start + 500]
        listed = delete(post_related).where(post_related.c.post_id.in_(part)).returning(post_related.c.post_id)
        gone = set(tx.execute(listed).scalars())
        list_marks.mark_posts(tx, gone)
        had |= bool(gone)
        postings.delete_by_posts(tx, part)
    return had


def list_posts_showing(tx: Connection, mentor_id: int) -> list[int]:
    """Posts in whose list a mentor stands."""
    return list(tx.execute(select(post_related.c.post_id).where(post_related.c.mentor_id == mentor_id)).scalars())


def list_mentors_showing(tx: Connection, mentor_id: int) -> list[int]:
    """Mentors in whose own list a mentor stands."""
    return list(tx.execute(select(related.c.mentor_id).where(related.c.other_id == mentor_id)).scalars())


def list_post_lists(
    tx: Connection, blog_id: str, post_ids: Collection[int] | None = None
) -> dict[int, list[ListedMentor]]:
    """The lists under the posts of a blog, all or some, by post; posts without are left out."""
    under = select(post_related).where(post_related.c.blog_id == blog_id)
    if post_ids is not None:
        # Named alone: by its blog SQLite would go over all posts of it.
        under = select(post_related).where(post_related.c.post_id.in_(IDS_FROM_JSON[tx.dialect.name]))
    rows = tx.execute(under, {"ids": json.dumps(sorted(post_ids or ()))} if post_ids is not None else {})
    by_post: dict[int, list[ListedMentor]] = {}
    for post_id, line in make_each(rows, lambda row: (row.post_id, _line(row)), "line of a list"):
        by_post.setdefault(post_id, []).append(line)
    return {post: _best_first(lines) for post, lines in by_post.items()}


def list_ids_by_blog(tx: Connection, blog_id: str) -> list[int]:
    """All mentors of a blog."""
    return list(tx.execute(select(mentors.c.id).where(mentors.c.blog_id == blog_id)).scalars())


def list_ids(tx: Connection, authors: Sequence[AuthorKey] | None = None) -> list[int]:
    """Mentors in the order of their ids; of some authors, or all."""
    if authors is None:
        return list(tx.execute(select(mentors.c.id).order_by(mentors.c.id)).scalars())
    ids: list[int] = []
    for start in range(0, len(authors), 200):
        theirs = author_in(mentors.c.blog_id, mentors.c.author_id, authors[start : start + 200])
        ids += tx.execute(select(mentors.c.id).where(theirs)).scalars()
    return sorted(ids)


def list_authors_in_epoch(tx: Connection, epoch_id: int) -> set[AuthorKey]:
    """Who has profiles, and all of them of one epoch."""
    whose = (mentors.c.blog_id, mentors.c.author_id)
    oldest, newest = func.min(mentors.c.epoch_id), func.max(mentors.c.epoch_id)
    rows = tx.execute(select(*whose).group_by(*whose).having(oldest == epoch_id, newest == epoch_id))
    return {AuthorKey(row.blog_id, row.author_id) for row in rows}


def record_hubness(tx: Connection, mentor_id: int, value: int) -> None:
    """Keep how much of a hub a mentor is (r), without touching the profile."""
    tx.execute(update(mentors).where(mentors.c.id == mentor_id).values(hubness=value))
