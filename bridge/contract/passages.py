"""The sentences that an author may allow to be quoted: asked for on their own profile screen, answered in full."""

from __future__ import annotations

from marshmallow import fields, validate

from bridge.contract.events import MAX_QUOTABLE_PASSAGES, passage_key
from bridge.contract.fields import TextField, TimeField, WireSchema, address, remote_id

MAX_PASSAGE_CHARACTERS = 1000  # characters shown of a passage; its key stands for all of it
MAX_TITLE_CHARACTERS = 200
PASSAGE_LABELS = ("lesson", "failure", "turning point", "success")


class PassagesRequest(WireSchema):
    """`passages`: an author has opened their own profile screen. The blog vouches that it is they."""

    author = remote_id()


class PassageSchema(WireSchema):
    """One sentence, why it was chosen, and where it stands."""

    key = passage_key(required=True)
    text = TextField(MAX_PASSAGE_CHARACTERS, required=True)
    label = fields.String(required=True, validate=validate.OneOf(PASSAGE_LABELS))
    language = TextField(35, required=True)
    title = TextField(MAX_TITLE_CHARACTERS, required=True)
    url = address()
    date = TimeField(required=True)


class PassagesAnswer(WireSchema):
    """All there is to choose from, newest post first. A key that is not in it stands for words that are no more."""

    passages = fields.List(
        fields.Nested(PassageSchema), required=True, validate=validate.Length(max=MAX_QUOTABLE_PASSAGES)
    )
