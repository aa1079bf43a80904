"""Every message between blog and bridge, and its JSON Schema (draft 2020-12) derived from the marshmallow schema.

Both sides can check a payload without reading our code; a test keeps the files in `schemas/` equal to the classes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, validate

from bridge.contract import choices, connect, digests, events, passages, placements, pushes, signing_in
from bridge.contract.fields import (
    MAX_ID,
    TIME_PATTERN,
    AddressField,
    FullMatch,
    ObjectNameField,
    StrictBoolean,
    TimeField,
    WireSchema,
)
from bridge.contract.figures import FIGURE_SCHEMAS, FigureSchema
from bridge.contract.parsing import EVENT_TYPES

JSON_TYPES: Mapping[type[fields.Field[Any]], str] = {
    fields.Dict: "object",
    fields.Float: "number",
    fields.Integer: "integer",
    StrictBoolean: "boolean",
    fields.String: "string",
}
SCHEMA_FOLDER = Path(__file__).with_name("schemas")
SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Signed messages: {"type", "timestamp", "data"}.
ENVELOPED_MESSAGES: Mapping[str, WireSchema] = {
    **{name: schema for name, (schema, _, _) in EVENT_TYPES.items()},
    "batch": events.Batch(),
    "check": pushes.EmptyMessage(),
    "digest": digests.Digest(),
    "choices": choices.ChoicesRequest(),
    "passages": passages.PassagesRequest(),
    "placements": placements.PlacementsRequest(),
    "pull": pushes.Pull(),
    "pull.answer": pushes.PushRelated(),
    "push.related": pushes.PushRelated(),
    "push.stats": pushes.PushStats(),
    "poke": pushes.EmptyMessage(),
    "rotate": pushes.EmptyMessage(),
    "sign-in": signing_in.SignIn(),
    "sign-out": signing_in.SignOut(),
}
BRIDGE_MESSAGES = ("check", "poke", "pull.answer", "push.related", "push.stats", "rotate")
# Messages whose fields stand beside the type.
FLAT_MESSAGES: Mapping[str, WireSchema] = {
    "connect": connect.Connect(),
    "handshake": connect.Handshake(),
    "handshake.answer": connect.HandshakeAnswer(),
}
# An answer has no type: the request had.
ANSWER_MESSAGES: Mapping[str, WireSchema] = {
    "digest.answer": digests.DigestAnswer(),
    "choices.answer": choices.ChoicesAnswer(),
    "passages.answer": passages.PassagesAnswer(),
    "placements.answer": placements.PlacementsAnswer(),
    "push.answer": pushes.PushAnswerSchema(),
    "sign-in.answer": signing_in.SignInAnswer(),
}


def json_schemas() -> dict[str, dict[str, Any]]:
    """Name of the message → its JSON Schema."""
    schemas = {name: _enveloped(name, schema) for name, schema in ENVELOPED_MESSAGES.items()}
    schemas |= {name: _flat(name, schema) for name, schema in FLAT_MESSAGES.items()}
    schemas |= {name: _titled(name, _object(schema)) for name, schema in ANSWER_MESSAGES.items()}
    # A member of a batch is checked like the event that it is.
    member = schemas["batch"]["properties"]["data"]["properties"]["events"]["items"]
    member["allOf"] = [
        {
            "if": {"properties": {"type": {"const": name}}},
            "then": {"properties": {"data": {"$ref": f"{name}.json#/properties/data"}}},
        }
        for name in EVENT_TYPES
    ]
    _of_statistics(schemas["push.stats"]["properties"]["data"])
    answer = schemas["pull.answer"]["properties"]["data"]["properties"]["objects"]
    answer["items"] = {
        "anyOf": [answer["items"], {"$ref": "push.stats.json#/properties/data/properties/objects/items"}]
    }
    return schemas


def _of_statistics(data: dict[str, Any]) -> None:
    """What the figures are depends on what they are about."""
    data["properties"]["objects"]["items"]["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind}}},
            "then": {"properties": {"data": {"anyOf": [_about(kind, schema), {"type": "null"}]}}},
        }
        for kind, schema in FIGURE_SCHEMAS.items()
    ]


def _about(kind: str, schema: WireSchema) -> dict[str, Any]:
    schema_object = _object(schema)
    if kind == "blog":
        schema_object["properties"]["figures"]["additionalProperties"] = _object(FigureSchema())
        reasons = schema_object["properties"]["held_out"]["properties"]["reasons"]
        reasons["additionalProperties"] = {"type": "integer", "minimum": 0}
    return schema_object


def schema_files() -> Iterator[tuple[Path, str]]:
    """The schema files as the classes of the contract say them."""
    for name, schema in json_schemas().items():
        yield SCHEMA_FOLDER / f"{name}.json", json.dumps(schema, indent="\t", ensure_ascii=False) + "\n"


def _titled(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": SCHEMA_DIALECT, "$id": f"{name}.json", "title": name, **schema}


def _enveloped(name: str, data: WireSchema) -> dict[str, Any]:
    envelope = _object(events.Envelope())
    envelope["properties"] |= {"type": {"const": name}, "data": _object(data)}
    if name in BRIDGE_MESSAGES:
        del envelope["properties"]["install"]
    if name == "pull.answer":
        envelope["properties"] |= {
            "waiting": {"type": "integer", "minimum": 0},
            "rotate": {"type": "boolean"},
            "check": {"type": "boolean"},
        }
    return _titled(name, {**envelope, "description": _said(data)})


def _flat(name: str, schema: WireSchema) -> dict[str, Any]:
    message = _object(schema)
    message["properties"] = {"type": {"const": name}, **message["properties"]}
    message["required"] = ["type", *message["required"]]
    return _titled(name, message)


def _said(schema: Schema) -> str:
    return " ".join((schema.__doc__ or "").split())


def _object(schema: Schema) -> dict[str, Any]:
    named = {field.data_key or name: field for name, field in schema.fields.items()}
    description: dict[str, Any] = {
        "description": _said(schema),
        "type": "object",
        "properties": {name: _value(field) for name, field in named.items()},
        "required": [name for name, field in named.items() if field.required],
    }
    return description


def _value(field: fields.Field[Any]) -> dict[str, Any]:
    """What a field accepts; one that nobody described here stops the build."""
    description = _kind(field)
    for rule in field.validators:
        description |= _limits(rule, array=isinstance(field, fields.List))
    if field.allow_none:
        description = {"anyOf": [description, {"type": "null"}]}
    return description


def _kind(field: fields.Field[Any]) -> dict[str, Any]:
    if isinstance(field, fields.Nested):
        return _object(field.schema)
    if isinstance(field, fields.List):
        return {"type": "array", "items": _value(field.inner)}
    if isinstance(field, ObjectNameField):
        name = {"type": "string", "pattern": _whole(ObjectNameField.KEY)}
        return {"anyOf": [{"type": "integer", "minimum": 0, "maximum": MAX_ID}, name]}
    if isinstance(field, TimeField):
        return {"type": "string", "format": "date-time", "pattern": _whole(TIME_PATTERN)}
    if isinstance(field, AddressField):
        return {"type": "string", "format": "iri", "pattern": _whole(field.pattern)}
    for class_, name_ in JSON_TYPES.items():
        if isinstance(field, class_):
            return {"type": name_}
    raise TypeError(f"no JSON Schema for {type(field).__name__}")


def _limits(rule: Any, *, array: bool) -> dict[str, Any]:
    if isinstance(rule, validate.Length):
        least, most = ("minItems", "maxItems") if array else ("minLength", "maxLength")
        return {name: limit for name, limit in ((least, rule.min), (most, rule.max)) if limit is not None}
    if isinstance(rule, validate.Range):
        return {name: limit for name, limit in (("minimum", rule.min), ("maximum", rule.max)) if limit is not None}
    if isinstance(rule, validate.OneOf):
        return {"enum": list(rule.choices)}
    if isinstance(rule, FullMatch):
        return {"pattern": _whole(rule.pattern)}
    raise TypeError(f"no JSON Schema for {type(rule).__name__}")


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"
