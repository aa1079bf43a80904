"""The kinds of values that travel; each says the same in marshmallow and in the published JSON Schemas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from bridge.legible import one_line
from bridge.model import Version

MAX_ID = 2**63 - 1
MAX_CONTENT_CHARACTERS = 450_000  # characters; the plugin cuts at 400 kB
ADDRESS_PATTERN = r"[hH][tT][tT][pP][sS]?://[^\s/?#]\S*"
NONCHARACTERS = "\x00\ufffe\uffff"
TIME_PATTERN = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)"


def storable_text(text: str) -> str:
    """Text that every database and every feed can hold: no NUL, no half of a surrogate pair, no U+FFFE and U+FFFF."""
    for none in NONCHARACTERS:
        text = text.replace(none, "")
    return text.encode("utf-8", "replace").decode("utf-8")


class FullMatch(validate.Validator):
    """The whole text is of a form; `pattern` means the same in Python and in JSON Schema."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._compiled = re.compile(pattern, re.ASCII)

    def __call__(self, value: str) -> str:
        if not self._compiled.fullmatch(value):
            raise ValidationError("Not of the right form.")
        return value


class WireSchema(Schema):
    """A newer plugin may say more than this bridge knows: that is passed over, not refused."""

    class Meta:
        unknown = EXCLUDE


class VersionSchema(WireSchema):
    """Place of a state in its blog's history."""

    generation = fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_ID))
    revision = fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_ID))


class StrictBoolean(fields.Boolean):
    """true or false; a word or a number that looks like one is a mistake of the sender."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class TextField(fields.String):
    """Text that every database can hold, up to a number of characters."""

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(validate=validate.Length(max=limit), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return storable_text(super()._deserialize(value, attr, data, **kwargs))


class LineField(TextField):
    """A name or title: in one line, without what is not seen but acts."""

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """The value as it was sent, once that has been found to fit."""
        text = super().deserialize(value, attr, data, **kwargs)
        return one_line(text) if isinstance(text, str) else text


class BoundedList(fields.List[Any]):
    """A list of a bounded length, which is looked at before what is in it: a megabyte of wrong items costs no more."""

    def __init__(self, inner: fields.Field[Any], most: int, *, least: int | None = None, **options: Any) -> None:
        self._length = validate.Length(least, most)
        super().__init__(inner, validate=self._length, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if isinstance(value, list):
            self._length(value)
        return super()._deserialize(value, attr, data, **kwargs)


class TimeField(fields.String):
    """``2026-01-31T10:00:00Z``: a UTC time as ISO 8601; becomes an aware datetime."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(TIME_PATTERN, text, re.ASCII):
            raise ValidationError("Not a time with its zone, such as 2026-01-31T10:00:00Z.")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValidationError("There is no such time.") from None
        if not 1000 <= moment.year <= 2200:  # an archive dates what it holds by when that was written
            raise ValidationError("A year between 1000 and 2200.")
        return moment.astimezone(UTC)


class ObjectNameField(fields.Field[Any]):
    """What a push is about: WordPress's id (0: the blog itself), or the key of a commenter."""

    KEY = r"[0-9a-f]{64}"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_ID:
            return value
        if isinstance(value, str) and re.fullmatch(self.KEY, value, re.ASCII):
            return value
        raise ValidationError("Neither an id nor the key of a commenter.")


def remote_id(**options: Any) -> fields.Integer:
    """WordPress's id of an object."""
    return any_id(required=True, **options)


def any_id(**options: Any) -> fields.Integer:
    """WordPress's id of an object, where none is required or in a list."""
    return fields.Integer(strict=True, validate=validate.Range(1, MAX_ID), **options)


def optional_id() -> fields.Integer:
    """An id, or 0 for none."""
    return fields.Integer(load_default=0, strict=True, validate=validate.Range(0, MAX_ID))


def labels(limit: int = 100) -> BoundedList:
    """A short list of short words."""
    return BoundedList(LineField(200), limit, load_default=list)


class AddressField(TextField):
    """An http or https address."""

    def __init__(self, *, empty: bool) -> None:
        super().__init__(2000, required=not empty, **({"load_default": ""} if empty else {}))
        self.empty = empty
        self.pattern = f"({ADDRESS_PATTERN})?" if empty else ADDRESS_PATTERN

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text == "" and self.empty:
            return text
        try:
            host = re.fullmatch(ADDRESS_PATTERN, text) and urlsplit(text).hostname
        except ValueError:
            host = None
        if not host:
            raise ValidationError("Not an http or https address.")
        return text


def address(*, empty: bool = False) -> AddressField:
    """An http or https address; `empty`: or none."""
    return AddressField(empty=empty)


def addresses(limit: int) -> BoundedList:
    """A short list of addresses."""
    return BoundedList(address(), limit, load_default=list)


def version_of(data: Mapping[str, Any]) -> Version:
    """The version of loaded data."""
    return Version(data["version"]["generation"], data["version"]["revision"])
