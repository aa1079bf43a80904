"""What the bridge tells a blog, and what the blog answers: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MENTORS_OF_BLOG = "0"  # the object that is no post: all that the blog's authors have pinned


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post named in a reason."""

    title: str
    url: str
    date: datetime


@dataclass(frozen=True, slots=True)
class ShownMentor:
    """One line under a post, as it travels to a blog."""

    name: str
    blog: str
    url: str
    language: str
    why: str
    topics: tuple[str, ...] = ()
    post: ShownPost | None = None
    note: str = ""  # what whoever pinned them tells their own readers
    key: str = ""  # model.AuthorKey, by which the blog names them when it decides


@dataclass(frozen=True, slots=True)
class PushObject:
    """The whole current state of the list under one post, or of the blog's own mentors; idempotent by (kind, object,
    version)."""

    kind: str  # "related"
    object: str  # remote id, or MENTORS_OF_BLOG
    version: int
    language: str
    mentors: tuple[ShownMentor, ...] = ()


@dataclass(frozen=True, slots=True)
class StatsObject:
    """The whole current state of the statistics of one thing; `data` None: nothing is known (any more)."""

    kind: str  # "blog" | "post" | "commenter" | "asks"
    object: str  # "0" | remote id of a post or a user | key of the commenter
    version: int
    data: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """What the blog took, refused as older than what it holds, and does not know."""

    accepted: tuple[tuple[str, str, int], ...] = ()  # (kind, object, version)
    refused: tuple[tuple[str, str, int], ...] = ()  # (kind, object, version held)
    unknown: tuple[tuple[str, str], ...] = ()
