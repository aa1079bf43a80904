"""The sentences that an author may allow to be quoted: asked for on their own profile screen, answered in full."""

from __future__ import annotations

from marshmallow import fields, validate

from bridge.contract.events import MAX_QUOTABLE, passage_key
from bridge.contract.fields import Moment, Text, WireSchema, address, remote_id

MAX_TEXT = 1000  # characters shown of a passage; its key stands for all of it
MAX_TITLE = 200
LABELS = ("lesson", "failure", "turning point", "success")


class PassagesAsked(WireSchema):
    """`passages`: an author has opened their own profile screen. The blog vouches that it is they."""

    author = remote_id()


class PassageSchema(WireSchema):
    """One sentence, why it was chosen, and where it stands."""

    key = passage_key(required=True)
    text = Text(MAX_TEXT, required=True)
    label = fields.String(required=True, validate=validate.OneOf(LABELS))
    language = Text(35, required=True)
    title = Text(MAX_TITLE, required=True)
    url = address()
    date = Moment(required=True)


class PassagesAnswer(WireSchema):
    """All there is to choose from, newest post first. A key that is not in it stands for words that are no more."""

    passages = fields.List(fields.Nested(PassageSchema), required=True, validate=validate.Length(max=MAX_QUOTABLE))
