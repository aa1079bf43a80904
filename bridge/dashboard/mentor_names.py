"""Mentors of other blogs as a blogger reads of them: name, blog and where to read more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from bridge.dashboard import links
from bridge.mentors.display_name import name_with_address
from bridge.mentors.explain import Reason
from bridge.model import AuthorKey
from bridge.storage.content import authors
from bridge.storage.content.authors import Byline
from bridge.storage.core.database import Tx


@dataclass(frozen=True, slots=True)
class NamedMentor:
    """Who it is; `url`: "" without an address that a browser may be sent to."""

    key: AuthorKey
    name: str
    blog: str
    url: str


@dataclass(frozen=True, slots=True)
class RelatedMentor:
    """A mentor in a list, with what its reader needs to know."""

    key: AuthorKey
    name: str
    blog: str
    url: str
    language: str
    verdict: str
    reason: Reason | None = None
    why: str = ""
    different: list[str] = field(default_factory=list)  # what only they write about


def list_named(tx: Tx, keys: Collection[AuthorKey]) -> dict[AuthorKey, NamedMentor]:
    """Some mentors, of those who are there, in the order given."""
    bylines = authors.list_bylines(tx, [(key.blog_id, key.author_id) for key in keys])
    return {key: _named(key, byline) for key in keys if (byline := bylines.get((key.blog_id, key.author_id)))}


def _named(key: AuthorKey, byline: Byline) -> NamedMentor:
    home = links.web_link(byline.url) or links.web_link(byline.home_url)
    return NamedMentor(key, byline.name, name_with_address(byline.blog, byline.home_url), home)
