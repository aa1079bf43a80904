"""How a blog connects: what it asks, and what it answers when it is called back."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from bridge.contract.events import MAX_HOMES, install
from bridge.contract.fields import Flag, Line, Matches, Text, WireSchema, address, addresses
from bridge.model import BlogFacts
from bridge.tags import language_tag

NONCE = r"[A-Za-z0-9_-]{43}=?"  # 32 bytes as base64url
BLOG_ID = r"[A-Za-z0-9_-]{1,64}"
KEY = r"whsec_[A-Za-z0-9+/]{43}="


class Connect(WireSchema):
    """What a blog says when it wants to be connected."""

    home_url = address()
    rest_url = address()
    nonce = fields.String(required=True, validate=Matches(NONCE))
    code = Text(100, load_default="")
    blog_id = Text(64, load_default="")  # with a signature: it was connected before
    install = install()


class Handshake(WireSchema):
    """What the bridge hands over when it calls the blog back."""

    nonce = fields.String(required=True, validate=Matches(NONCE))
    bridge = address()
    blog_id = fields.String(required=True, validate=Matches(BLOG_ID))
    key_to_bridge = fields.String(required=True, validate=Matches(KEY))
    key_to_blog = fields.String(required=True, validate=Matches(KEY))


class HandshakeAnswer(WireSchema):
    """What a blog says about itself, with the password of the user made for the bridge."""

    uuid = Text(64, required=True)
    name = Line(500, load_default="")
    description = Text(2000, load_default="")
    language = Text(35, load_default="")
    home_url = address()
    rest_url = address()
    xmlrpc_url = address(empty=True)
    username = Text(200, load_default="")
    application_password = Text(200, load_default="")
    wordpress_version = Text(32, load_default="")
    php_version = Text(32, load_default="")
    plugin_version = Text(32, load_default="")
    statistics = Flag(load_default=False)
    install = install()
    further_homes = addresses(MAX_HOMES)


class AddressAnswer(WireSchema):
    """What a blog says at a further address of its own, signed with the key just handed over."""

    address = address()


def facts_of(data: dict[str, Any]) -> BlogFacts:
    """The part that is no secret."""
    facts = {name: data[name] for name in BlogFacts.__dataclass_fields__}
    further = tuple(data["further_homes"])
    return BlogFacts(**facts | {"language": language_tag(data["language"]), "further_homes": further})
