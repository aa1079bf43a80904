"""Which of the two applications of the web side answers a path: the one place that decides.

What blogs send comes thousands of times a minute and is answered in a few words. What people open has a language, a
session, a look; a delivery pays for none of it. A path is for blogs when it begins with a folder in which they have a
route. So a new route of theirs is found wherever it stands, or the bridge does not start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from werkzeug.routing import Map

from bridge.pages.hosts import Wsgi


def first_folders(url_map: Map) -> tuple[str, ...]:
    """How the paths of an application begin: each first folder once, such as ``/webhooks/``.

    Raises:
        ValueError: a path has none, so nobody could tell it from a page.
    """
    folders = set()
    for rule in url_map.iter_rules():
        folder, slash, _ = rule.rule.removeprefix("/").partition("/")
        if not slash or "<" in folder:
            raise ValueError(f"{rule.rule}: what blogs call begins with a folder, such as /webhooks/")
        folders.add(f"/{folder}/")
    return tuple(sorted(folders))


def refuse_hidden(url_map: Map, blog_folders: tuple[str, ...]) -> None:
    """Make sure that no page stands in a folder of the blogs.

    Raises:
        ValueError: one does, so nobody could open it.
    """
    for rule in url_map.iter_rules():
        if rule.rule.startswith(blog_folders):
            raise ValueError(f"{rule.rule}: nobody could open it, for blogs have the same folder")


def choose_by_folder(blogs: Wsgi, people: Wsgi, blog_folders: tuple[str, ...]) -> Wsgi:
    """One WSGI application of two: paths in the folders of blogs go to theirs, all others to that of people."""

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        app = blogs if environ["PATH_INFO"].startswith(blog_folders) else people
        return app(environ, start_response)

    return call
