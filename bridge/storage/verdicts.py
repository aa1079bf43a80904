"""What authors say about mentors in their lists, and whether they are shown themselves. The worker heeds both."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select

from bridge.model import AuthorKey
from bridge.storage.among import among
from bridge.storage.tables import hidings, verdicts

PINNED, MUTED, UNRELATED = "pinned", "muted", "unrelated"


def upsert_verdict(tx: Connection, author: AuthorKey, other: AuthorKey, verdict: str | None, now: datetime) -> None:
    """What an author says about another; None takes it back."""
    mine = (verdicts.c.blog_id == author.blog_id) & (verdicts.c.author_id == author.author_id)
    about = (verdicts.c.other_blog == other.blog_id) & (verdicts.c.other_author == other.author_id)
    tx.execute(delete(verdicts).where(mine, about))
    if verdict is not None:
        tx.execute(
            insert(verdicts).values(
                blog_id=author.blog_id, author_id=author.author_id, other_blog=other.blog_id,
                other_author=other.author_id, verdict=verdict, at=now,
            )
        )  # fmt: skip


def list_verdicts(tx: Connection, author: AuthorKey) -> dict[AuthorKey, str]:
    """What an author has said, by mentor."""
    rows = tx.execute(
        select(verdicts).where(verdicts.c.blog_id == author.blog_id, verdicts.c.author_id == author.author_id)
    )
    return {AuthorKey(row.other_blog, row.other_author): row.verdict for row in rows}


def list_pinned(tx: Connection, blog_id: str) -> dict[str, list[AuthorKey]]:
    """Author of a blog → the mentors they pinned, whoever was pinned first."""
    rows = tx.execute(
        select(verdicts)
        .where(verdicts.c.blog_id == blog_id, verdicts.c.verdict == PINNED)
        .order_by(verdicts.c.at, verdicts.c.other_blog, verdicts.c.other_author)
    )
    found: dict[str, list[AuthorKey]] = {}
    for row in rows:
        found.setdefault(row.author_id, []).append(AuthorKey(row.other_blog, row.other_author))
    return found


def refused(tx: Connection, author: AuthorKey) -> set[AuthorKey]:
    """Mentors that an author wants in none of their lists."""
    return {other for other, verdict in list_verdicts(tx, author).items() if verdict in (MUTED, UNRELATED)}


def refused_by(tx: Connection, authors: Collection[AuthorKey]) -> dict[AuthorKey, set[AuthorKey]]:
    """The same of many authors at once."""
    found: dict[AuthorKey, set[AuthorKey]] = {author: set() for author in authors}
    theirs = among(verdicts.c.blog_id, verdicts.c.author_id, authors)
    for row in tx.execute(select(verdicts).where(theirs, verdicts.c.verdict.in_((MUTED, UNRELATED)))):
        found[AuthorKey(row.blog_id, row.author_id)].add(AuthorKey(row.other_blog, row.other_author))
    return found


def hide(tx: Connection, author: AuthorKey, now: datetime) -> None:
    """Show an author to nobody for now."""
    unhide(tx, author)
    tx.execute(insert(hidings).values(blog_id=author.blog_id, author_id=author.author_id, since=now))


def unhide(tx: Connection, author: AuthorKey) -> None:
    """Show them again."""
    tx.execute(delete(hidings).where(hidings.c.blog_id == author.blog_id, hidings.c.author_id == author.author_id))


def hidden_since(tx: Connection, author: AuthorKey) -> datetime | None:
    """Since when an author is hidden; None: they are not."""
    since: datetime | None = tx.execute(
        select(hidings.c.since).where(hidings.c.blog_id == author.blog_id, hidings.c.author_id == author.author_id)
    ).scalar()
    return since


def forget_author(tx: Connection, author: AuthorKey) -> None:
    """An author has left: what they said, and what was said about them."""
    unhide(tx, author)
    by = (verdicts.c.blog_id == author.blog_id) & (verdicts.c.author_id == author.author_id)
    about = (verdicts.c.other_blog == author.blog_id) & (verdicts.c.other_author == author.author_id)
    tx.execute(delete(verdicts).where(or_(by, about)))
