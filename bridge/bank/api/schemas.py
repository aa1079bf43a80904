"""What is asked and answered, as marshmallow schemas: checked, and described in OpenAPI."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from bridge.bank.asked import LAST_PAGE, LONGEST_NEED, PAGE
from bridge.legible import legible
from bridge.logs import each
from bridge.tags import language_code

MOST = 50


class Shown(fields.String):
    """Text of a blog, legible."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        said = super()._serialize(value, attr, obj, **kwargs)
        return None if said is None else legible(said)


class EachOf(fields.List[Any]):
    """A list in which whatever cannot be told is left out."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> list[Any]:
        return each(value, lambda one: self.inner._serialize(one, attr, obj, **kwargs), "API")


def a_language(said: str) -> None:
    """A check of an argument."""
    if said and not language_code(said):
        raise ValidationError("No language code, such as fr, en or es (ISO 639).")


class Page(Schema):
    """Which part of a list."""

    page = fields.Integer(
        load_default=1, validate=validate.Range(1, LAST_PAGE), metadata={"description": "Which page, from 1."}
    )
    limit = fields.Integer(
        load_default=PAGE, validate=validate.Range(1, MOST), metadata={"description": "Mentors on a page."}
    )


class Fitting(Page):
    """What a mentor must have."""

    language = fields.String(
        load_default="",
        validate=[validate.Length(max=35), a_language],
        metadata={"description": "Writes in it (ISO 639-1, or a tag such as fr-CA, of which the language counts)."},
    )
    region = fields.String(
        load_default="", validate=validate.Length(max=120), metadata={"description": "Region, as its author wrote it."}
    )
    stage = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "Stage of their venture."},
    )
    availability = fields.String(
        load_default="", validate=validate.Length(max=40), metadata={"description": "Availability, as declared."}
    )
    skill = fields.String(
        load_default="", validate=validate.Length(max=191),
        metadata={"description": "Offers it, by their own word or by their posts: an id of `/skills`."},
    )  # fmt: skip
    personal = fields.Boolean(load_default=False, metadata={"description": "Tells what they have lived."})
    in_depth = fields.Boolean(load_default=False, data_key="in-depth", metadata={"description": "Goes into depth."})
    responsive = fields.Boolean(
        load_default=False,
        metadata={"description": "Answers half of the comments within two days. Known only of authors whose blog sends "
                                 "comments for statistics, with ten or more in 90 days."},
    )  # fmt: skip


class Need(Fitting):
    """A need, and what a mentor must have."""

    need = fields.String(
        required=True, validate=validate.Length(1, LONGEST_NEED),
        metadata={"description": "What somebody would like to learn, in French or English.", "example": "paie"},
    )  # fmt: skip


class Post(Schema):
    """A public post of a mentor."""

    title = Shown(required=True)
    url = Shown(required=True)
    date = fields.DateTime(required=True)
    snippet = Shown(metadata={"description": "Plain text around the words of the need."})


class Why(Schema):
    """The reason: how many posts speak of the need, with which of its words, and the best of them."""

    sentence = Shown(required=True)
    words = fields.List(Shown(), required=True)
    votes = fields.Integer(required=True)
    posts = EachOf(fields.Nested(Post), required=True)


class Mentor(Schema):
    """A mentor in a list. Scores order one answer; they are no grade and cannot be compared between answers."""

    slug = Shown(required=True)
    url = Shown(required=True, metadata={"description": "The card, for people."})
    name = Shown(required=True)
    blog = Shown(required=True, metadata={"description": "The blog's id."})
    author = Shown(required=True, metadata={"description": "The author's id on the blog."})
    blog_name = Shown(required=True)
    blog_url = Shown(required=True)
    feed_url = Shown(required=True, metadata={"description": "The blog's own feed; empty if unknown."})
    languages = fields.List(Shown(), required=True)
    posts = fields.Integer(required=True, metadata={"description": "How many were read."})
    last_post_at = fields.DateTime(required=True, allow_none=True)
    themes = fields.List(Shown(), required=True)
    score = fields.Float(allow_none=True)
    why = fields.Nested(Why, allow_none=True)


class Mentors(Schema):
    """A page of mentors, best first."""

    mentors = EachOf(fields.Nested(Mentor), required=True)
    newcomers = EachOf(fields.Nested(Mentor), required=True, metadata={
        "description": "For a need: who say they can help with it and have hardly written yet; not ranked, not counted."
    })  # fmt: skip
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)


class Theme(Schema):
    """A word of the posts: its weight in the profile (0 to 1), and in how many posts it stands."""

    language = Shown(required=True)
    word = Shown(required=True)
    weight = fields.Float(required=True)
    posts = fields.Integer(required=True)


class SkillPage(Page):
    """Which part of the skills."""

    limit = fields.Integer(
        load_default=100, validate=validate.Range(1, 500), metadata={"description": "Skills on a page."}
    )


class Skill(Schema):
    """A skill that somebody offers. An imported one has its URI as id."""

    id = Shown(required=True)
    url = Shown(required=True, metadata={"description": "Its page, for people."})
    labels = fields.Dict(keys=Shown(), values=Shown(), required=True)
    mentors = fields.Integer(required=True, metadata={"description": "How many offer it."})


class Skills(Schema):
    """A page of skills, the most offered first."""

    skills = EachOf(fields.Nested(Skill), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)


class Offer(Schema):
    """A skill of a mentor: declared by them, or read from so many posts, of which the newest are named."""

    id = Shown(required=True)
    labels = fields.Dict(keys=Shown(), values=Shown(), required=True)
    declared = fields.Boolean(required=True)
    posts = fields.Integer(required=True)
    latest = EachOf(fields.Nested(Post), required=True)


class Card(Mentor):
    """A card. `declared` was written by the author, the rest computed from public posts."""

    class Meta:
        """A card answers no question."""

        exclude = ("score", "why", "themes")

    bio = Shown(required=True)
    provisional = fields.Boolean(required=True, metadata={"description": "Rests on few posts yet."})
    declared = fields.Dict(required=True)
    profile = EachOf(fields.Nested(Theme), required=True)
    skills = EachOf(fields.Nested(Offer), required=True)
    latest = EachOf(fields.Nested(Post), required=True)


class Related(Mentor):
    """A related mentor: topics that both write about, and some that only this one does."""

    class Meta:
        """The reason is in `shared`."""

        exclude = ("score", "why")

    shared = fields.List(Shown(), required=True)
    different = fields.List(Shown(), required=True)


class RelatedMentors(Schema):
    """Related mentors, best first."""

    mentors = EachOf(fields.Nested(Related), required=True)


class EventType(Schema):
    """A webhook event, and the JSON Schema of its body."""

    type = Shown(required=True)
    description = Shown(required=True)
    schema = fields.Dict(required=True)


class EventTypes(Schema):
    """All events that blogs send."""

    event_types = EachOf(fields.Nested(EventType), required=True)


class ErrorDetail(Schema):
    """What went wrong, and where."""

    type = Shown(required=True)
    message = Shown(required=True)
    fields_ = fields.Dict(data_key="fields", metadata={"description": "Argument → what is wrong with it."})


class Error(Schema):
    """Every answer that is no success."""

    error = fields.Nested(ErrorDetail, required=True)
