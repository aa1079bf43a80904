"""What a delivery changed, gathered event by event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bridge.model import AuthorKey


@dataclass
class DeliveryEffect:
    """What a delivery changed, and so what becomes due."""

    heard_at: datetime
    authors: set[str] = field(default_factory=set)
    urgent: bool = False
    bylines: set[str] = field(default_factory=set)  # authors whose name or address may stand otherwise in lists
    duplicates: set[AuthorKey] = field(default_factory=set)  # whose posts may say the same as what changed
    blogs: set[str] = field(default_factory=set)  # under whose posts something vanished
    posts: int = 0
    tallies: set[str] = field(default_factory=set)  # blogs whose figures change
    erased: bool = False  # somebody waits for the figures to be without them
    gone: list[tuple[str, str]] = field(default_factory=list)  # objects whose payloads must go
    updated: bool = False  # the blog says something else of itself
    left: bool = False  # the blog itself is gone
