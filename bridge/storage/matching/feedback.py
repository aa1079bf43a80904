"""What authors say about mentors in their lists, and whether they are shown themselves. The worker heeds both."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from bridge.model import AuthorKey
from bridge.storage.content.tables import suspended_authors
from bridge.storage.matching.tables import feedback, hidden_authors

PINNED, MUTED, UNRELATED = "pinned", "muted", "unrelated"


def upsert(tx: Connection, author: AuthorKey, mentor: AuthorKey, verdict: str | None, now: datetime) -> None:
    """What an author says about another; None takes it back."""
    mine = (feedback.c.blog_id == author.blog_id) & (feedback.c.author_id == author.author_id)
    about = (feedback.c.other_blog == mentor.blog_id) & (feedback.c.other_author == mentor.author_id)
    tx.execute(delete(feedback).where(mine, about))
    if verdict is not None:
        tx.execute(
            insert(feedback).values(
                blog_id=author.blog_id,
                author_id=author.author_id,
                other_blog=mentor.blog_id,
                other_author=mentor.author_id,
                verdict=verdict,
                at=now,
            )
        )


def list_by_author(tx: Connection, author: AuthorKey) -> dict[AuthorKey, str]:
    """What an author has said about mentors in their lists, by mentor."""
    rows = tx.execute(
        select(feedback).where(feedback.c.blog_id == author.blog_id, feedback.c.author_id == author.author_id)
    )
    return {AuthorKey(row.other_blog, row.other_author): row.verdict for row in rows}


def list_pinned(tx: Connection, blog_id: str) -> dict[str, list[AuthorKey]]:
    """Author of a blog → the mentors they pinned, whoever was pinned first."""
    rows = tx.execute(
        select(feedback)
        .where(feedback.c.blog_id == blog_id, feedback.c.verdict == PINNED)
        .order_by(feedback.c.at, feedback.c.other_blog, feedback.c.other_author)
    )
    by_author: dict[str, list[AuthorKey]] = {}
    for row in rows:
        by_author.setdefault(row.author_id, []).append(AuthorKey(row.other_blog, row.other_author))
    return by_author


def record_sentence(tx: Connection, author: AuthorKey, mentor: AuthorKey, sentence: str) -> bool:
    """What an author tells their readers of somebody they pinned; False: they did not."""
    mine = (feedback.c.blog_id == author.blog_id, feedback.c.author_id == author.author_id)
    about = (feedback.c.other_blog == mentor.blog_id, feedback.c.other_author == mentor.author_id)
    pinned = update(feedback).where(*mine, *about, feedback.c.verdict == PINNED)
    return tx.execute(pinned.values(sentence=sentence)).rowcount > 0


def list_sentences(tx: Connection, blog_id: str) -> dict[str, dict[AuthorKey, str]]:
    """What authors of a blog tell their readers of those they pinned, where they do; by author."""
    is_pinned = (feedback.c.verdict == PINNED, feedback.c.sentence != "")
    by_author: dict[str, dict[AuthorKey, str]] = {}
    for row in tx.execute(select(feedback).where(feedback.c.blog_id == blog_id, *is_pinned)):
        by_author.setdefault(row.author_id, {})[AuthorKey(row.other_blog, row.other_author)] = row.sentence
    return by_author


def mark_hidden(tx: Connection, author: AuthorKey, now: datetime) -> None:
    """Show an author to nobody for now."""
    mark_shown(tx, author)
    tx.execute(insert(hidden_authors).values(blog_id=author.blog_id, author_id=author.author_id, since=now))


def mark_shown(tx: Connection, author: AuthorKey) -> None:
    """Show an author again who was hidden."""
    tx.execute(
        delete(hidden_authors).where(
            hidden_authors.c.blog_id == author.blog_id, hidden_authors.c.author_id == author.author_id
        )
    )


def is_hidden(tx: Connection, author: AuthorKey) -> bool:
    """Whether an author is shown to nobody, by their own wish or by that of the operator."""
    hidden, suspended = hidden_authors.c, suspended_authors.c
    by_author = exists().where(hidden.blog_id == author.blog_id, hidden.author_id == author.author_id)
    by_operator = exists().where(suspended.blog_id == author.blog_id, suspended.author_id == author.author_id)
    return bool(tx.execute(select(or_(by_author, by_operator))).scalar())


def find_hidden_since(tx: Connection, author: AuthorKey) -> datetime | None:
    """Since when an author is hidden; None: they are not."""
    since: datetime | None = tx.execute(
        select(hidden_authors.c.since).where(
            hidden_authors.c.blog_id == author.blog_id, hidden_authors.c.author_id == author.author_id
        )
    ).scalar()
    return since


def delete_involving_author(tx: Connection, author: AuthorKey) -> None:
    """An author has left: what they said, and what was said about them."""
    mark_shown(tx, author)
    by = (feedback.c.blog_id == author.blog_id) & (feedback.c.author_id == author.author_id)
    about = (feedback.c.other_blog == author.blog_id) & (feedback.c.other_author == author.author_id)
    tx.execute(delete(feedback).where(or_(by, about)))
