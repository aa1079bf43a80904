"""Having a blog compare what it has sent with what is held of it."""

from __future__ import annotations

from datetime import datetime

from bridge.errors import NotFound
from bridge.model import BlogState
from bridge.operations import due
from bridge.storage.blogs import blogs, state_checks
from bridge.storage.core.database import Tx


def ask_for_comparison(tx: Tx, blog_id: str, now: datetime) -> None:
    """A blog is called to compare what both sides hold; one that cannot be called hears it when it next fetches.

    Raises:
        NotFound: there is no such blog, or it is not connected.
    """
    blog = blogs.get(tx, blog_id)
    if blog.origin != "connected" or blog.state is not BlogState.CONNECTED:
        raise NotFound("Only a connected blog can compare what it has sent.")
    state_checks.mark_asked(tx, blog_id, now)
    due.blog_called(tx, blog_id, now)
