"""Which installation of a blog speaks. A copy of a site has its key as well, but does not stand at its address.

The plugin names its installation in all that it signs. The one that a handshake has proven is the blog; until there
was one, the first that named itself is. What another one says is set aside, and touches nothing of the blog.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bridge.storage.blogs.blogs import Blog
from bridge.storage.blogs.tables import blogs

SECOND_INSTALLATION_ERROR = (
    "Another installation than the one that is connected sent this with its key, so nothing of it was taken. "
    "If it is a copy, say so in its wp-admin: Settings, Mentor bridge, 'Another site'. "
    "If the site has moved, say it there: 'The same site, it has moved'."
)


def record_proven(tx: Connection, blog_id: str, install: str, now: datetime) -> bool:
    """A handshake has shown which installation stands at the blog's address; "": its plugin is too old to say.

    Returns:
        Whether two have spoken, so that nobody knows whose word is held.
    """
    contested = tx.execute(select(blogs.c.second_at).where(blogs.c.id == blog_id)).scalar() is not None
    values = {"install": install, "installed_at": now, "second_at": None}
    tx.execute(update(blogs).where(blogs.c.id == blog_id).values(**values))
    return contested


def record_first(tx: Connection, blog_id: str, install: str, now: datetime) -> None:
    """The first word of a blog that was connected before installations had names."""
    unknown = (blogs.c.id == blog_id, blogs.c.install == "")
    tx.execute(update(blogs).where(*unknown).values(install=install, installed_at=now))


def is_second(blog: Blog, install: str, received_at: datetime) -> bool:
    """Whether something was said by another installation than the blog's own.

    Without a name it may have been sent before the blog had one.
    """
    if not blog.install or install == blog.install:
        return False
    return bool(install) or blog.installed_at is None or received_at > blog.installed_at


def record_second(tx: Connection, blog_id: str, now: datetime) -> None:
    """Another installation spoke with the blog's key; noted until one has proven itself again."""
    tx.execute(update(blogs).where(blogs.c.id == blog_id).values(second_at=now))
