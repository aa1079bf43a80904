"""What is in the `data` of a `push.stats`: figures and ids, never a name or a text."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import fields, validate

from bridge.contract.fields import MAX_ID, FullMatch, ObjectNameField, StrictBoolean, TextField, TimeField, WireSchema


def _id() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_ID))


def _count() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(0, MAX_ID))


def _number() -> fields.Float:
    return fields.Float(required=True, allow_none=True)


def _key() -> fields.String:
    return fields.String(required=True, validate=FullMatch(ObjectNameField.KEY))


class FigureSchema(WireSchema):
    """One figure: `value` null says that there is not enough data; `low` and `high` bound a 95 % interval."""

    value = _number()
    n = _count()
    low = _number()
    high = _number()
    previous = _number()


class WaitingSchema(WireSchema):
    """A comment that waits for an answer of the post's author."""

    comment = _id()
    post = _id()
    since = TimeField(required=True)
    question = StrictBoolean(required=True)
    first = StrictBoolean(required=True)
    words = _count()


class SilentSchema(WireSchema):
    """Somebody who commented on three posts or more and then no longer; `comment` is their last."""

    commenter = _key()
    comment = _id()
    posts = _count()
    last = TimeField(required=True)


class WelcomeSchema(WireSchema):
    """A first comment of this week."""

    commenter = _key()
    comment = _id()
    post = _id()
    at = TimeField(required=True)


class AliveSchema(WireSchema):
    """A post whose conversation is alive now."""

    post = _id()
    comments = _count()
    commenters = _count()
    last = TimeField(required=True)


class WeekSchema(WireSchema):
    """One week, by its Monday."""

    week = fields.String(required=True, validate=FullMatch(r"\d{4}-\d\d-\d\d"))
    comments = _count()
    commenters = _count()


class RegularSchema(WireSchema):
    """A regular; `comment` is their latest."""

    commenter = _key()
    comment = _id()
    posts = _count()


class HeldOutSchema(WireSchema):
    """Comments left out as probable spam, and which signs were seen how often."""

    count = _count()
    reasons = fields.Dict(required=True)


class BlogFiguresSchema(WireSchema):
    """The blog as a whole, in the 90 days before `as_of`."""

    as_of = TimeField(required=True)
    start = TimeField(required=True, data_key="from")
    end = TimeField(required=True, data_key="to")
    figures = fields.Dict(required=True)  # key → FigureSchema
    waiting = fields.List(fields.Nested(WaitingSchema), required=True, validate=validate.Length(max=20))
    silent = fields.List(fields.Nested(SilentSchema), required=True, validate=validate.Length(max=20))
    welcome = fields.List(fields.Nested(WelcomeSchema), required=True, validate=validate.Length(max=20))
    alive = fields.List(fields.Nested(AliveSchema), required=True, validate=validate.Length(max=10))
    trend = fields.List(fields.Nested(WeekSchema), required=True)
    regulars = fields.List(fields.Nested(RegularSchema), required=True, validate=validate.Length(max=50))
    held_out = fields.Nested(HeldOutSchema, required=True)


class PostFiguresSchema(WireSchema):
    """The conversation under one post, of all time; `relevance` is a percentile on this blog."""

    as_of = TimeField(required=True)
    comments = _count()
    commenters = _count()
    depth = _count()
    substance = _count()
    insightful = _count()
    relevance = fields.Integer(required=True, allow_none=True, strict=True, validate=validate.Range(0, 100))
    unanswered = _count()
    waiting = fields.List(_id(), required=True, validate=validate.Length(max=100))


class CommenterFiguresSchema(WireSchema):
    """One commenter, in the 90 days before `as_of`."""

    as_of = TimeField(required=True)
    comments = _count()
    posts = _count()
    days = _count()
    first = TimeField(required=True)
    last = TimeField(required=True)
    standing = TextField(9, required=True)
    questions = _count()
    questions_answered = _count()
    replies = _count()


class AsksSchema(WireSchema):
    """Asks that wait for a user, of how many of them they are reminded, and since when the first waits."""

    waiting = _count()
    reminded = _count()
    since = TimeField(required=True)


FIGURE_SCHEMAS: Mapping[str, WireSchema] = {
    "blog": BlogFiguresSchema(),
    "post": PostFiguresSchema(),
    "commenter": CommenterFiguresSchema(),
    "asks": AsksSchema(),
}
