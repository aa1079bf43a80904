"""How somebody comes from wp-admin to the dashboard, and how a blog takes that back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from bridge.contract.fields import MAX_ID, BoundedList, StrictBoolean, TextField, WireSchema, address, remote_id
from bridge.errors import ContractError


class SignIn(WireSchema):
    """A user who is signed in on the blog wants to see the dashboard. The answer is the address to send them to."""

    user = remote_id()
    role = TextField(64, load_default="")
    manages = StrictBoolean(required=True)  # may manage the blog's options
    name = TextField(200, load_default="")


class SignOut(WireSchema):
    """Users whose role has changed or who are gone: whoever of them is signed in is so no longer."""

    users = BoundedList(fields.Integer(strict=True, validate=validate.Range(1, MAX_ID)), 100, least=1, required=True)


class SignInAnswer(WireSchema):
    """Where to go: good once, and for as many seconds."""

    url = address()
    expires_in = fields.Integer(required=True, strict=True, validate=validate.Range(1, 3600))


def load_message(schema: Schema, data: Any) -> Mapping[str, Any]:
    """The data as the contract has it.

    Raises:
        ContractError: it does not fit.
    """
    try:
        message: Mapping[str, Any] = schema.load(data)
    except ValidationError as error:
        messages = error.messages if isinstance(error.messages, dict) else {}
        path = str(next(iter(messages), ""))
        raise ContractError(f"data.{path}", "does not fit the contract") from None
    return message
