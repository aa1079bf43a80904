"""What deliveries and pushes are about, in the words of the blog: titles of posts, names of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bridge.model import Kind
from bridge.pages.languages import gettext as _
from bridge.storage.blogs import delivery_log
from bridge.storage.blogs.delivery_log import HeldObject
from bridge.storage.content import authors
from bridge.storage.core.database import Tx
from bridge.storage.people import conversations

MAX_NAMES_SHOWN = 3
MAX_SENT_SHOWN = 20  # of a kind, of one call
POST_OBJECTS = ("related", "post")  # pushes that are about a post


@dataclass(frozen=True, slots=True)
class Subject:
    """A post or person that a delivery is about; `post_id` where there is a page about it here."""

    title: str
    post_id: str = ""


def name_received(tx: Tx, blog_id: str, delivery_ids: Sequence[int]) -> dict[int, list[Subject]]:
    """By delivery: the posts it is about, or else the authors; a few, then how many more."""
    objects = delivery_log.list_objects(tx, blog_id, delivery_ids)
    named = {key for keys in objects.values() for key in keys}
    posts = conversations.list_posts_by_ids(tx, blog_id, (name for kind, name in named if kind == Kind.POST))
    people = authors.list_bylines(tx, {(blog_id, name) for kind, name in named if kind == Kind.AUTHOR})
    subjects = {}
    for delivery_id, keys in objects.items():
        titles = [Subject(posts[name].title, name) for kind, name in keys if kind == Kind.POST and name in posts]
        names = [Subject(people[blog_id, name].name) for kind, name in keys if (blog_id, name) in people]
        subjects[delivery_id] = _shortened(titles or names)
    return subjects


def _shortened(subjects: list[Subject], limit: int = MAX_NAMES_SHOWN) -> list[Subject]:
    if len(subjects) <= limit:
        return subjects
    more = Subject(_("%(count)s more", count=len(subjects) - limit))
    return [*subjects[:limit], more]


def name_sent(tx: Tx, blog_id: str, sent: Mapping[str, Collection[str]]) -> dict[str, list[Subject]]:
    """By kind: the posts that one call was about; of those that are gone since, the number that they had."""
    about_posts = {kind: names for kind, names in sent.items() if kind in POST_OBJECTS}
    posts = conversations.list_posts_by_ids(tx, blog_id, {name for names in about_posts.values() for name in names})
    return {
        kind: _shortened(
            [Subject(posts[name].title, name) if name in posts else Subject(f"#{name[:20]}") for name in names],
            MAX_SENT_SHOWN,
        )
        for kind, names in about_posts.items()
    }


def name_held(tx: Tx, blog_id: str, rows: Iterable[HeldObject]) -> Mapping[tuple[str, str], Subject]:
    """By kind and object: the post that a blog was told something about."""
    rows = list(rows)
    posts = conversations.list_posts_by_ids(tx, blog_id, (row.object for row in rows if row.kind in POST_OBJECTS))
    return {
        (row.kind, row.object): Subject(posts[row.object].title, row.object)
        for row in rows
        if row.kind in POST_OBJECTS and row.object in posts
    }
