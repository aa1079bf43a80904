"""Under which name an author is shown.

Many blogs have one account that nobody renamed. "admin" is nobody's name: what it publishes is the blog's, and shown
under the name of the blog.
"""

from __future__ import annotations

import re
import unicodedata

from bridge.legible import legible, one_line
from bridge.mentors.own_addresses import readable_address
from bridge.text.tokens import fold

# The plugin asks for a public name where it finds one of these (Public_Name::NOBODY).
ROLE_NAMES = frozenset(
    {
        "admin",
        "administrateur",
        "administration",
        "administrator",
        "administratrice",
        "anonyme",
        "anonymous",
        "auteur",
        "author",
        "blog",
        "editor",
        "redaction",
        "root",
        "siteadmin",
        "user",
        "utilisateur",
        "webmaster",
        "webmestre",
        "wordpress",
        "wpadmin",
    }
)
LOGIN_PATTERN = re.compile(r"[a-z0-9._@-]+")
# Letters of other scripts, and digits, that look like Latin ones in small print.
LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u03bf\u03b1\u03c1\u03bd\u03b9\u03c4\u03c5\u03ba\u0131"
    "01l\u043a\u043c\u0442\u043d\u0432",
    "aeopcyxijshdqwoapvitukioiikmthb",
)
NON_LETTERS = re.compile(r"[\W_]+")


def is_role_name(name: str) -> bool:
    """Whether no person is called that."""
    plain_name = _plain(legible(name))
    return not plain_name or plain_name.rstrip("0123456789") in ROLE_NAMES


def is_personal(name: str, blog: str) -> bool:
    """Whether the name is somebody's: not nobody's, and no login made of the blog's."""
    return not is_role_name(name) and not (LOGIN_PATTERN.fullmatch(name) and _plain(name) == _plain(blog))


def display_name(name: str, blog: str) -> str:
    """The author's public name; the blog's, where theirs is nobody's.

    Args:
        name: as the blog shows it; may be empty.
        blog: the blog's own name; may be empty.
    """
    return one_line(name if is_personal(name, blog) else blog)


def lookalike_key(name: str) -> str:
    """What is left of a name to whoever reads in haste: two that are the same in this are taken for each other."""
    seen = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    letters = "".join(char for char in seen if unicodedata.category(char)[0] in "LN")
    return letters.translate(LOOKALIKES)


def name_with_address(blog: str, home_url: str) -> str:
    """A blog's name and where it stands: names are given by whoever likes to, the address is proven."""
    at = readable_address(home_url)
    return f"{blog} ({at})" if at and blog and blog not in (at, home_url) else blog or at


def _plain(name: str) -> str:
    return NON_LETTERS.sub("", fold(name))
