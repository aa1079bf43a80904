"""Under how many posts of which blogs an author stands: for the export of what is known of them."""

from __future__ import annotations

from marshmallow import fields, validate

from bridge.contract.fields import MAX_ID, TextField, WireSchema, address, remote_id

MAX_PLACES = 500  # blogs that are named
MAX_NAME_CHARACTERS = 200


class PlacementsRequest(WireSchema):
    """`placements`: an author of the blog wants to know where they are shown, or to be shown nowhere."""

    author = remote_id()


class PlacementSchema(WireSchema):
    """A blog, and under how many of its posts the author stands."""

    name = TextField(MAX_NAME_CHARACTERS, required=True)
    url = address()
    posts = fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_ID))


class PlacementsAnswer(WireSchema):
    """Those first who show the author most; `count` is of all, also where not all are named."""

    blogs = fields.List(fields.Nested(PlacementSchema), required=True, validate=validate.Length(max=MAX_PLACES))
    count = fields.Integer(required=True, strict=True, validate=validate.Range(0, MAX_ID))
