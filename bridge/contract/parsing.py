"""From the bytes that arrived to the model.

Validation happens when a delivery is absorbed, not when it arrives, so that a mistake here can quarantine a
delivery but never lose it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from marshmallow import ValidationError

from bridge import model
from bridge.contract import events
from bridge.contract.digests import state_number
from bridge.contract.fields import MAX_ID, WireSchema, storable_text, version_of
from bridge.language_tags import language_code, language_tag
from bridge.model import Kind, ShowingMode, latest_generation

TOO_DEEP_ERROR = "nested too deeply"
MAX_NAMED_MEMBERS = 1000  # members of a batch too large, whose objects are noted one by one
FUTURE_VERSION_ERROR = (
    "It lies more than a day ahead: the clock of the blog's server was wrong when it began to count. "
    "Set the clock; the plugin then sends everything again."
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One object that does not fit; `path` is where in the body, `named` which it is, as far as can be read."""

    path: str
    message: str
    named: tuple[str, str] | None = None  # (kind, remote id)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


@dataclass(frozen=True, slots=True)
class Parsed:
    """A delivery read: its type, the events that fit, what did not, and every object it names."""

    type: str
    events: tuple[model.Event, ...]
    problems: tuple[Problem, ...]
    objects: tuple[tuple[str, str], ...]  # (kind, remote id), best effort for those that do not fit
    install: str = ""  # which installation says it


def _post(blog_id: str, data: dict[str, Any]) -> model.Event:
    return model.Post(
        blog_id=blog_id,
        remote_id=str(data["id"]),
        version=version_of(data),
        author_id=str(data["author_id"]),
        url=data["url"],
        title=data["title"],
        content=data["content"],
        excerpt=data["excerpt"],
        language=language_tag(data["language"]),
        published_at=data["published_at"],
        modified_at=data["modified_at"],
        tags=tuple(data["tags"]),
        categories=tuple(data["categories"]),
        truncated=data["truncated"],
        translations=tuple(map(str, data["translations"])),
        canonical=data["canonical"],
        language_urls={language_code(page["language"]): page["url"] for page in data["language_pages"]},
        state_hash=state_number(data["hash"]),
    )


def _comment(blog_id: str, data: dict[str, Any]) -> model.Event:
    return model.Comment(
        blog_id=blog_id,
        remote_id=str(data["id"]),
        version=version_of(data),
        post_id=str(data["post_id"]),
        parent_id=str(data["parent_id"] or ""),
        commenter=data["commenter"],
        commenter_basis=data["commenter_basis"],
        author_name=data["author_name"],
        author_id=str(data["author_id"] or ""),
        is_staff=data["is_staff"],
        by_post_author=data["by_post_author"],
        comment_type=data["comment_type"],
        content=data["content"],
        published_at=data["published_at"],
        insightful=data["insightful"],
        has_website=data["has_website"],
        state_hash=state_number(data["hash"]),
    )


def declared(data: dict[str, Any]) -> model.Declared:
    """What an author says of themself, from `DeclaredSchema`."""
    lists = {name: tuple(data.get(name, ())) for name in ("formats", "sectors", "quotable")}
    return model.Declared(**data | lists)


def _tags(names: list[str]) -> tuple[str, ...]:
    """Languages, each once; what is none, such as the name of one, is no reason to lose the rest."""
    return tuple(dict.fromkeys(tag for name in names if (tag := language_tag(name))))


def _author(blog_id: str, data: dict[str, Any]) -> model.Event:
    if not data["takes_part"]:  # said in another way, it is still a withdrawal
        return model.Removal(blog_id, Kind.AUTHOR, str(data["id"]), version_of(data))
    return model.Author(
        blog_id=blog_id,
        remote_id=str(data["id"]),
        version=version_of(data),
        name=data["name"],
        url=data["url"],
        bio=data["bio"],
        takes_part=True,
        consented_at=data["consented_at"],
        consent_door=data["consent_door"],
        consent_text=data["consent_text"],
        offers=tuple(data["offers"]),
        needs=tuple(data["needs"]),
        languages=_tags(data["languages"]),
        declared=declared(data["declared"] or {}),
        state_hash=state_number(data["hash"]),
    )


def _blog(blog_id: str, data: dict[str, Any]) -> model.Event:
    names = model.BlogFacts.__dataclass_fields__
    facts = {name: data[name] for name in names} | {"language": language_tag(data["language"])}
    facts["further_homes"] = tuple(data["further_homes"])
    facts["showing"] = ShowingMode(data["showing"]) if data["showing"] else None
    return model.BlogUpdate(blog_id, version_of(data), model.BlogFacts(**facts), state_number(data["hash"]))


def _erasure(blog_id: str, data: dict[str, Any]) -> model.Event:
    return model.Removal(blog_id, Kind.COMMENTER, data["commenter"], version_of(data))


def _removal(kind: Kind) -> Callable[[str, dict[str, Any]], model.Event]:
    def build(blog_id: str, data: dict[str, Any]) -> model.Event:
        return model.Removal(blog_id, kind, str(data.get("id", "")), version_of(data))

    return build


def _ping(blog_id: str, data: dict[str, Any]) -> model.Event:
    return model.Ping(blog_id, version_of(data), data["acknowledged"])


# type → (schema, kind of object, payload → model)
EVENT_TYPES: Mapping[str, tuple[WireSchema, Kind | None, Callable[[str, dict[str, Any]], model.Event]]] = {
    "post.published": (events.PostPublished(), Kind.POST, _post),
    "post.removed": (events.PostRemoved(), Kind.POST, _removal(Kind.POST)),
    "comment.published": (events.CommentPublished(), Kind.COMMENT, _comment),
    "comment.removed": (events.CommentRemoved(), Kind.COMMENT, _removal(Kind.COMMENT)),
    "commenter.removed": (events.CommenterRemoved(), Kind.COMMENTER, _erasure),
    "author.updated": (events.AuthorUpdated(), Kind.AUTHOR, _author),
    "author.removed": (events.AuthorRemoved(), Kind.AUTHOR, _removal(Kind.AUTHOR)),
    "blog.updated": (events.BlogUpdated(), Kind.BLOG, _blog),
    "blog.removed": (events.BlogRemoved(), Kind.BLOG, _removal(Kind.BLOG)),
    "ping": (events.PingSent(), None, _ping),
}
_ENVELOPE = events.Envelope()
_BATCH = events.Batch()


def parse(body: bytes, blog_id: str, received_at: datetime | None = None) -> Parsed:
    """Read one delivery; never raises: what does not fit is a `Problem`, the rest counts.

    Args:
        body: as it was received.
        blog_id: who has signed it.
        received_at: when; a history that begins more than a day after that is none.
    """
    latest = MAX_ID if received_at is None else latest_generation(received_at)
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        reason = (
            TOO_DEEP_ERROR
            if isinstance(error, RecursionError)
            else f"no valid JSON ({storable_text(str(error))[:200]})"
        )
        return Parsed("", (), (Problem("", reason),), ())
    try:
        envelope = _ENVELOPE.load(message)
        if envelope["type"] != "batch":
            alone = [("data", envelope["type"], envelope["data"])]
            return replace(_combine(envelope["type"], alone, blog_id, latest), install=envelope["install"])
        members = _BATCH.load(envelope["data"])["events"]
    except ValidationError as error:
        type_ = message.get("type", "") if isinstance(message, dict) else ""
        named = storable_text(type_)[:32] if isinstance(type_, str) else ""
        return Parsed(named, (), tuple(_problems("", error.messages)), _names_in(message), installation_of(message))
    listed = [(f"events.{n}", str(member["type"]), member["data"]) for n, member in enumerate(members)]
    return replace(_combine("batch", listed, blog_id, latest), install=envelope["install"])


def installation_of(message: Any) -> str:
    """Which installation a message says it is of; "": it does not say, as far as can be read."""
    install = message.get("install") if isinstance(message, dict) else ""
    return storable_text(install)[:64] if isinstance(install, str) else ""


def _combine(type_: str, listed: list[tuple[str, str, Any]], blog_id: str, latest: int) -> Parsed:
    fitting: list[model.Event] = []
    problems: list[Problem] = []
    objects: list[tuple[str, str]] = []
    for path, name, data in listed:
        event_type = EVENT_TYPES.get(name)
        named = _named(name, data)
        objects += named
        itself = next(iter(named), None)
        if event_type is None:
            problems.append(Problem(path, f"unknown type '{name[:40]}'", itself))
            continue
        schema, _, build = event_type
        try:
            event = build(blog_id, schema.load(data))
        except ValidationError as error:
            problems += [replace(problem, named=itself) for problem in _problems(path, error.messages)]
            continue
        if event.version.generation > latest:
            problems.append(Problem(f"{path}.version.generation", FUTURE_VERSION_ERROR, itself))
        else:
            fitting.append(event)
    return Parsed(type_, tuple(fitting), tuple(problems), tuple(objects))


def _named(type_: Any, data: Any) -> list[tuple[str, str]]:
    """The objects that a payload holds: itself, and what it hangs on."""
    if not isinstance(type_, str) or not isinstance(data, dict):
        return []
    kind, _, _ = type_.partition(".")
    if kind == Kind.BLOG:
        return [(Kind.BLOG.value, "")]
    if type_ == "ping":
        return [("ping", "")]
    if kind not in set(Kind):
        return []
    names = [(kind, data.get("id")), (Kind.POST.value, data.get("post_id"))]
    if kind != Kind.COMMENT:  # a commenter's WordPress account is no author of the payload
        names.append((Kind.AUTHOR.value, data.get("author_id")))
    named = [(above, _id_text(value)) for above, value in names if _id_text(value)]
    commenter = data.get("commenter")
    if isinstance(commenter, str) and (key := storable_text(commenter)):
        named.append((Kind.COMMENTER.value, model.commenter_name(key)))
    return named


def _id_text(value: Any) -> str:
    """An id as text; "" for what cannot be one, however it is nested."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return storable_text(str(value))[:191] if value else ""


def _names_in(message: Any) -> tuple[tuple[str, str], ...]:
    """Best effort for a body that does not fit at all; none of one that holds far too much, as if it were no JSON."""
    if not isinstance(message, dict):
        return ()
    data = message.get("data")
    named = _named(message.get("type"), data)
    members = data.get("events") if isinstance(data, dict) else None
    if not isinstance(members, list) or len(members) > MAX_NAMED_MEMBERS:
        members = ()
    for member in members:
        if isinstance(member, dict):
            named += _named(member.get("type"), member.get("data"))
    return tuple(dict.fromkeys(named))


def _problems(path: str, messages: Any) -> list[Problem]:
    """marshmallow's tree of messages as flat lines."""
    if isinstance(messages, dict):
        problems: list[Problem] = []
        for key, inner in messages.items():
            problems += _problems(f"{path}.{key}" if path else str(key), inner)
        return problems
    texts = messages if isinstance(messages, list) else [messages]
    return [Problem(path, str(text)) for text in texts]
