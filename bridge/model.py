"""What the bridge talks about: frozen values, all times aware and in UTC.

Words as in docs/how-it-works.md ("Words"): blog, author, post, comment, mentor, event, delivery, push.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

MAX_CLOCK_AHEAD = timedelta(days=1)  # of a generation before the bridge's clock


class Kind(StrEnum):
    """What an event can be about."""

    BLOG = "blog"
    AUTHOR = "author"
    POST = "post"
    COMMENT = "comment"
    COMMENTER = "commenter"


class BlogState(StrEnum):
    """CONNECTED works; PAUSED is unreachable or silent and shown nowhere; the others are on the way out."""

    CONNECTED = "connected"
    PAUSED = "paused"
    WITHDRAWING = "withdrawing"  # asked to leave; its traces are being removed
    DISCONNECTED = "disconnected"  # nothing of it is left but its name and keys


class ShowingMode(StrEnum):
    """Which of the related mentors a blog shows under its posts."""

    ALL = "all"
    APPROVED = "approved"  # or pinned by the author of the post
    ASK = "ask"  # the same, and whoever has neither waits for a decision


class Transport(StrEnum):
    """How pushes reach a blog, in the order in which they are tried."""

    XMLRPC = "xmlrpc"
    REST = "rest"
    PULL = "pull"


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Place of one state of an object in its blog's history; pairs are compared, the newest wins."""

    generation: int  # UTC ms at which the blog's outbox was made
    revision: int  # counter of that outbox


def latest_generation(now: datetime) -> int:
    """The latest moment at which an outbox can have been made, by a clock that is not quite right."""
    return int((now + MAX_CLOCK_AHEAD).timestamp() * 1000)


def stable_id(*parts: object) -> int:
    """A 63-bit id that depends on the name alone, so that no order of arrival shows in stored bytes.

    At a million names the chance of any collision is about 5e-8.
    """
    name = "\0".join(str(part) for part in parts).encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest()) >> 1


PART_SIGN = ":"  # in the remote id of a further language of a post, behind that of the post


def post_id(blog_id: str, remote_id: str) -> int:
    """The bridge's own id of a post."""
    return stable_id("post", blog_id, remote_id)


def commenter_name(commenter: str) -> str:
    """How a commenter is named where only equality matters: from it the key that the blog made cannot be read."""
    return hashlib.sha256(b"commenter\0" + commenter.encode()).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class AuthorKey:
    """An author of a blog; ``author_id`` is the blog's own (remote) id as text."""

    blog_id: str
    author_id: str

    def __str__(self) -> str:
        return f"{self.blog_id}/{self.author_id}"

    @classmethod
    def parse(cls, text: str) -> AuthorKey:
        blog_id, _, author_id = text.partition("/")
        return cls(blog_id, author_id)


@dataclass(frozen=True, slots=True, order=True)
class MentorKey:
    """The unit of matching: an author on a blog in a language."""

    blog_id: str
    author_id: str
    language: str

    @property
    def id(self) -> int:
        return stable_id("mentor", self.blog_id, self.author_id, self.language)

    @property
    def author(self) -> AuthorKey:
        return AuthorKey(self.blog_id, self.author_id)


@dataclass(frozen=True, slots=True)
class Post:
    """One public post as its blog last told it."""

    blog_id: str
    remote_id: str
    version: Version
    author_id: str
    url: str
    title: str
    content: str
    excerpt: str
    language: str  # what the blog said (BCP-47) or ""
    published_at: datetime
    modified_at: datetime
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    truncated: bool = False
    translations: tuple[str, ...] = ()  # remote ids of the same post in other languages
    canonical: str = ""  # where it is at home by its own word, if not at `url`
    elsewhere: str = ""  # where it stands by the blog's word, at a host that the blog has not proven
    language_urls: Mapping[str, str] = field(default_factory=dict)  # where it is read in languages that it holds, too
    state_hash: int = 0  # of what the blog has sent (contract.digests); 0: it sent none

    @property
    def id(self) -> int:
        return post_id(self.blog_id, self.remote_id)


@dataclass(frozen=True, slots=True)
class Comment:
    """One approved comment; ``commenter`` is the blog's keyed hash, never an address."""

    blog_id: str
    remote_id: str
    version: Version
    post_id: str  # remote id
    parent_id: str  # remote id or ""
    commenter: str
    commenter_basis: str  # "email" | "name" | "anonymous"
    author_name: str
    author_id: str  # WordPress user on that blog or ""
    is_staff: bool
    by_post_author: bool
    comment_type: str
    content: str
    published_at: datetime
    historical: bool = False
    insightful: bool = False  # marked by somebody who may moderate
    has_website: bool = False
    state_hash: int = 0


@dataclass(frozen=True, slots=True)
class Declared:
    """What an author says of themself for a pairing; nothing is quotable unless it is named."""

    role: str = "mentor"  # "mentor" | "mentee" | "both" | "neither"
    region: str = ""
    stage: str = ""
    availability: str = ""
    capacity: int | None = None  # how many mentees at once; None: not said
    formats: tuple[str, ...] = ()
    motives: str = ""
    limits: str = ""
    sectors: tuple[str, ...] = ()
    outside_own_sector: bool = False  # nobody who shares one of the sectors
    open_to_all: bool = False  # helps without anything in return
    search_engines: bool = False  # may list the card
    fediverse: str = ""  # "@name@host", where their blog or they are found there
    newsletter: str = ""  # the address of a page of their blog
    quotable: tuple[str, ...] = ()  # text.experience.Passage.key


@dataclass(frozen=True, slots=True)
class Author:
    """An author who takes part, and what they declared."""

    blog_id: str
    remote_id: str
    version: Version
    name: str
    url: str
    bio: str
    takes_part: bool
    consented_at: datetime | None
    consent_door: str
    consent_text: str
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    declared: Declared = Declared()
    elsewhere: str = ""  # a page at a host that the blog has not proven
    state_hash: int = 0

    @property
    def key(self) -> AuthorKey:
        return AuthorKey(self.blog_id, self.remote_id)


@dataclass(frozen=True, slots=True)
class BlogFacts:
    """What a blog says about itself (``blog.updated``, the handshake's answer)."""

    name: str
    description: str
    language: str
    home_url: str
    rest_url: str
    xmlrpc_url: str
    uuid: str
    wordpress_version: str = ""
    php_version: str = ""
    plugin_version: str = ""
    statistics: bool = False
    further_homes: tuple[str, ...] = ()  # where it stands as well, such as a second domain for a second language
    showing: ShowingMode | None = None  # None: its plugin does not know the choice


@dataclass(frozen=True, slots=True)
class Removal:
    """Something is gone (or its author withdrew): nothing older of it or below it counts any more."""

    blog_id: str
    kind: Kind
    remote_id: str  # "" for the blog itself; the key of a commenter
    version: Version

    @property
    def name(self) -> str:
        """Under which it is remembered: of a commenter who was erased not even the key is kept."""
        return commenter_name(self.remote_id) if self.kind is Kind.COMMENTER else self.remote_id


@dataclass(frozen=True, slots=True)
class BlogUpdate:
    """``blog.updated``."""

    blog_id: str
    version: Version
    facts: BlogFacts
    state_hash: int = 0


@dataclass(frozen=True, slots=True)
class Ping:
    """A sign of life, with the highest version the blog has given out."""

    blog_id: str
    version: Version
    acknowledged: str = ""  # webhook-id of the last message that we have confirmed, as the blog knows it


Event = Post | Comment | Author | BlogUpdate | Removal | Ping


@dataclass(frozen=True, slots=True)
class BlogAccess:
    """All that is needed to reach a blog; secrets are kept out of ``repr``."""

    blog_id: str
    home_url: str
    rest_url: str
    xmlrpc_url: str
    username: str
    transport: Transport | None
    application_password: str = field(default="", repr=False)
    keys_to_blog: tuple[str, ...] = field(default=(), repr=False)
