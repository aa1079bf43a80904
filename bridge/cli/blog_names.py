"""Which blog an operator means: by its id or how that begins, by its name, or by its address."""

from __future__ import annotations

from bridge.errors import BridgeError, NotFound
from bridge.mentors.own_addresses import readable_address
from bridge.model import AuthorKey
from bridge.storage.blogs import blogs
from bridge.storage.blogs.blogs import Blog
from bridge.storage.core.database import Tx

MAX_CHOICES_SHOWN = 10


class BlogAmbiguous(BridgeError):
    """Several blogs are called so."""

    def __init__(self, name: str, candidates: list[Blog]) -> None:
        listed = "; ".join(f"{blog.id} ({blog.facts.name}, {blog.state})" for blog in candidates[:MAX_CHOICES_SHOWN])
        more = ", …" if len(candidates) > MAX_CHOICES_SHOWN else ""
        super().__init__(f"'{name}' may be {len(candidates)} blogs: {listed}{more}. Say more of the id.")


def get_named_blog(tx: Tx, name: str) -> Blog:
    """The blog that is meant; one that has left only where none that is here is called so.

    Raises:
        NotFound: nothing is called so.
        BlogAmbiguous: several are.
    """
    exact = blogs.find(tx, name)
    if exact is not None:
        return exact
    candidates = [blog for blog in blogs.list_all(tx) if _is_called(blog, name)]
    candidates = [blog for blog in candidates if blog.present] or candidates
    if not candidates:
        raise NotFound(f"There is no blog '{name}'. `bridge blog list` shows those there are.")
    if len(candidates) > 1:
        raise BlogAmbiguous(name, candidates)
    return candidates[0]


def _is_called(blog: Blog, name: str) -> bool:
    if not name:
        return False
    address = readable_address(name if "://" in name else f"https://{name}")
    return (
        blog.id.startswith(name)
        or blog.id.removeprefix("blog_").startswith(name)
        or blog.facts.name.casefold() == name.casefold()
        or bool(address and address == readable_address(blog.facts.home_url))
    )


def author_named(tx: Tx, name: str) -> AuthorKey:
    """The author whom BLOG/AUTHOR means; BLOG may be an address and hold slashes itself.

    Raises:
        NotFound: nothing is called so.
        BlogAmbiguous: several are.
    """
    key = AuthorKey.parse(name)
    if blogs.find(tx, key.blog_id) is not None:
        return key
    blog_name, _, author_id = name.rpartition("/")
    return AuthorKey(get_named_blog(tx, blog_name).id, author_id)
