"""Who may see which section of the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from flask import g

from bridge.errors import NotFound
from bridge.model import AuthorKey
from bridge.pages.session_keys import session_keys
from bridge.runtime import Runtime
from bridge.storage.blogs import blogs
from bridge.storage.blogs.blogs import Blog
from bridge.storage.content import authors
from bridge.storage.content.authors import AuthorRecord
from bridge.storage.core.database import Tx
from bridge.storage.people import sessions
from bridge.storage.people.sessions import Session
from bridge.words import N_

MAX_SIGNED_IN_BLOGS = 10


class NotSignedIn(NotFound):
    """Nobody is signed in who might see this; for a stranger there is nothing here."""


class Access(IntEnum):
    """What somebody may see: each level holds those below it."""

    OWN_DATA = 0  # neither takes part nor manages (any more): take along, erase
    AUTHOR = 1  # the own card and posts
    BLOG = 2  # the whole blog


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the dashboard, in the order in which they are shown."""

    name: str
    title: str
    access: Access


SECTIONS = (
    Section("overview", N_("Overview"), Access.BLOG),
    Section("card", N_("My card"), Access.AUTHOR),
    Section("asks", N_("Asks"), Access.AUTHOR),
    Section("related", N_("Related mentors"), Access.AUTHOR),
    Section("shown", N_("Who is shown"), Access.BLOG),
    Section("readers", N_("Readers"), Access.BLOG),
    Section("posts", N_("Posts"), Access.AUTHOR),
    Section("deliveries", N_("Deliveries"), Access.BLOG),
    Section("settings", N_("Settings"), Access.OWN_DATA),
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, at one of their blogs."""

    session: Session
    blog: Blog
    author: AuthorRecord | None  # it is there as long as they take part
    others: tuple[Session, ...]  # their other blogs

    @property
    def user_id(self) -> str:
        """Their id on the blog."""
        return self.session.person.user_id

    @property
    def author_key(self) -> AuthorKey:
        """Who they are as an author."""
        return AuthorKey(self.blog.id, self.user_id)

    @property
    def access(self) -> Access:
        """What they may see now: consent is the blog's word of this moment, not of the sign-in."""
        if self.session.person.manages:
            return Access.BLOG
        return Access.AUTHOR if self.takes_part else Access.OWN_DATA

    @property
    def takes_part(self) -> bool:
        """Whether they agreed to be a mentor, and still do."""
        return self.author is not None and self.author.takes_part

    @property
    def sections(self) -> list[Section]:
        """What stands in their navigation."""
        return [section for section in SECTIONS if section.access <= self.access]

    @property
    def own_posts_of(self) -> str | None:
        """Whose posts they see: None for all of the blog."""
        return None if self.session.person.manages else self.user_id


def visitor_at(runtime: Runtime, tx: Tx, blog_id: str) -> Visitor:
    """Who is there, if they are signed in at this blog.

    Raises:
        NotSignedIn: they are not, or no longer.
    """
    open_ = open_sessions(runtime, tx)
    mine = open_.get(blog_id)
    if mine is None:
        raise NotSignedIn("nobody is signed in here")
    return Visitor(
        mine,
        blogs.get(tx, blog_id),
        authors.find(tx, blog_id, mine.person.user_id),
        tuple(opened for name, opened in sorted(open_.items()) if name != blog_id),
    )


def open_sessions(runtime: Runtime, tx: Tx) -> dict[str, Session]:
    """This browser's sessions that count, by blog."""
    keys = session_keys()
    if not keys:
        return {}
    alive = sessions.list_open(tx, keys, runtime.clock())
    return {opened.person.blog_id: opened for opened in alive.values()}


def current_visitor() -> Visitor:
    """The visitor of this request."""
    visitor: Visitor = g.visitor
    return visitor
