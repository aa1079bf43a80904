"""Addresses that a blog says are its own and has not proven: nothing changes by them, and both sides hear of it.

Also what follows when an address is proven: which addresses of posts and authors are the blog's own from then on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Connection, bindparam, or_, select, update

from bridge.mentors import own_addresses
from bridge.storage.blogs.blogs import Blog, list_at, list_by_ids
from bridge.storage.blogs.tables import blogs
from bridge.storage.content.tables import authors, posts

log = structlog.get_logger("claims")

CLAIM_NOTICE_INTERVAL = timedelta(days=1)
CLAIM_NOTICE_LIFETIME = timedelta(days=7)  # how long a notice of a claim stands
ADDRESSES_PER_STATEMENT = 500


def record(tx: Connection, blog: Blog, claimed_url: str, now: datetime) -> None:
    """What a blog says of where it stands; "": only what it has proven. Whoever is there hears of it."""
    if claimed_url != blog.claimed_url:
        tx.execute(update(blogs).where(blogs.c.id == blog.id).values(claimed_url=claimed_url))
    if not claimed_url or own_addresses.readable_address(claimed_url) == own_addresses.readable_address(
        blog.facts.home_url
    ):
        return
    for holder in list_at(tx, own_addresses.normalize_url(claimed_url)):
        last_notice = holder.contested_at
        if (
            holder.id == blog.id
            or not holder.present
            or (last_notice is not None and now - last_notice < CLAIM_NOTICE_INTERVAL)
        ):
            continue
        tx.execute(
            update(blogs).where(blogs.c.id == holder.id).values(contested_by=blog.facts.home_url, contested_at=now)
        )
        log.warning("address claimed", blog=holder.id, home_url=holder.facts.home_url, by=blog.id)


def is_contested(blog: Blog, now: datetime) -> bool:
    """Whether another blog has said of late that it stands at this one's address."""
    return blog.contested_at is not None and now - blog.contested_at < CLAIM_NOTICE_LIFETIME


def record_proven(tx: Connection, blog_id: str, further_homes: Sequence[str]) -> None:
    """A handshake has proven the address of a blog, and these as well; nothing is merely claimed any more."""
    proven = json.dumps(sorted(set(further_homes)))
    tx.execute(update(blogs).where(blogs.c.id == blog_id).values(further_homes=proven, claimed_url=""))


def list_nested_homes(tx: Connection, blog: Blog) -> tuple[str, ...]:
    """What other blogs have proven below the addresses of this one: none of its own."""
    near = [
        blogs.c.home_url.contains(f"//{own_addresses.readable_address(home)}/", autoescape=True) for home in blog.homes
    ]
    if not near:
        return ()
    proven = {home for neighbour in _list_others(tx, blog, or_(*near)) if neighbour.present for home in neighbour.homes}
    return tuple(sorted(home for home in proven if any(own_addresses.is_within(home, outer) for outer in blog.homes)))


def list_enclosing_blogs(tx: Connection, blog: Blog) -> list[Blog]:
    """Other blogs within whose addresses this one stands."""
    outer = set()
    for home in blog.homes:
        *path, _ = own_addresses.readable_address(home).split("/")
        outer |= {"/".join(path[:steps]) for steps in range(1, len(path) + 1)}
    near = blogs.c.home_url.in_([f"{scheme}://{place}" for place in outer for scheme in own_addresses.DEFAULT_PORTS])
    return [
        neighbour
        for neighbour in _list_others(tx, blog, near)
        if any(own_addresses.readable_address(home) in outer for home in neighbour.homes)
    ]


def _list_others(tx: Connection, blog: Blog, near: ColumnElement[bool]) -> list[Blog]:
    """Connected blogs whose address fits, and the few that have proven further ones: those are compared when read."""
    connected = (blogs.c.id != blog.id, blogs.c.origin == "connected")
    neighbours = select(blogs.c.id).where(*connected, or_(near, blogs.c.further_homes != "[]"))
    return sorted(list_by_ids(tx, tx.scalars(neighbours).all()).values(), key=lambda neighbour: neighbour.id)


def record_own_addresses(tx: Connection, blog: Blog) -> set[str]:
    """Judge anew which stored addresses are the blog's own; answers the authors for whom that changed."""
    closer = list_nested_homes(tx, blog)
    changed: set[str] = set()
    for table, name, author in ((posts, "posts", posts.c.author_id), (authors, "authors", authors.c.remote_id)):
        columns = table.c
        rows = tx.execute(
            select(columns.remote_id, author, columns.url, columns.elsewhere).where(columns.blog_id == blog.id)
        ).all()
        moved = []
        for remote_id, whose, url, elsewhere in rows:
            otherwise = own_addresses.short_link(blog.homes, remote_id) if name == "posts" else ""
            settled = own_addresses.own_address(elsewhere or url, blog.homes, otherwise, closer)
            if settled != (url, elsewhere):
                moved.append({"object": remote_id, "new_url": settled[0], "new_elsewhere": settled[1]})
                changed.add(whose)
        statement = (
            update(table)
            .where(columns.blog_id == blog.id, columns.remote_id == bindparam("object"))
            .values(url=bindparam("new_url"), elsewhere=bindparam("new_elsewhere"))
        )
        for start in range(0, len(moved), ADDRESSES_PER_STATEMENT):
            tx.execute(statement, moved[start : start + ADDRESSES_PER_STATEMENT])
    return changed
