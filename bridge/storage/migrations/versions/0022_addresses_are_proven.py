"""addresses are proven by a handshake, and what is said otherwise is kept as a claim

What was stored before is judged as it would be now: the addresses of posts and authors against the one of their blog.
Versions from the future become those of now: what comes next is newer, what was removed stays covered.

Revision: 0022, after 0021
"""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

from bridge.mentors.own_addresses import normalize_url, own_address, short_link

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

DAY_MS = 86_400_000
PORTION = 1000


def upgrade() -> None:
    for table in ("posts", "authors"):
        op.add_column(table, sa.Column("elsewhere", sa.Text(), server_default="", nullable=False))
    op.add_column("blogs", sa.Column("further_homes", sa.Text(), server_default="[]", nullable=False))
    op.add_column("blogs", sa.Column("claimed_url", sa.Text(), server_default="", nullable=False))
    op.add_column("blogs", sa.Column("contested_by", sa.Text(), server_default="", nullable=False))
    op.add_column("blogs", sa.Column("contested_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "registration_codes", sa.Column("replaces", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    _bring_back_from_the_future()
    blogs = sa.table("blogs", *(sa.column(name, sa.Text) for name in ("id", "home_url", "origin")))
    connected = sa.select(blogs.c.id, blogs.c.home_url).where(blogs.c.origin == "connected")
    for blog_id, home_url in op.get_bind().execute(connected).all():
        home = normalize_url(home_url) or home_url
        if home != home_url:
            op.execute(sa.update(blogs).where(blogs.c.id == blog_id).values(home_url=home))
        touched = _settle(blog_id, home, "posts", "author_id") | _settle(blog_id, home, "authors", "remote_id")
        for author in sorted(touched):
            _make_due(f"{blog_id}/{author}", blog_id)


def _bring_back_from_the_future() -> None:
    now = int(time.time() * 1000)
    for name in ("blogs", "authors", "posts", "comments", "tombstones"):
        table = sa.table(name, sa.column("generation", sa.BigInteger))
        op.execute(sa.update(table).where(table.c.generation > now + DAY_MS).values(generation=now))
    highest = sa.table("blogs", *(sa.column(f"highest_{part}", sa.BigInteger) for part in ("generation", "revision")))
    op.execute(
        sa.update(highest)
        .where(highest.c.highest_generation > now + DAY_MS)
        .values(highest_generation=0, highest_revision=0)
    )


def _settle(blog_id: str, home: str, name: str, author: str) -> set[str]:
    """Judge the stored addresses of a blog; the authors for whom one changed."""
    columns = {"blog_id", "remote_id", "url", "elsewhere", author}
    table = sa.table(name, *(sa.column(column, sa.Text) for column in sorted(columns)))
    known = sa.select(table.c.remote_id, table.c[author], table.c.url).where(table.c.blog_id == blog_id)
    moved = []
    authors = set()
    for remote_id, whose, said in op.get_bind().execute(known).all():
        url, elsewhere = own_address(said, [home], short_link([home], remote_id) if name == "posts" else "")
        if elsewhere:
            moved.append({"new_url": url, "said": elsewhere, "object": remote_id})
            authors.add(str(whose))
    statement = (
        sa.update(table)
        .where(table.c.blog_id == blog_id, table.c.remote_id == sa.bindparam("object"))
        .values(url=sa.bindparam("new_url"), elsewhere=sa.bindparam("said"))
    )
    for start in range(0, len(moved), PORTION):
        op.get_bind().execute(statement, moved[start : start + PORTION])
    return authors


def _make_due(entity: str, blog_id: str) -> None:
    """Its lists and those of others name the address."""
    at_once = "UPDATE work SET due_at = 0, marks = marks + 1 WHERE station = 'refresh' AND entity = :entity"
    if not op.get_bind().execute(sa.text(at_once), {"entity": entity}).rowcount:
        op.get_bind().execute(
            sa.text(
                "INSERT INTO work (station, entity, blog_id, due_at, attempts, marks, waits_for_blog)"
                " VALUES ('refresh', :entity, :blog, 0, 0, 1, false)"
            ),
            {"entity": entity, "blog": blog_id},
        )


def downgrade() -> None:
    op.drop_column("registration_codes", "replaces")
    for name in ("further_homes", "claimed_url", "contested_by", "contested_at"):
        op.drop_column("blogs", name)
    for table in ("posts", "authors"):
        op.drop_column(table, "elsewhere")
