"""no e-mail address is kept as a name

Names of authors, commenters and blogs that are, hold or were made of one lose it. The address of such an author's
card is gone (410); their profile is made anew as soon as the bridge runs, under another address, and the lists of other
blogs follow.

Revision: 0023, after 0022
"""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from alembic import op

from bridge.model import AuthorKey, stable_id
from bridge.text.email_addresses import reveals_address, without_address

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

PORTION = 200
# As these tables are at this revision; later ones may look otherwise.
authors = sa.table("authors", *map(sa.column, ("blog_id", "remote_id", "name", "url", "elsewhere")))
blogs = sa.table("blogs", *map(sa.column, ("id", "name", "description")))
comments = sa.table("comments", *map(sa.column, ("blog_id", "remote_id", "author_name")))
cards = sa.table("cards", *map(sa.column, ("slug", "blog_id", "author_id")))
gone_cards = sa.table("gone_cards", *map(sa.column, ("slug_hash", "owner")))
work = sa.table("work", *map(sa.column, ("station", "entity", "blog_id", "due_at", "marks", "attempts")))


def upgrade() -> None:
    tx = op.get_bind()
    changed = _blogs(tx)
    renamed = _authors(tx, changed)
    _comments(tx)
    _close_cards(tx, renamed)
    for key in sorted(renamed):
        _due(tx, "refresh", str(key), key.blog_id)
    if renamed or changed:
        for row in tx.execute(sa.text("SELECT id FROM blogs WHERE state = 'connected' AND origin = 'connected'")).all():
            _due(tx, "push", row.id, row.id)


def downgrade() -> None:
    """What was taken out is not known any more."""


def _blogs(tx: sa.Connection) -> set[str]:
    changed = set()
    for row in tx.execute(sa.select(blogs)).all():
        clean = {"name": without_address(row.name), "description": without_address(row.description)}
        if clean != {"name": row.name, "description": row.description}:
            tx.execute(sa.update(blogs).where(blogs.c.id == row.id).values(**clean))
            changed.add(str(row.id))
    return changed


def _authors(tx: sa.Connection, of_blogs: set[str]) -> set[AuthorKey]:
    """Those that are shown otherwise from now on."""
    renamed = set()
    for row in tx.execute(sa.select(authors)).all():
        held = {"name": row.name, "url": row.url, "elsewhere": row.elsewhere}
        clean = {"name": without_address(row.name)} | {
            column: "" if reveals_address(held[column]) else held[column] for column in ("url", "elsewhere")
        }
        if clean != held:
            mine = sa.and_(authors.c.blog_id == row.blog_id, authors.c.remote_id == row.remote_id)
            tx.execute(sa.update(authors).where(mine).values(**clean))
        if clean != held or row.blog_id in of_blogs:
            renamed.add(AuthorKey(row.blog_id, row.remote_id))
    return renamed


def _comments(tx: sa.Connection) -> None:
    names = tx.scalars(sa.select(comments.c.author_name).distinct()).all()
    changed = {name: clean for name in names if (clean := without_address(name)) != name}
    listed = sorted(changed)
    for start in range(0, len(listed), PORTION):
        some = comments.c.author_name.in_(listed[start : start + PORTION])
        rows = tx.execute(sa.select(comments).where(some)).all()
        one = sa.and_(comments.c.blog_id == sa.bindparam("blog"), comments.c.remote_id == sa.bindparam("comment"))
        statement = sa.update(comments).where(one).values(author_name=sa.bindparam("clean"))
        tx.execute(
            statement,
            [{"blog": row.blog_id, "comment": row.remote_id, "clean": changed[row.author_name]} for row in rows],
        )


def _close_cards(tx: sa.Connection, renamed: set[AuthorKey]) -> None:
    """Of the renamed, and where an earlier name still stands in the address."""
    for row in tx.execute(sa.select(cards)).all():
        key = AuthorKey(row.blog_id, row.author_id)
        if key not in renamed and without_address(row.slug) == row.slug:
            continue
        digest = hashlib.sha256(b"card\0" + row.slug.encode()).digest()
        tx.execute(sa.delete(cards).where(cards.c.slug == row.slug))
        tx.execute(sa.delete(gone_cards).where(gone_cards.c.slug_hash == digest))
        owner = stable_id("card", key.blog_id, key.author_id)
        tx.execute(sa.insert(gone_cards).values(slug_hash=digest, owner=owner))
        renamed.add(key)


def _due(tx: sa.Connection, station: str, entity: str, blog_id: str) -> None:
    this = sa.and_(work.c.station == station, work.c.entity == entity)
    now: dict[str, Any] = {"due_at": 0, "marks": work.c.marks + 1}
    if tx.execute(sa.update(work).where(this).values(**now)).rowcount == 0:
        first = {"station": station, "entity": entity, "blog_id": blog_id, "due_at": 0, "marks": 1, "attempts": 0}
        tx.execute(sa.insert(work).values(**first))
