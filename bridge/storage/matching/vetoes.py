"""What blogs and mentors said no to, and whom blogs said yes to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, literal, or_, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from bridge.mentors.vetoes import Choices, Refusals, Side, Veto, refusals_of
from bridge.model import AuthorKey, ShowingMode
from bridge.storage.core.predicates import author_in
from bridge.storage.core.upserts import upsert_rows
from bridge.storage.matching.feedback import MUTED, UNRELATED
from bridge.storage.matching.tables import approvals, feedback, vetoes

COLUMNS = (vetoes.c.said_by, vetoes.c.other_blog, vetoes.c.other_author, vetoes.c.post_id, vetoes.c.word)


def _veto(row: Row[*tuple[Any, ...]]) -> Veto:
    return Veto(Side(row.said_by), row.other_blog, row.other_author, row.post_id, row.word)


def list_by_blog(tx: Connection, blog_id: str, said_by: Side | None = None) -> list[Veto]:
    """The vetoes over the pages of a blog; those of one side, the newest first."""
    statement = select(*COLUMNS).where(vetoes.c.blog_id == blog_id)
    if said_by is not None:
        statement = statement.where(vetoes.c.said_by == said_by)
    return [_veto(row) for row in tx.execute(statement.order_by(vetoes.c.at.desc(), *COLUMNS))]


def list_by_mentor(tx: Connection, mentor: AuthorKey) -> list[tuple[str, Veto]]:
    """Where a mentor does not want to stand: blog and veto, the newest first."""
    return list_about_blog(tx, mentor.blog_id, (), mentor)


def list_about_blog(
    tx: Connection, other_blog: str, blog_ids: Collection[str], mentor: AuthorKey | None = None
) -> list[tuple[str, Veto]]:
    """What keeps people of one blog from the pages of some others, and, of all blogs, what `mentor` says themself."""
    columns = vetoes.c
    about = and_(columns.blog_id.in_(sorted(blog_ids)), columns.other_blog.in_([other_blog, ""]))
    rows = tx.execute(
        select(columns.blog_id, *COLUMNS)
        .where(about if mentor is None else or_(about, _by_mentor(mentor)))
        .order_by(columns.at.desc(), columns.blog_id, *COLUMNS)
    )
    return [(row.blog_id, _veto(row)) for row in rows]


def _by_mentor(mentor: AuthorKey) -> ColumnElement[bool]:
    return and_(
        vetoes.c.said_by == Side.MENTOR,
        vetoes.c.other_blog == mentor.blog_id,
        vetoes.c.other_author == mentor.author_id,
    )


def count_by_mentor(tx: Connection, mentor: AuthorKey) -> int:
    """On how many blogs, or for how many words there, a mentor does not want to stand."""
    return int(tx.execute(select(func.count()).select_from(vetoes).where(_by_mentor(mentor))).scalar_one())


def upsert(tx: Connection, blog_id: str, veto: Veto, now: datetime) -> None:
    """Keep a veto over the pages of a blog."""
    row = {column.name: value for column, value in zip(COLUMNS, _values(veto), strict=True)}
    names = ("blog_id", *row)
    upsert_rows(tx, vetoes, names, [{"blog_id": blog_id, **row, "at": now}])


def delete_one(tx: Connection, blog_id: str, veto: Veto) -> bool:
    """A veto is taken back; False: there was none."""
    same = [column == value for column, value in zip(COLUMNS, _values(veto), strict=True)]
    return tx.execute(delete(vetoes).where(vetoes.c.blog_id == blog_id, *same)).rowcount > 0


def _values(veto: Veto) -> tuple[str, ...]:
    return str(veto.said_by), veto.other_blog, veto.other_author, veto.post_id, veto.word


def get_choices(tx: Connection, blog_id: str, mode: ShowingMode) -> Choices:
    """All that decides who stands on the pages of a blog of that mode."""
    approved = list_approved(tx, blog_id) if mode is not ShowingMode.ALL else []
    return Choices(mode, frozenset(approved), tuple(list_by_blog(tx, blog_id)))


def list_refusals(tx: Connection, authors: Collection[AuthorKey]) -> dict[AuthorKey, Refusals]:
    """Of each of some authors who is out of the question for their lists: by their own word, by that of their blog,
    and by that of mentors who do not want to stand there."""
    blogs = sorted({author.blog_id for author in authors})
    general = (vetoes.c.post_id == "", vetoes.c.word == "", vetoes.c.blog_id.in_(blogs))
    of_pages = select(literal("").label("author_id"), vetoes.c.blog_id, *COLUMNS).where(*general)
    refused = feedback.c.verdict.in_((MUTED, UNRELATED))
    of_authors = select(
        *(feedback.c.author_id, feedback.c.blog_id, literal("").label("said_by")),
        *(feedback.c.other_blog, feedback.c.other_author, literal("").label("post_id"), literal("").label("word")),
    ).where(author_in(feedback.c.blog_id, feedback.c.author_id, authors), refused)
    by_blog: dict[str, list[Veto]] = {}
    by_author: dict[AuthorKey, set[AuthorKey]] = {author: set() for author in authors}
    for row in tx.execute(union_all(of_pages, of_authors)):
        if row.said_by:
            by_blog.setdefault(row.blog_id, []).append(_veto(row))
        else:
            by_author[AuthorKey(row.blog_id, row.author_id)].add(AuthorKey(row.other_blog, row.other_author))
    return {author: refusals_of(by_blog.get(author.blog_id, ()), by_author[author]) for author in authors}


# -- approvals ---------------------------------------------------------------------------------------


def list_approved(tx: Connection, blog_id: str) -> list[AuthorKey]:
    """Mentors that a blog has said yes to, the newest first."""
    columns = approvals.c
    rows = tx.execute(
        select(columns.other_blog, columns.other_author)
        .where(columns.blog_id == blog_id)
        .order_by(columns.at.desc(), columns.other_blog, columns.other_author)
    )
    return [AuthorKey(row.other_blog, row.other_author) for row in rows]


def list_approving(tx: Connection, other_blog: str, blog_ids: Collection[str]) -> dict[str, set[AuthorKey]]:
    """Of some blogs those of one other blog whom they said yes to."""
    columns = approvals.c
    rows = tx.execute(select(approvals).where(columns.other_blog == other_blog, columns.blog_id.in_(sorted(blog_ids))))
    approving: dict[str, set[AuthorKey]] = {}
    for row in rows:
        approving.setdefault(row.blog_id, set()).add(AuthorKey(row.other_blog, row.other_author))
    return approving


def record_approval(tx: Connection, blog_id: str, mentor: AuthorKey, now: datetime) -> None:
    """A blog says yes to a mentor."""
    row = {"blog_id": blog_id, "other_blog": mentor.blog_id, "other_author": mentor.author_id}
    upsert_rows(tx, approvals, tuple(row), [{**row, "at": now}])


def delete_approval(tx: Connection, blog_id: str, mentor: AuthorKey) -> None:
    """A blog takes its yes back."""
    columns = approvals.c
    mine = (columns.blog_id == blog_id, columns.other_blog == mentor.blog_id)
    tx.execute(delete(approvals).where(*mine, columns.other_author == mentor.author_id))


# -- leaving -----------------------------------------------------------------------------------------


def delete_by_author(tx: Connection, author: AuthorKey) -> None:
    """An author has left: what they said no to, and who said yes to them. A no to them stays, or whoever leaves and
    comes back would be rid of it."""
    tx.execute(delete(vetoes).where(_by_mentor(author)))
    columns = approvals.c
    tx.execute(delete(approvals).where(columns.other_blog == author.blog_id, columns.other_author == author.author_id))


def delete_by_blog(tx: Connection, blog_id: str) -> None:
    """A blog has left: all that it said, and all that was said about it."""
    for table in (vetoes, approvals):
        tx.execute(delete(table).where(or_(table.c.blog_id == blog_id, table.c.other_blog == blog_id)))
