"""Which addresses are a blog's own: those at an address that it has proven by a handshake.

What a blog says is at home anywhere else is kept as that, and never shown as the blog's own: its card, its feed and
the lists of others would vouch for a page that somebody else has written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import SplitResult, quote, unquote, urlsplit

import idna

from bridge.model import PART_SIGN, Author, Post

DEFAULT_PORTS = {"https": 443, "http": 80}
AMBIGUOUS_CHARACTERS = re.compile(
    r"[\x00-\x20\x7f\\]|%(?:2e|2f|5c|00)", re.IGNORECASE
)  # what servers read in more than one way
UNESCAPED_CHARACTERS = "/!$&'()*+,;=:@-._~"  # what needs no escape in a path


def normalize_url(url: str) -> str:
    """The one spelling of an address without its query; "" for what is none.

    Lower case where case means nothing, international names as they travel, no port that goes without saying, no slash
    at the end.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, _host(parts)
    except ValueError:
        return ""
    if not host or _is_odd(parts):
        return ""
    named = "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
    path = quote(unquote(parts.path, errors="surrogateescape"), safe=UNESCAPED_CHARACTERS, errors="surrogateescape")
    return f"{parts.scheme}://{host}{named}{path.rstrip('/')}"


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removesuffix(".")
    if parts.scheme not in DEFAULT_PORTS or not host or "@" in parts.netloc:
        return ""
    if ":" in host:
        return f"[{host}]"
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise ValueError(str(error)) from None


def _is_odd(parts: SplitResult) -> bool:
    return bool(AMBIGUOUS_CHARACTERS.search(parts.path + parts.netloc)) or not {".", ".."}.isdisjoint(
        parts.path.split("/")
    )


def readable_address(url: str) -> str:
    """Where an address leads, by http or by https, as people read it: `blog.example`; "" for what is none."""
    return normalize_url(url).partition("://")[2]


def is_within(url: str, home_url: str) -> bool:
    """Whether an address lies at or below a home, by http or by https: the neighbour's path is not ours."""
    inner, outer = readable_address(url), readable_address(home_url)
    return bool(outer) and (inner == outer or inner.startswith(f"{outer}/"))


def post_at_own_address(post: Post, homes: Sequence[str], closer: Sequence[str] = ()) -> Post:
    """A post as it may be shown: at an address of its blog's, the other one kept as `elsewhere`."""
    url = post.elsewhere or post.url
    url, elsewhere = own_address(url, homes, short_link(homes, post.remote_id), closer)
    return post if (url, elsewhere) == (post.url, post.elsewhere) else replace(post, url=url, elsewhere=elsewhere)


def author_at_own_address(author: Author, homes: Sequence[str], closer: Sequence[str] = ()) -> Author:
    """An author whose page is the blog's own, or not known."""
    url = author.elsewhere or author.url
    url, elsewhere = own_address(url, homes, "", closer)
    return (
        author if (url, elsewhere) == (author.url, author.elsewhere) else replace(author, url=url, elsewhere=elsewhere)
    )


def short_link(homes: Sequence[str], remote_id: str) -> str:
    """Where WordPress leads to a post of its own, wherever that is; a further language of one has its page."""
    return f"{homes[0]}/?p={remote_id.partition(PART_SIGN)[0]}"


def own_address(url: str, homes: Sequence[str], otherwise: str, closer: Sequence[str] = ()) -> tuple[str, str]:
    """The address to show, and the one that is not the blog's own, if it is not.

    Args:
        said: by the blog; may be empty.
        homes: addresses that it has proven.
        otherwise: what stands for one that is not below them.
        closer: what other blogs have proven below them: of two homes the one that is nearer to an address has it.
    """
    if not url or _nearest(url, homes) >= max(1, _nearest(url, closer)):
        return url, ""
    return otherwise, url


def _nearest(url: str, homes: Sequence[str]) -> int:
    return max((len(readable_address(home)) for home in homes if is_within(url, home)), default=0)
