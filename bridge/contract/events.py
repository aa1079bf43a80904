"""What blogs send: one schema an event. An event carries the whole current state of one object."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from bridge.contract.digests import state_hash
from bridge.contract.fields import (
    MAX_CONTENT_CHARACTERS,
    BoundedList,
    FullMatch,
    LineField,
    StrictBoolean,
    TextField,
    TimeField,
    VersionSchema,
    WireSchema,
    address,
    addresses,
    any_id,
    labels,
    optional_id,
    remote_id,
)
from bridge.model import ShowingMode

MAX_BATCH_EVENTS = 100
MAX_QUOTABLE_PASSAGES = 500
MAX_LANGUAGE_PAGES = 20
MAX_TRANSLATIONS = 100
MAX_FURTHER_HOMES = 5


def install_id() -> TextField:
    """Id of an installation: a copy of a site has the site's key, but an id of its own."""
    return TextField(64, load_default="")


def passage_key(**options: Any) -> fields.String:
    """Stands for the words of a passage."""
    return fields.String(validate=FullMatch(r"[0-9a-f]{32}"), **options)


class Versioned(WireSchema):
    """Every event has its place in the blog's history."""

    version = fields.Nested(VersionSchema, required=True)


class Stated(Versioned):
    """The whole state of an object. `hash`: the blog's own hash of it, by which both sides compare what they hold."""

    hash = state_hash()


class LanguagePage(WireSchema):
    """Where a post is read in one of the languages that its text holds."""

    language = TextField(35, required=True)
    url = address()


class PostPublished(Stated):
    """A public post, published or changed.

    `canonical`: the address of its original, if that is another one; `translations`: public posts that say the same in
    other languages; `language_pages`: where the text holds several languages between marks ([:fr]…[:en]…[:]), the pages
    of those that are not read at `url`.
    """

    id = remote_id()
    author_id = remote_id()
    url = address()
    canonical = address(empty=True)
    title = LineField(2000, load_default="")
    content = TextField(MAX_CONTENT_CHARACTERS, required=True)
    excerpt = TextField(20_000, load_default="")
    language = TextField(35, load_default="")
    published_at = TimeField(required=True)
    modified_at = TimeField(required=True)
    tags = labels()
    categories = labels()
    truncated = StrictBoolean(load_default=False)
    translations = BoundedList(any_id(), MAX_TRANSLATIONS, load_default=list)
    language_pages = BoundedList(fields.Nested(LanguagePage), MAX_LANGUAGE_PAGES, load_default=list)


class PostRemoved(Versioned):
    """A post that was sent is public no longer."""

    id = remote_id()


class CommentPublished(Stated):
    """An approved comment. `commenter` is a hash made with a key that only the blog knows.

    `insightful`: marked by somebody who may moderate; `has_website`: an address was given, which stays on the blog.
    """

    id = remote_id()
    post_id = remote_id()
    parent_id = optional_id()
    commenter = fields.String(load_default="", validate=FullMatch(r"([0-9a-f]{64})?"))
    commenter_basis = fields.String(required=True, validate=validate.OneOf(["email", "name", "anonymous"]))
    author_name = LineField(300, load_default="")
    author_id = optional_id()
    is_staff = StrictBoolean(load_default=False)
    by_post_author = StrictBoolean(load_default=False)
    comment_type = fields.String(load_default="comment", validate=validate.OneOf(["comment", "pingback", "trackback"]))
    insightful = StrictBoolean(load_default=False)
    has_website = StrictBoolean(load_default=False)
    content = TextField(MAX_CONTENT_CHARACTERS, required=True)
    published_at = TimeField(required=True)


class CommentRemoved(Versioned):
    """A comment that was sent is approved no longer."""

    id = remote_id()
    post_id = optional_id()


class CommenterRemoved(Versioned):
    """Somebody asked the blog to erase their data: everything that was sent under their hash until now goes.

    Answered 200 ``{"erased": true}`` once nothing of it is held, 202 before; the blog asks again until then. What it
    sends of them afterwards (their comments, nameless) has newer versions and stays.
    """

    commenter = fields.String(required=True, validate=FullMatch(r"[0-9a-f]{64}"))


class DeclaredSchema(WireSchema):
    """What an author says of themself for a pairing. `quotable`: keys of the passages that may be quoted on the card;
    a key stands for the words of a passage, so that an edit of the sentence withdraws it. `fediverse`: ``@name@host``;
    `newsletter`: a page of the blog. What is neither is left out."""

    role = fields.String(load_default="mentor", validate=validate.OneOf(["mentor", "mentee", "both", "neither"]))
    region = LineField(200, load_default="")
    stage = LineField(200, load_default="")
    availability = LineField(500, load_default="")
    capacity = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 100))
    formats = labels(10)
    motives = TextField(2000, load_default="")
    limits = TextField(2000, load_default="")
    sectors = labels(20)
    outside_own_sector = StrictBoolean(load_default=False)
    open_to_all = StrictBoolean(load_default=False)
    search_engines = StrictBoolean(load_default=False)
    fediverse = LineField(300, load_default="")
    newsletter = LineField(2000, load_default="")
    quotable = BoundedList(passage_key(), MAX_QUOTABLE_PASSAGES, load_default=list)


class AuthorUpdated(Stated):
    """An author who takes part, and what they declare."""

    id = remote_id()
    name = LineField(300, required=True)
    url = address(empty=True)
    bio = TextField(20_000, load_default="")
    takes_part = StrictBoolean(required=True)
    consented_at = TimeField(required=True)
    consent_door = fields.String(required=True, validate=validate.OneOf(["profile", "settings", "script"]))
    consent_text = TextField(200, load_default="")
    offers = labels()
    needs = labels()
    languages = labels()
    declared = fields.Nested(DeclaredSchema, load_default=None, allow_none=True)


class AuthorRemoved(Versioned):
    """An author withdrew or is gone; covers their posts."""

    id = remote_id()


class BlogUpdated(Stated):
    """What the blog says about itself. Its addresses change by a handshake alone: another one is told as `unproven`."""

    uuid = TextField(64, required=True)
    name = LineField(500, load_default="")
    description = TextField(2000, load_default="")
    language = TextField(35, load_default="")
    home_url = address()
    rest_url = address()
    xmlrpc_url = address(empty=True)
    wordpress_version = TextField(32, load_default="")
    php_version = TextField(32, load_default="")
    plugin_version = TextField(32, load_default="")
    statistics = StrictBoolean(load_default=False)
    further_homes = addresses(MAX_FURTHER_HOMES)
    showing = fields.String(load_default=None, allow_none=True, validate=validate.OneOf([*ShowingMode]))


class BlogRemoved(Versioned):
    """The blog leaves: everything of it goes."""


class PingSent(Versioned):
    """A daily sign of life, with the highest version given out.

    `acknowledged`: webhook-id of the last message for which the blog had an answer. A bridge that does not know it is
    from a backup.
    """

    acknowledged = TextField(64, load_default="")


class BatchMember(WireSchema):
    """One event of a batch, as it would travel alone."""

    id = TextField(64, required=True)
    type = TextField(32, required=True)
    timestamp = TimeField(required=True)
    data = fields.Dict(required=True)


class Batch(WireSchema):
    """Up to 100 events in one delivery."""

    events = BoundedList(fields.Nested(BatchMember), MAX_BATCH_EVENTS, least=1, required=True)


class Envelope(WireSchema):
    """The outside of every signed message; `install`: which installation of the blog speaks."""

    type = TextField(32, required=True)
    timestamp = TimeField(required=True)
    install = install_id()
    data = fields.Dict(required=True)
