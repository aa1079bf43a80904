"""Who is shown: which of the related mentors stand on the blog's pages, who waits for a yes, and who never shall."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.dashboard.access import current_visitor
from bridge.dashboard.mentor_names import NamedMentor, list_named
from bridge.errors import NotFound
from bridge.mentors.corrections import folded_word
from bridge.mentors.explain import reason_sentence
from bridge.mentors.vetoes import Side, Veto
from bridge.model import AuthorKey, ShowingMode
from bridge.operations import choices, standings
from bridge.operations.standings import Candidate
from bridge.pages.languages import gettext as _
from bridge.pages.languages import language
from bridge.runtime import Runtime
from bridge.storage.blogs import blogs
from bridge.storage.blogs.blogs import Blog
from bridge.storage.core.database import Tx
from bridge.storage.matching import vetoes
from bridge.storage.people import conversations
from bridge.storage.people.conversations import NamedPost
from bridge.words import N_

MODE_WORDS = {
    ShowingMode.ALL: N_("Whoever is related"),
    ShowingMode.APPROVED: N_("Only whom we approved or pinned"),
    ShowingMode.ASK: N_("Ask us first"),
}
MODE_HELP = {
    ShowingMode.ALL: N_("You can say no to anybody afterwards."),
    ShowingMode.APPROVED: N_("Nobody else stands there, and nobody asks you for a decision."),
    ShowingMode.ASK: N_("Who is new waits below for your yes or no, and stands nowhere until then."),
}

PLACE = re.compile(r"waiting(-\d{1,3})?|standing|approved|refused")  # ids on the page


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """One line of the list: who, under how many posts, and what is said there."""

    mentor: NamedMentor
    posts: int
    title: str  # of the newest of them
    post: str
    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Something the blog said no to, in words, and the fields that take it back."""

    name: str
    detail: str
    fields: Mapping[str, str]


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """The page, and a button for each decision."""

    @pages.get("/shown")
    def shown(blog_id: str) -> str:
        blog = current_visitor().blog
        with runtime.database.read() as tx:
            candidates, approved = standings.list_candidates(tx, blog), vetoes.list_approved(tx, blog_id)
            refusals = vetoes.list_by_blog(tx, blog_id, Side.BLOG)
            about = [line.mentor for line in (*candidates.waiting, *candidates.shown)]
            refused = [veto.mentor for veto in refusals if veto.other_author]
            named = list_named(tx, dict.fromkeys([*about, *approved, *refused]))
            lines = _refused_lines(tx, blog_id, refusals, named)
        return render_template(
            "dashboard/shown.html",
            active="shown",
            mode=blog.showing,
            modes=[(mode, _(words), _(MODE_HELP[mode])) for mode, words in MODE_WORDS.items()],
            queue=_lines(candidates.waiting, named),
            waiting=candidates.waiting_count,
            stand=_lines(candidates.shown, named),
            standing=candidates.shown_count,
            approved=[named[mentor] for mentor in approved if mentor in named],
            refused=lines,
        )

    @pages.post("/shown/mode")
    def shown_mode(blog_id: str) -> Response:
        mode = request.form.get("mode", "")
        if mode not in [*ShowingMode]:
            raise NotFound("no such mode")
        with runtime.database.begin() as tx:
            choices.choose_mode(tx, blog_id, ShowingMode(mode), runtime.clock())
        flash(_("Noted. Your pages follow in a few seconds."), "good")
        return redirect(url_for("dashboard.shown", blog_id=blog_id), 303)

    @pages.post("/shown/decision")
    def shown_decision(blog_id: str) -> Response:
        decision, about = request.form.get("decision", ""), read_veto(request.form)
        with runtime.database.begin() as tx:
            choices.decide(tx, blog_id, decision, about, runtime.clock())
        flash(_("Noted. Your pages follow in a few seconds, and nobody is told."), "good")
        return redirect(url_for("dashboard.shown", blog_id=blog_id, _anchor=_read_place(request.form)), 303)


def _read_place(form: Mapping[str, str]) -> str | None:
    """Where on the page its reader goes on: at the line or the part that a form names."""
    place = form.get("place", "")
    return place if PLACE.fullmatch(place) else None


def read_veto(form: Mapping[str, str]) -> Veto:
    """What a decision is about, by the fields of its form."""
    return Veto(
        Side.BLOG,
        form.get("blog", "")[:64],
        form.get("author", "")[:191],
        form.get("post", "")[:191],
        folded_word(form.get("word", "")),
    )


def _lines(candidates: Sequence[Candidate], named: Mapping[AuthorKey, NamedMentor]) -> list[CandidateLine]:
    return [
        CandidateLine(
            named[candidate.mentor],
            candidate.posts,
            candidate.sample.title,
            candidate.sample.post_id,
            reason_sentence(candidate.sample.reason, language()),
        )
        for candidate in candidates
        if candidate.mentor in named
    ]


def _refused_lines(
    tx: Tx, blog_id: str, refusals: Sequence[Veto], named: Mapping[AuthorKey, NamedMentor]
) -> list[Refused]:
    """All that the blog said no to; whoever has left since has no name here."""
    if not refusals:
        return []
    places = blogs.list_by_ids(tx, {veto.other_blog for veto in refusals if veto.other_blog})
    titles = conversations.list_posts_by_ids(tx, blog_id, [veto.post_id for veto in refusals if veto.post_id])
    return [_refused_line(veto, named, places, titles) for veto in refusals]


def _refused_line(
    veto: Veto, named: Mapping[AuthorKey, NamedMentor], places: Mapping[str, Blog], titles: Mapping[str, NamedPost]
) -> Refused:
    fields = {"blog": veto.other_blog, "author": veto.other_author, "post": veto.post_id, "word": veto.word}
    blog = places[veto.other_blog].facts.name if veto.other_blog in places else _("a blog that has left")
    if veto.word:
        return Refused(veto.word, _("a word, as a reason"), fields)
    if not veto.other_author:
        return Refused(blog, _("the whole blog"), fields)
    person = named.get(veto.mentor)
    detail = blog
    if veto.post_id:
        title = titles[veto.post_id].title if veto.post_id in titles else ""
        detail = _("under “%(title)s” only", title=title or _("Untitled"))
    return Refused(person.name if person else _("somebody who has left"), detail, fields)
