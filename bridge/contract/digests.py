"""Whether a blog and the bridge hold the same: sums over ranges of ids, and what is held where they differ."""

from __future__ import annotations

from marshmallow import fields, validate

from bridge.contract.fields import MAX_ID, BoundedList, FullMatch, WireSchema

MAX_RANGES = 2000  # of one kind: with 40 bytes each, what is equal takes no more than a few kilobytes
MAX_LISTED_OBJECTS = 5000  # of one answer; the rest is told in the next
MAX_WIDTH = 50_000  # ids of a range: one that differs is told of whole, and the blog reads 2 MiB of an answer
MAX_REFUSED = 1000  # objects of a kind that are compared on neither side
HASH_DIGITS = 10  # of a state's hash that are added up: sums of a range stay below 2**63
SENT_KINDS = ("blog", "author", "post", "comment")
SHOWN_KINDS = ("related", "blog", "post", "commenter")


def state_hash() -> fields.String:
    """The blog's own hash of the state that it sends; only compared, never made here."""
    return fields.String(load_default="", validate=FullMatch(r"([0-9a-f]{40})?"))


def state_number(text: str) -> int:
    """The part of such a hash that is added up; 0 where none was sent."""
    return int(text[:HASH_DIGITS], 16) if text else 0


def _number() -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(0, MAX_ID))


def _width() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(1, MAX_WIDTH))


def _ranges() -> BoundedList:
    # [which range, how many objects, the sum of their hashes]
    return BoundedList(BoundedList(_number(), 3, least=3), MAX_RANGES, required=True)


class SentKind(WireSchema):
    """What the blog has sent of one kind: range n holds the ids from n · `width` until before (n + 1) · `width`.

    `without` names what the bridge has refused: it is in no sum of the blog's, and in none of the bridge's.
    """

    kind = fields.String(required=True, validate=validate.OneOf(SENT_KINDS))
    width = _width()
    ranges = _ranges()
    without = BoundedList(_number(), MAX_REFUSED, load_default=list)


class ShownKind(WireSchema):
    """What the blog stores of one kind of push; the key of a commenter counts by its first four digits."""

    kind = fields.String(required=True, validate=validate.OneOf(SHOWN_KINDS))
    width = _width()
    ranges = _ranges()


class Digest(WireSchema):
    """A blog asks whether the bridge holds what it has sent, and says what it stores of what was pushed.

    A range is [n, how many objects, sum]. Of what was sent the sum is over the first 10 hexadecimal digits of each
    object's `hash` as sent; of what is stored over the CRC-32 of "object:version". A range without objects is left out.
    """

    sent = BoundedList(fields.Nested(SentKind), len(SENT_KINDS), required=True)
    shown = BoundedList(fields.Nested(ShownKind), len(SHOWN_KINDS), load_default=list)


class DifferingKind(WireSchema):
    """What the bridge holds of one kind: how many in all, how many ranges differ, and of some of these every object.

    `objects` are [id, id of the post or author above it or 0, first 10 digits of the hash as a number].
    """

    kind = fields.String(required=True, validate=validate.OneOf(SENT_KINDS))
    count = fields.Integer(required=True, strict=True, validate=validate.Range(0, MAX_ID))
    differing = fields.Integer(required=True, strict=True, validate=validate.Range(0, MAX_ID))
    ranges = BoundedList(_number(), MAX_RANGES, required=True)
    objects = fields.List(BoundedList(_number(), 3, least=3), required=True)


class DigestAnswer(WireSchema):
    """`waiting`: deliveries that the bridge has yet to read; then nothing is compared, and the blog asks again."""

    waiting = fields.Integer(required=True, strict=True, validate=validate.Range(0, MAX_ID))
    kinds = fields.List(fields.Nested(DifferingKind), required=True)
    shown_again = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, MAX_ID))
