"""How a blog connects: what it asks, and what it answers when it is called back."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from bridge.contract.events import MAX_FURTHER_HOMES, install_id
from bridge.contract.fields import FullMatch, LineField, StrictBoolean, TextField, WireSchema, address, addresses
from bridge.language_tags import language_tag
from bridge.model import BlogFacts

NONCE_PATTERN = r"[A-Za-z0-9_-]{43}=?"  # 32 bytes as base64url
BLOG_ID_PATTERN = r"[A-Za-z0-9_-]{1,64}"
KEY_PATTERN = r"whsec_[A-Za-z0-9+/]{43}="


class Connect(WireSchema):
    """What a blog says when it wants to be connected."""

    home_url = address()
    rest_url = address()
    nonce = fields.String(required=True, validate=FullMatch(NONCE_PATTERN))
    code = TextField(100, load_default="")
    blog_id = TextField(64, load_default="")  # with a signature: it was connected before
    install = install_id()


class Handshake(WireSchema):
    """What the bridge hands over when it calls the blog back."""

    nonce = fields.String(required=True, validate=FullMatch(NONCE_PATTERN))
    bridge = address()
    blog_id = fields.String(required=True, validate=FullMatch(BLOG_ID_PATTERN))
    key_to_bridge = fields.String(required=True, validate=FullMatch(KEY_PATTERN))
    key_to_blog = fields.String(required=True, validate=FullMatch(KEY_PATTERN))


class HandshakeAnswer(WireSchema):
    """What a blog says about itself, with the password of the user made for the bridge."""

    uuid = TextField(64, required=True)
    name = LineField(500, load_default="")
    description = TextField(2000, load_default="")
    language = TextField(35, load_default="")
    home_url = address()
    rest_url = address()
    xmlrpc_url = address(empty=True)
    username = TextField(200, load_default="")
    application_password = TextField(200, load_default="")
    wordpress_version = TextField(32, load_default="")
    php_version = TextField(32, load_default="")
    plugin_version = TextField(32, load_default="")
    statistics = StrictBoolean(load_default=False)
    install = install_id()
    further_homes = addresses(MAX_FURTHER_HOMES)


def facts_of(data: dict[str, Any]) -> BlogFacts:
    """The part that is no secret."""
    facts = {name: data[name] for name in BlogFacts.__dataclass_fields__ if name != "showing"}
    further = tuple(data["further_homes"])
    return BlogFacts(**facts | {"language": language_tag(data["language"]), "further_homes": further})
