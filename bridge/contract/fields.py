"""The kinds of values that travel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from bridge.model import Version

MAX_ID = 2**63 - 1
MAX_CONTENT = 450_000  # characters; the plugin cuts at 400 kB
LANGUAGE = validate.Regexp(r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$|^$")


class WireSchema(Schema):
    """A newer plugin may say more than this bridge knows: that is passed over, not refused."""

    class Meta:
        unknown = EXCLUDE


class VersionSchema(WireSchema):
    """Place of a state in its blog's history."""

    generation = fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_ID))
    revision = fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_ID))


class Text(fields.String):
    """Text that every database can hold: no NUL, no half of a surrogate pair."""

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(validate=validate.Length(max=limit), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class Moment(fields.String):
    """``2026-01-31T10:00:00Z``: a UTC time as ISO 8601; becomes an aware datetime."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValidationError("Not a time such as 2026-01-31T10:00:00Z.") from None
        if moment.tzinfo is None:
            raise ValidationError("A time needs its zone: end it with Z.")
        if not 1970 <= moment.year <= 2200:
            raise ValidationError("A year between 1970 and 2200.")
        return moment.astimezone(UTC)


def remote_id(**options: Any) -> fields.Integer:
    """WordPress's id of an object."""
    return fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_ID), **options)


def optional_id() -> fields.Integer:
    """An id, or 0 for none."""
    return fields.Integer(load_default=0, strict=True, validate=validate.Range(0, MAX_ID))


def labels(limit: int = 100) -> fields.List[Any]:
    """A short list of short words."""
    return fields.List(Text(200), load_default=list, validate=validate.Length(max=limit))


def address(*, empty: bool = False) -> Text:
    """An http or https address."""

    class Address(Text):
        def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
            text = super()._deserialize(value, attr, data, **kwargs)
            if text == "" and empty:
                return text
            try:
                parts = urlsplit(text)
            except ValueError:
                raise ValidationError("Not an address.") from None
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValidationError("Not an http or https address.")
            return text

    return Address(2000, required=not empty, **({"load_default": ""} if empty else {}))


def version(data: Mapping[str, Any]) -> Version:
    """The version of loaded data."""
    return Version(data["version"]["generation"], data["version"]["revision"])
