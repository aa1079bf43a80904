"""What the bridge sends back, and what blogs answer.

Two families: `push.related` (the list under a post) and `push.stats` (figures of the blog, a post, a commenter, and how
many asks wait for a user).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import NoneType
from typing import Any

from marshmallow import ValidationError, fields, validate

from bridge.contract.fields import MAX_ID, BoundedList, ObjectNameField, TextField, TimeField, WireSchema, address
from bridge.errors import BadAnswer, ContractError
from bridge.legible import one_line
from bridge.pushes import MENTORS_OF_BLOG, PushAnswer, PushObject, ShownMentor, ShownPost, StatsObject

MAX_CALL_LISTS = 50  # lists in one call
MAX_CALL_FIGURES = 200  # figures in one call
MAX_ANSWER_OBJECTS = 500  # of them in one answer
STATS_KINDS = ("blog", "post", "commenter", "asks")
Pushed = PushObject | StatsObject
MAX_LIST_MENTORS = 10
MAX_MENTORS_OF_BLOG = 50
MAX_NOTE_CHARACTERS = 200


class ShownPostSchema(WireSchema):
    """A post to read first."""

    title = TextField(200, required=True)
    url = address()
    date = TimeField(required=True)


class ShownMentorSchema(WireSchema):
    """One related mentor: plain text and http(s) addresses only."""

    name = TextField(120, required=True)
    blog = TextField(120, required=True)
    url = address()
    language = TextField(35, required=True)
    why = TextField(400, required=True)
    topics = fields.List(TextField(40), load_default=list, validate=validate.Length(max=5))
    post = fields.Nested(ShownPostSchema, load_default=None, allow_none=True)
    note = TextField(MAX_NOTE_CHARACTERS, load_default="")
    key = TextField(256, load_default="")


class PushObjectSchema(WireSchema):
    """The whole current state of one list on a blog: under a post, or (object 0) of all whom its authors pinned."""

    kind = fields.String(required=True, validate=validate.OneOf(["related"]))
    object = fields.Integer(required=True, strict=True, validate=validate.Range(0, MAX_ID))
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_ID))
    language = TextField(35, required=True)
    mentors = fields.List(
        fields.Nested(ShownMentorSchema), required=True, validate=validate.Length(max=MAX_MENTORS_OF_BLOG)
    )


class PushRelated(WireSchema):
    """`push.related`."""

    objects = fields.List(fields.Nested(PushObjectSchema), required=True, validate=validate.Length(max=MAX_CALL_LISTS))


class StatsObjectSchema(WireSchema):
    """Figures of the blog (object 0), of a post, of a commenter (object: the key that the blog made), or how many asks
    wait for a user.

    `data` is null when nothing is known (any more). What is in it: `figures.py`.
    """

    kind = fields.String(required=True, validate=validate.OneOf(STATS_KINDS))
    object = ObjectNameField(required=True)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_ID))
    data = fields.Dict(required=True, allow_none=True)


class PushStats(WireSchema):
    """`push.stats`."""

    objects = fields.List(
        fields.Nested(StatsObjectSchema), required=True, validate=validate.Length(max=MAX_CALL_FIGURES)
    )


class ObjectVersion(WireSchema):
    """One object as the blog holds it."""

    kind = TextField(9, required=True)
    object = ObjectNameField(required=True)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(0, MAX_ID))


class ObjectRefused(WireSchema):
    """Refused: the blog holds a newer version."""

    kind = TextField(9, required=True)
    object = ObjectNameField(required=True)
    held = fields.Integer(required=True, strict=True, validate=validate.Range(0, MAX_ID))


class ObjectUnknown(WireSchema):
    """The blog has no such thing (any more)."""

    kind = TextField(9, required=True)
    object = ObjectNameField(required=True)


class PushAnswerSchema(WireSchema):
    """What became of each object."""

    accepted = BoundedList(fields.Nested(ObjectVersion), MAX_ANSWER_OBJECTS, load_default=list)
    refused = BoundedList(fields.Nested(ObjectRefused), MAX_ANSWER_OBJECTS, load_default=list)
    not_known = BoundedList(fields.Nested(ObjectUnknown), MAX_ANSWER_OBJECTS, load_default=list, data_key="unknown")


class Pull(WireSchema):
    """`pull`: what the plugin took of the last answer."""

    acknowledged = BoundedList(fields.Nested(ObjectVersion), MAX_ANSWER_OBJECTS, load_default=list)


class EmptyMessage(WireSchema):
    """A message that only names its act: `poke` (send what waits), `rotate` (connect anew, for new keys),
    `check` (compare what both sides hold)."""


def push_body(objects: Sequence[Pushed], now: datetime) -> bytes:
    """The body of a `push.related` or a `push.stats`; one call holds one family."""
    data = {"objects": [object_data(item) for item in objects]}
    message = {"type": push_type(objects), "timestamp": wire_time(now), "data": data}
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode()


def push_type(objects: Sequence[Pushed]) -> str:
    """Which act a call with these objects is."""
    return "push.stats" if objects and isinstance(objects[0], StatsObject) else "push.related"


def object_data(item: Pushed) -> dict[str, Any]:
    """One object as it travels; texts cut to the lengths that blogs accept."""
    if isinstance(item, StatsObject):
        name: int | str = item.object if item.kind == "commenter" else int(item.object)
        data = None if item.data is None else json_value(item.data)
        return {"kind": item.kind, "object": name, "version": item.version, "data": data}
    most = MAX_MENTORS_OF_BLOG if item.object == MENTORS_OF_BLOG else MAX_LIST_MENTORS
    return {
        "kind": item.kind,
        "object": int(item.object),
        "version": item.version,
        "language": item.language,
        "mentors": [_mentor_data(mentor) for mentor in item.mentors[:most]],
    }


PLAIN_TYPES = frozenset({str, int, float, bool, NoneType})  # what nearly all of it is


def json_value(value: Any) -> Any:
    """Figures as JSON: times as text, remote ids as numbers where they are."""
    if isinstance(value, datetime):
        return wire_time(value)
    if isinstance(value, Mapping):
        return {key: inner if type(inner) in PLAIN_TYPES else json_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(inner) for inner in value]
    return value


def _mentor_data(mentor: ShownMentor) -> dict[str, Any]:
    post = mentor.post and {
        "title": cut_text(one_line(mentor.post.title), 200),
        "url": mentor.post.url,
        "date": wire_time(mentor.post.date),
    }
    return {
        "name": cut_text(one_line(mentor.name), 120),
        "blog": cut_text(one_line(mentor.blog), 120),
        "url": mentor.url,
        "language": mentor.language,
        "why": cut_text(mentor.why, 400),
        "topics": [cut_text(one_line(topic), 40) for topic in mentor.topics[:5]],
        "post": post,
        "note": cut_text(one_line(mentor.note), MAX_NOTE_CHARACTERS),
        "key": mentor.key,
    }


def object_from(data: dict[str, Any]) -> Pushed:
    """An object of a push from the JSON in which it is stored."""
    if data["kind"] in STATS_KINDS:
        return StatsObject(data["kind"], str(data["object"]), data["version"], data["data"])
    mentors = []
    for item in data["mentors"]:
        post = item["post"] and ShownPost(
            item["post"]["title"], item["post"]["url"], datetime.fromisoformat(item["post"]["date"])
        )
        mentors.append(ShownMentor(**{**item, "topics": tuple(item["topics"]), "post": post}))
    return PushObject(data["kind"], str(data["object"]), data["version"], data["language"], tuple(mentors))


def push_answer(raw: bytes | str) -> PushAnswer:
    """What a blog answered.

    Raises:
        BadAnswer: it is no such answer.
    """
    try:
        data = PushAnswerSchema().load(json.loads(raw))
    except (ValueError, RecursionError, ValidationError) as error:
        raise BadAnswer(f"the blog's answer to a push does not fit: {str(error)[:200]}") from None
    return PushAnswer(
        accepted=tuple((item["kind"], str(item["object"]), item["version"]) for item in data["accepted"]),
        refused=tuple((item["kind"], str(item["object"]), item["held"]) for item in data["refused"]),
        unknown=tuple((item["kind"], str(item["object"])) for item in data["not_known"]),
    )


def pull_request(data: Any) -> tuple[tuple[str, str, int], ...]:
    """What a pulling blog acknowledges: (kind, object, version).

    Raises:
        ContractError: it does not fit.
    """
    try:
        loaded = Pull().load(data)
    except ValidationError as error:
        raise ContractError("data", str(error)[:300]) from None
    return tuple((item["kind"], str(item["object"]), item["version"]) for item in loaded["acknowledged"])


def wire_time(moment: datetime) -> str:
    """``2026-01-31T10:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def cut_text(text: str, limit: int) -> str:
    """At most `limit` characters, ending with an ellipsis if shortened."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
