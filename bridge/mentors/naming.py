"""Under which name an author is shown.

Many blogs have one account that nobody renamed. "admin" is nobody's name: what it publishes is the blog's, and shown
under the name of the blog.
"""

from __future__ import annotations

import re

from bridge.legible import legible, one_line
from bridge.text.tokens import fold

# The plugin asks for a public name where it finds one of these (Public_Name::NOBODY).
NOBODY = frozenset({
    "admin", "administrateur", "administration", "administrator", "administratrice", "anonyme", "anonymous", "auteur",
    "author", "blog", "editor", "redaction", "root", "siteadmin", "user", "utilisateur", "webmaster", "webmestre",
    "wordpress", "wpadmin",
})  # fmt: skip
LOGIN = re.compile(r"[a-z0-9._@-]+")
OTHER = re.compile(r"[\W_]+")


def is_nobody(name: str) -> bool:
    """Whether no person is called that."""
    own = _plain(legible(name))
    return not own or own.rstrip("0123456789") in NOBODY


def is_personal(name: str, blog: str) -> bool:
    """Whether the name is somebody's: not nobody's, and no login made of the blog's."""
    return not is_nobody(name) and not (LOGIN.fullmatch(name) and _plain(name) == _plain(blog))


def shown_name(name: str, blog: str) -> str:
    """The author's public name; the blog's, where theirs is nobody's.

    Args:
        name: as the blog shows it; may be empty.
        blog: the blog's own name; may be empty.
    """
    return one_line(name if is_personal(name, blog) else blog)


def _plain(name: str) -> str:
    return OTHER.sub("", fold(name))
