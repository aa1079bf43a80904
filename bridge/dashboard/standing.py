"""Where a mentor stands: on which blogs, under which posts and for which words; and "not here", "not like this"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from bridge.dashboard import links
from bridge.dashboard.access import current_visitor
from bridge.dashboard.mentor_names import RelatedMentor
from bridge.errors import NotFound
from bridge.mentors.corrections import folded_word
from bridge.mentors.vetoes import Side, Veto
from bridge.model import AuthorKey
from bridge.operations import choices
from bridge.operations.standings import Standing
from bridge.pages.languages import gettext as _
from bridge.runtime import Runtime
from bridge.storage.blogs import blogs
from bridge.storage.core.database import Tx

MAX_WORDS = 6  # for which somebody stands on one blog, that are named


@dataclass(frozen=True, slots=True)
class ShowingBlog:
    """A blog that shows the visitor; `to_show_back`: whose posts those are, near enough to be shown in turn."""

    id: str
    name: str
    posts: int
    samples: tuple[tuple[str, str], ...]  # title, address
    words: tuple[str, ...]
    to_show_back: tuple[RelatedMentor, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """Where the visitor does not want to stand; `word`: only not for it."""

    blog_id: str
    blog: str
    word: str


def describe_standings(standings: Sequence[Standing], near: Iterable[RelatedMentor]) -> list[ShowingBlog]:
    """The blogs in words. `near`: whom the visitor could pin."""
    by_key = {mentor.key: mentor for mentor in near}
    return [_showing_blog(standing, by_key) for standing in standings]


def _showing_blog(standing: Standing, near: Mapping[AuthorKey, RelatedMentor]) -> ShowingBlog:
    writers = dict.fromkeys(AuthorKey(place.blog_id, place.author_id) for place in standing.samples)
    return ShowingBlog(
        standing.blog_id,
        standing.blog_name or standing.blog_id,
        standing.posts,
        tuple((place.title, links.web_link(place.url)) for place in standing.samples),
        standing.words[:MAX_WORDS],
        tuple(near[key] for key in writers if key in near),
    )


def describe_absences(tx: Tx, absences: Sequence[tuple[str, Veto]]) -> list[Absence]:
    """Where a mentor does not want to stand, in words."""
    places = blogs.list_by_ids(tx, {blog_id for blog_id, _veto in absences})
    return [Absence(blog_id, places[blog_id].facts.name or blog_id, veto.word) for blog_id, veto in absences]


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """The buttons beside a blog that shows the visitor."""

    @pages.post("/related/standing")
    def related_standing(blog_id: str) -> Response:
        decision, where, mentor = request.form.get("decision", ""), request.form.get("blog", "")[:64], current_visitor()
        word = folded_word(request.form.get("word", ""))
        veto = Veto(Side.MENTOR, blog_id, mentor.user_id, word=word)
        with runtime.database.begin() as tx:
            if decision == choices.Decision.REFUSE:
                if where == blog_id or blogs.find(tx, where) is None:
                    raise NotFound("no such blog")
                choices.say_no(tx, where, veto, runtime.clock())
            elif decision != choices.Decision.ALLOW or not choices.take_no_back(tx, where, veto, runtime.clock()):
                raise NotFound("nothing to take back")
        flash(_("Noted. It acts within seconds, and nobody is told."), "good")
        return redirect(url_for("dashboard.related", blog_id=blog_id) + "#showing", 303)
