"""What is asked and answered, as marshmallow schemas: checked, and described in OpenAPI."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from bridge.bank.query import MAX_NEED_CHARACTERS, MAX_PAGE_NUMBER, PAGE_CARDS
from bridge.language_tags import language_code
from bridge.legible import legible
from bridge.logs import make_each
from bridge.mentors.declared_kinds import ARRANGED, AVAILABILITY, FORMATS, ONLY_WRITTEN, STAGES_IN_ORDER

MAX_PAGE_SIZE = 50


class LegibleString(fields.String):
    """Text of a blog, legible."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        text = super()._serialize(value, attr, obj, **kwargs)
        return None if text is None else legible(text)


class SkippingList(fields.List[Any]):
    """A list in which whatever cannot be told is left out."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> list[Any]:
        return make_each(value, lambda item: self.inner._serialize(item, attr, obj, **kwargs), "API")


def check_language(tag: str) -> None:
    """A check of an argument."""
    if tag and not language_code(tag):
        raise ValidationError("No language code, such as fr, en or es (ISO 639).")


class Page(Schema):
    """Which part of a list."""

    page = fields.Integer(
        load_default=1, validate=validate.Range(1, MAX_PAGE_NUMBER), metadata={"description": "Which page, from 1."}
    )
    limit = fields.Integer(
        load_default=PAGE_CARDS,
        validate=validate.Range(1, MAX_PAGE_SIZE),
        metadata={"description": "Mentors on a page."},
    )


class MentorFilters(Page):
    """What a mentor must have."""

    language = fields.String(
        load_default="",
        validate=[validate.Length(max=35), check_language],
        metadata={"description": "Writes in it (ISO 639-1, or a tag such as fr-CA, of which the language counts)."},
    )
    region = fields.String(
        load_default="",
        validate=validate.Length(max=120),
        metadata={"description": "Region, as its author wrote it up to a comma."},
    )
    stage = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": f"Stage of their venture: {', '.join(STAGES_IN_ORDER)}."},
    )
    availability = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": f"When they are there: {', '.join((*AVAILABILITY, ARRANGED))}."},
    )
    format = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": f"How they meet: {', '.join((*FORMATS, ONLY_WRITTEN))}."},
    )
    skill = fields.String(
        load_default="",
        validate=validate.Length(max=191),
        metadata={"description": "Offers it, by their own word or by their posts: an id of `/skills`."},
    )
    personal = fields.Boolean(load_default=False, metadata={"description": "Tells what they have lived."})
    in_depth = fields.Boolean(load_default=False, data_key="in-depth", metadata={"description": "Goes into depth."})
    responsive = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Answers half of the comments within two days. Known only of authors whose blog sends "
            "comments for statistics, with ten or more in 90 days."
        },
    )


class Need(MentorFilters):
    """A need, and what a mentor must have."""

    need = fields.String(
        required=True,
        validate=validate.Length(1, MAX_NEED_CHARACTERS),
        metadata={"description": "What somebody would like to learn, in French or English.", "example": "paie"},
    )


class Post(Schema):
    """A public post of a mentor."""

    title = LegibleString(required=True)
    url = LegibleString(required=True)
    date = fields.DateTime(required=True)
    snippet = LegibleString(metadata={"description": "Plain text around the words of the need."})


class Why(Schema):
    """The reason: how many posts speak of the need, by which words of theirs, and the best of them."""

    sentence = LegibleString(required=True)
    words = fields.List(LegibleString(), required=True)
    votes = fields.Integer(required=True)
    posts = SkippingList(fields.Nested(Post), required=True)


class Mentor(Schema):
    """A mentor in a list. Scores order one answer; they are no grade and cannot be compared between answers."""

    slug = LegibleString(required=True)
    url = LegibleString(required=True, metadata={"description": "The card, for people."})
    name = LegibleString(required=True)
    blog = LegibleString(required=True, metadata={"description": "The blog's id."})
    author = LegibleString(required=True, metadata={"description": "The author's id on the blog."})
    blog_name = LegibleString(required=True)
    blog_url = LegibleString(required=True)
    feed_url = LegibleString(required=True, metadata={"description": "The blog's own feed; empty if unknown."})
    languages = fields.List(LegibleString(), required=True)
    posts = fields.Integer(required=True, metadata={"description": "How many were read."})
    last_post_at = fields.DateTime(required=True, allow_none=True)
    themes = fields.List(LegibleString(), required=True)
    score = fields.Float(allow_none=True)
    why = fields.Nested(Why, allow_none=True)


class Mentors(Schema):
    """A page of mentors, best first."""

    mentors = SkippingList(fields.Nested(Mentor), required=True)
    further = SkippingList(
        fields.Nested(Mentor),
        required=True,
        metadata={"description": "Where nobody is right: who touch on the rest of the need; `mentors` is empty then."},
    )
    missing = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "Words of the need that nobody here writes much about, where `further` are the answer."
        },
    )
    newcomers = SkippingList(
        fields.Nested(Mentor),
        required=True,
        metadata={
            "description": "For a need: who say they can help with it and have hardly written yet; "
            "not ranked, not counted."
        },
    )
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)


class Theme(Schema):
    """A word or phrase that the author writes about: its weight (1: the first), and in how many posts it stands."""

    language = LegibleString(required=True)
    word = LegibleString(required=True)
    weight = fields.Float(required=True)
    posts = fields.Integer(required=True)


class SkillPage(Page):
    """Which part of the skills."""

    limit = fields.Integer(
        load_default=100, validate=validate.Range(1, 500), metadata={"description": "Skills on a page."}
    )


class Skill(Schema):
    """A skill that somebody offers. An imported one has its URI as id."""

    id = LegibleString(required=True)
    url = LegibleString(required=True, metadata={"description": "Its page, for people."})
    labels = fields.Dict(keys=LegibleString(), values=LegibleString(), required=True)
    mentors = fields.Integer(required=True, metadata={"description": "How many offer it."})


class Skills(Schema):
    """A page of skills, the most offered first."""

    skills = SkippingList(fields.Nested(Skill), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)


class Offer(Schema):
    """A skill of a mentor: declared by them, or read from so many posts, of which the newest are named."""

    id = LegibleString(required=True)
    labels = fields.Dict(keys=LegibleString(), values=LegibleString(), required=True)
    declared = fields.Boolean(required=True)
    posts = fields.Integer(required=True)
    latest = SkippingList(fields.Nested(Post), required=True)


class Card(Mentor):
    """A card. `declared` was written by the author, the rest computed from public posts."""

    class Meta:
        """A card answers no question."""

        exclude = ("score", "why", "themes")

    bio = LegibleString(required=True)
    provisional = fields.Boolean(required=True, metadata={"description": "Rests on few posts yet."})
    declared = fields.Dict(required=True)
    profile = SkippingList(fields.Nested(Theme), required=True)
    skills = SkippingList(fields.Nested(Offer), required=True)
    latest = SkippingList(fields.Nested(Post), required=True)


class Related(Mentor):
    """A related mentor: topics that both write about, and some that only this one does."""

    class Meta:
        """The reason is in `shared`."""

        exclude = ("score", "why")

    shared = fields.List(LegibleString(), required=True)
    different = fields.List(LegibleString(), required=True)


class RelatedMentors(Schema):
    """Related mentors, best first."""

    mentors = SkippingList(fields.Nested(Related), required=True)


class EventType(Schema):
    """A webhook event, and the JSON Schema of its body."""

    type = LegibleString(required=True)
    description = LegibleString(required=True)
    schema = fields.Dict(required=True)


class EventTypes(Schema):
    """All events that blogs send."""

    event_types = SkippingList(fields.Nested(EventType), required=True)


class ErrorDetail(Schema):
    """What went wrong, and where."""

    type = LegibleString(required=True)
    message = LegibleString(required=True)
    fields_ = fields.Dict(data_key="fields", metadata={"description": "Argument → what is wrong with it."})


class Error(Schema):
    """Every answer that is no success."""

    error = fields.Nested(ErrorDetail, required=True)
