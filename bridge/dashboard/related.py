"""Related mentors: the own list with its reasons, what one thinks of it, and who shows oneself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.dashboard import links
from bridge.dashboard.card import own_key
from bridge.dashboard.desk import Desk, here
from bridge.dashboard.proposals import proposals
from bridge.errors import NotFound
from bridge.logs import each
from bridge.mentors.explain import Reason, sentence
from bridge.mentors.naming import with_place
from bridge.model import AuthorKey, Station
from bridge.pages.languages import gettext as _
from bridge.pages.languages import language
from bridge.storage import blogs, cards, conversations, mentors, published, verdicts, work, writers
from bridge.storage.cards import Card
from bridge.storage.database import Tx

DIFFERENT = 5  # words that only the other writes about
MEANINGS = {"pin": verdicts.PINNED, "mute": verdicts.MUTED, "unrelated": verdicts.UNRELATED, "clear": None}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A mentor in a list, with what its reader needs to know."""

    key: AuthorKey
    name: str
    blog: str
    url: str
    language: str
    verdict: str
    reason: Reason | None = None
    why: str = ""
    different: list[str] = field(default_factory=list)  # what only they write about


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """The list and what can be said about its mentors."""

    @pages.get("/related")
    def related(blog_id: str) -> str:
        visitor = here()
        with desk.database.read() as tx:
            said = verdicts.list_verdicts(tx, own_key(visitor))
            own = mentors.list_of(tx, blog_id, visitor.user_id) if visitor.takes_part else []
            listed, away = _neighbours(tx, own_key(visitor), [row.key.id for row in own], said)
            shown = conversations.showing(tx, [row.key.id for row in own], 50)
            names = blogs.named(tx, [row.blog_id for row in shown])
            pairs = proposals(desk, tx, own_key(visitor))
        return render_template(
            "dashboard/related.html", active="related", listed=listed, away=away, posts=bool(own),
            shown=[(names[row.blog_id], row.posts) for row in shown if row.blog_id in names],
            profile=links.profile(visitor.blog), pairs=pairs,
        )  # fmt: skip

    @pages.post("/related/verdict")
    def related_verdict(blog_id: str) -> Response:
        meaning = request.form.get("verdict", "")
        other = AuthorKey(request.form.get("blog", "")[:64], request.form.get("author", "")[:191])
        if meaning not in MEANINGS:
            raise NotFound("no such verdict")
        own, now = own_key(here()), desk.clock()
        with desk.database.begin() as tx:
            if meaning != "clear" and writers.find_author(tx, other.blog_id, other.author_id) is None:
                raise NotFound("no such mentor")
            verdicts.upsert_verdict(tx, own, other, MEANINGS[meaning], now)
            published.mark_unlisted(tx, [post.id for post in published.list_posts_of(tx, blog_id, own.author_id)])
            work.mark_due(tx, Station.REFRESH, [str(own)], now, blog_id=blog_id, urgent=True)
            work.mark_due(tx, Station.PUSH, [blog_id], now, blog_id=blog_id, urgent=True)  # a pin changes no list
        flash(_("Noted. Your lists are made anew; it takes a few seconds."), "good")
        return redirect(url_for("dashboard.related", blog_id=blog_id), 303)


def _neighbours(
    tx: Tx, author: AuthorKey, own: list[int], said: dict[AuthorKey, str]
) -> tuple[list[Neighbour], list[Neighbour]]:  # fmt: skip
    """The lists of all languages in one, the pinned first, then best first, each mentor once; and who is left out."""
    lines = sorted((line for mentor_id in own for line in mentors.related_list(tx, mentor_id)), key=lambda x: -x.score)
    keys = mentors.keys(tx, [line.mentor_id for line in lines])
    reasons: dict[AuthorKey, tuple[str, Reason]] = {}
    for line in lines:
        if line.mentor_id in keys:
            reasons.setdefault(keys[line.mentor_id].author, (keys[line.mentor_id].language, line.reason))
    away = {key: verdict for key, verdict in said.items() if verdict != verdicts.PINNED}
    named = _named(tx, {key: said.get(key, "") for key in [*reasons, *(key for key in away if key not in reasons)]})
    known = cards.list_of(tx, [author, *reasons])
    near = [one for one in named if one.key in reasons]
    listed = each(near, lambda one: _told(one, *reasons[one.key], known.get(one.key), known.get(author)), "neighbour")
    return sorted(listed, key=lambda one: one.verdict != verdicts.PINNED), [one for one in named if one.key in away]


def _told(one: Neighbour, spoken: str, reason: Reason, card: Card | None, own: Card | None) -> Neighbour:
    different = card.alone(own, reason.topics, DIFFERENT) if card else []
    return replace(one, language=spoken, reason=reason, why=sentence(reason, language()), different=different)


def _named(tx: Tx, said: dict[AuthorKey, str]) -> list[Neighbour]:
    places = blogs.named(tx, {key.blog_id for key in said})
    people = writers.author_cards(tx, [(key.blog_id, key.author_id) for key in said])
    found = []
    for key, verdict in said.items():
        person, blog = people.get((key.blog_id, key.author_id)), places.get(key.blog_id)
        if person is not None and blog is not None:
            name, url = person
            home = links.web(url) or links.web(blog.facts.home_url)
            found.append(Neighbour(key, name, with_place(blog.facts.name, blog.facts.home_url), home, "", verdict))
    return found
