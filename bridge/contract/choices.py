"""Who stands on a blog's pages, decided in wp-admin: a decision goes along with the question what is to be decided."""

from __future__ import annotations

from marshmallow import fields, validate

from bridge.contract.fields import MAX_ID, TextField, WireSchema, address
from bridge.model import ShowingMode
from bridge.pushes import MENTORS_OF_BLOG

MAX_WAITING_LINES = 50
DECISIONS = ("approve", "refuse", "allow")


class ChoicesRequest(WireSchema):
    """`choices`: somebody who may decide looks at who waits. The blog vouches that it is they.

    `decision`: about the mentor of that key (`push.related`), under one post or (0) all of the blog; "" to look only.
    """

    decision = fields.String(load_default="", validate=validate.OneOf(["", *DECISIONS]))
    key = TextField(256, load_default="")
    post = fields.Integer(load_default=int(MENTORS_OF_BLOG), strict=True, validate=validate.Range(0, MAX_ID))


class CandidateSchema(WireSchema):
    """A mentor who waits for a yes: under how many posts they would stand, and why."""

    key = TextField(256, required=True)
    name = TextField(120, required=True)
    blog = TextField(120, required=True)
    url = address(empty=True)
    why = TextField(400, required=True)
    posts = fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_ID))


class ChoicesAnswer(WireSchema):
    """Which mentors the blog shows by its last word, there or on the dashboard, and the first of those who wait."""

    showing = fields.String(required=True, validate=validate.OneOf([*ShowingMode]))
    waiting = fields.Integer(required=True, strict=True, validate=validate.Range(0, MAX_ID))
    candidates = fields.List(
        fields.Nested(CandidateSchema), required=True, validate=validate.Length(max=MAX_WAITING_LINES)
    )
