"""What blogs send: one schema an event, and the way from payload to model.

An event carries the whole current state of one object. Validation happens when it is absorbed, not when it
arrives, so that a mistake here can quarantine a delivery but never lose it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, validate

from bridge import model
from bridge.contract.fields import (
    LANGUAGE,
    MAX_CONTENT,
    Moment,
    Text,
    VersionSchema,
    WireSchema,
    address,
    labels,
    optional_id,
    remote_id,
    version,
)
from bridge.model import Kind

MAX_BATCH = 100
MAX_DEPTH_ERROR = "nested too deeply"


@dataclass(frozen=True, slots=True)
class Problem:
    """One object that does not fit; `path` is where in the body."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


@dataclass(frozen=True, slots=True)
class Parsed:
    """A delivery read: its type, the events that fit, what did not, and every object it names."""

    type: str
    events: tuple[model.Event, ...]
    problems: tuple[Problem, ...]
    objects: tuple[tuple[str, str], ...]  # (kind, remote id), best effort for those that do not fit


class Versioned(WireSchema):
    """Every event has its place in the blog's history."""

    version = fields.Nested(VersionSchema, required=True)


class PostPublished(Versioned):
    """A public post, published or changed."""

    id = remote_id()
    author_id = remote_id()
    url = address()
    title = Text(2000, load_default="")
    content = Text(MAX_CONTENT, required=True)
    excerpt = Text(20_000, load_default="")
    language = Text(35, load_default="")
    published_at = Moment(required=True)
    modified_at = Moment(required=True)
    tags = labels()
    categories = labels()
    truncated = fields.Boolean(load_default=False)


class PostRemoved(Versioned):
    """A post that was sent is public no longer."""

    id = remote_id()


class CommentPublished(Versioned):
    """An approved comment. `commenter` is a hash made with a key that only the blog knows."""

    id = remote_id()
    post_id = remote_id()
    parent_id = optional_id()
    commenter = Text(64, load_default="", metadata={"pattern": "^([0-9a-f]{64})?$"})
    commenter_basis = fields.String(required=True, validate=validate.OneOf(["email", "name", "anonymous"]))
    author_name = Text(300, load_default="")
    author_id = optional_id()
    is_staff = fields.Boolean(load_default=False)
    by_post_author = fields.Boolean(load_default=False)
    comment_type = fields.String(load_default="comment", validate=validate.OneOf(["comment", "pingback", "trackback"]))
    content = Text(MAX_CONTENT, required=True)
    published_at = Moment(required=True)


class CommentRemoved(Versioned):
    """A comment that was sent is approved no longer."""

    id = remote_id()
    post_id = optional_id()


class AuthorUpdated(Versioned):
    """An author who takes part, and what they declare."""

    id = remote_id()
    name = Text(300, required=True)
    url = address(empty=True)
    bio = Text(20_000, load_default="")
    takes_part = fields.Boolean(required=True)
    consented_at = Moment(required=True)
    consent_door = fields.String(required=True, validate=validate.OneOf(["profile", "settings", "script"]))
    consent_text = Text(200, load_default="")
    offers = labels()
    needs = labels()
    languages = labels()


class AuthorRemoved(Versioned):
    """An author withdrew or is gone; covers their posts."""

    id = remote_id()


class BlogUpdated(Versioned):
    """What the blog says about itself."""

    uuid = Text(64, required=True)
    name = Text(500, load_default="")
    description = Text(2000, load_default="")
    language = Text(35, load_default="")
    home_url = address()
    rest_url = address()
    xmlrpc_url = address(empty=True)
    wordpress_version = Text(32, load_default="")
    php_version = Text(32, load_default="")
    plugin_version = Text(32, load_default="")
    statistics = fields.Boolean(load_default=False)


class BlogRemoved(Versioned):
    """The blog leaves: everything of it goes."""


class PingSent(Versioned):
    """A daily sign of life, with the highest version given out."""


class BatchMember(WireSchema):
    """One event of a batch, as it would travel alone."""

    id = Text(64, required=True)
    type = Text(32, required=True)
    timestamp = Moment(required=True)
    data = fields.Dict(required=True)


class Batch(WireSchema):
    """Up to 100 events in one delivery."""

    events = fields.List(fields.Nested(BatchMember), required=True, validate=validate.Length(1, MAX_BATCH))


class Envelope(WireSchema):
    """The outside of every signed message."""

    type = Text(32, required=True)
    timestamp = Moment(required=True)
    data = fields.Dict(required=True)


def _post(blog_id: str, data: dict[str, Any]) -> model.Event:
    return model.Post(
        blog_id=blog_id, remote_id=str(data["id"]), version=version(data), author_id=str(data["author_id"]),
        url=data["url"], title=data["title"], content=data["content"], excerpt=data["excerpt"],
        language=_language(data["language"]), published_at=data["published_at"], modified_at=data["modified_at"],
        tags=tuple(data["tags"]), categories=tuple(data["categories"]), truncated=data["truncated"],
    )  # fmt: skip


def _comment(blog_id: str, data: dict[str, Any]) -> model.Event:
    return model.Comment(
        blog_id=blog_id, remote_id=str(data["id"]), version=version(data), post_id=str(data["post_id"]),
        parent_id=str(data["parent_id"] or ""), commenter=data["commenter"],
        commenter_basis=data["commenter_basis"], author_name=data["author_name"],
        author_id=str(data["author_id"] or ""), is_staff=data["is_staff"],
        by_post_author=data["by_post_author"], comment_type=data["comment_type"], content=data["content"],
        published_at=data["published_at"],
    )  # fmt: skip


def _author(blog_id: str, data: dict[str, Any]) -> model.Event:
    if not data["takes_part"]:  # said in another way, it is still a withdrawal
        return model.Removal(blog_id, Kind.AUTHOR, str(data["id"]), version(data))
    return model.Author(
        blog_id=blog_id, remote_id=str(data["id"]), version=version(data), name=data["name"], url=data["url"],
        bio=data["bio"], takes_part=True, consented_at=data["consented_at"],
        consent_door=data["consent_door"], consent_text=data["consent_text"], offers=tuple(data["offers"]),
        needs=tuple(data["needs"]), languages=tuple(data["languages"]),
    )  # fmt: skip


def _blog(blog_id: str, data: dict[str, Any]) -> model.Event:
    names = model.BlogFacts.__dataclass_fields__
    facts = {name: data[name] for name in names} | {"language": _language(data["language"])}
    return model.BlogUpdate(blog_id, version(data), model.BlogFacts(**facts))


def _removal(kind: Kind) -> Callable[[str, dict[str, Any]], model.Event]:
    def build(blog_id: str, data: dict[str, Any]) -> model.Event:
        return model.Removal(blog_id, kind, str(data.get("id", "")), version(data))

    return build


def _ping(blog_id: str, data: dict[str, Any]) -> model.Event:
    return model.Ping(blog_id, version(data))


def _language(said: str) -> str:
    try:
        LANGUAGE(said)
    except ValidationError:
        return ""  # a strange locale is no reason to lose a post
    return said.replace("_", "-")


# type → (schema, kind of object, payload → model)
EVENTS: Mapping[str, tuple[WireSchema, Kind | None, Callable[[str, dict[str, Any]], model.Event]]] = {
    "post.published": (PostPublished(), Kind.POST, _post),
    "post.removed": (PostRemoved(), Kind.POST, _removal(Kind.POST)),
    "comment.published": (CommentPublished(), Kind.COMMENT, _comment),
    "comment.removed": (CommentRemoved(), Kind.COMMENT, _removal(Kind.COMMENT)),
    "author.updated": (AuthorUpdated(), Kind.AUTHOR, _author),
    "author.removed": (AuthorRemoved(), Kind.AUTHOR, _removal(Kind.AUTHOR)),
    "blog.updated": (BlogUpdated(), Kind.BLOG, _blog),
    "blog.removed": (BlogRemoved(), Kind.BLOG, _removal(Kind.BLOG)),
    "ping": (PingSent(), None, _ping),
}
_ENVELOPE = Envelope()
_BATCH = Batch()


def parse(body: bytes, blog_id: str) -> Parsed:
    """Read one delivery; never raises: what does not fit is a `Problem`, the rest counts."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        reason = MAX_DEPTH_ERROR if isinstance(error, RecursionError) else f"no valid JSON ({error})"
        return Parsed("", (), (Problem("", reason),), ())
    try:
        envelope = _ENVELOPE.load(message)
        if envelope["type"] != "batch":
            return _combine(envelope["type"], [("data", envelope["type"], envelope["data"])], blog_id)
        members = _BATCH.load(envelope["data"])["events"]
    except ValidationError as error:
        type_ = message.get("type", "") if isinstance(message, dict) else ""
        return Parsed(str(type_), (), tuple(_problems("", error.messages)), _names_in(message))
    listed = [(f"events.{n}", str(member["type"]), member["data"]) for n, member in enumerate(members)]
    return _combine("batch", listed, blog_id)


def _combine(type_: str, listed: list[tuple[str, str, Any]], blog_id: str) -> Parsed:
    events: list[model.Event] = []
    problems: list[Problem] = []
    objects: list[tuple[str, str]] = []
    for path, name, data in listed:
        known = EVENTS.get(name)
        objects += _named(name, data)
        if known is None:
            problems.append(Problem(path, f"unknown type '{name[:40]}'"))
            continue
        schema, _, build = known
        try:
            events.append(build(blog_id, schema.load(data)))
        except ValidationError as error:
            problems += _problems(path, error.messages)
    return Parsed(type_, tuple(events), tuple(problems), tuple(objects))


def _named(type_: str, data: Any) -> list[tuple[str, str]]:
    """The objects that a payload holds: itself, and what it hangs on."""
    if not isinstance(data, dict):
        return []
    kind, _, _ = type_.partition(".")
    if kind == Kind.BLOG:
        return [(Kind.BLOG.value, "")]
    if type_ == "ping":
        return [("ping", "")]
    found = [(kind, str(data["id"]))] if kind in set(Kind) and "id" in data else []
    for field, above in (("post_id", Kind.POST), ("author_id", Kind.AUTHOR)):
        # A commenter's WordPress account is no author of the payload.
        if data.get(field) and not (kind == Kind.COMMENT and field == "author_id"):
            found.append((above.value, str(data[field])))
    return found


def _names_in(message: Any) -> tuple[tuple[str, str], ...]:
    """Best effort for a body that does not fit at all."""
    if not isinstance(message, dict):
        return ()
    return tuple(_named(str(message.get("type", "")), message.get("data")))


def _problems(path: str, messages: Any) -> list[Problem]:
    """marshmallow's tree of messages as flat lines."""
    if isinstance(messages, dict):
        found: list[Problem] = []
        for key, inner in messages.items():
            found += _problems(f"{path}.{key}" if path else str(key), inner)
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return [Problem(path, str(text)) for text in texts]
