"""My card: as others see it, with the reason for each line; hide it, correct it, take it along, remove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.dashboard import links, words
from bridge.dashboard.desk import Desk, Visitor, here
from bridge.errors import NotFound
from bridge.logs import each
from bridge.mentors.copies import original_of
from bridge.mentors.naming import is_nobody, shown_name
from bridge.mentors.profiles import CARD_FROM, DECLARED, STEADY
from bridge.mentors.worth import Standards
from bridge.model import AuthorKey, Station
from bridge.pages.languages import gettext as _
from bridge.storage import cards, conversations, copies, holds, mentors, published, readings, verdicts, work
from bridge.storage.database import Tx
from bridge.storage.declarations import declaration
from bridge.storage.mentors import MentorRow
from bridge.text.terms import TermCounts

TERMS = 10
LOOKED_AT = 200  # newest posts in which a word is looked for
READ = 30  # newest posts whose passages are shown
PASSAGES = 8
ELSEWHERE = 20  # posts named that count for somebody else


@dataclass(frozen=True, slots=True)
class Theme:
    """A word that the posts are about, and in how many of them it stands."""

    term: int
    word: str
    posts: int
    weight: float  # against the heaviest, in (0, 1]


@dataclass(frozen=True, slots=True)
class Computed:
    """What the bridge made of the posts in one language."""

    language: str
    posts: int
    last_post_at: Any
    listed: bool
    provisional: bool
    themes: tuple[Theme, ...]


def computed(row: MentorRow) -> Computed:
    """A stored mentor in the words of a card."""
    profile = row.profile
    order = np.argsort(-profile.vector.weights, kind="stable")[:TERMS].tolist()
    most = max((int(profile.vector.weights[n]) for n in order), default=1)
    themes = tuple(
        Theme(int(profile.vector.ids[n]), profile.surfaces[n], int(profile.used_in[n]),
              int(profile.vector.weights[n]) / most)
        for n in order
    )  # fmt: skip
    return Computed(row.key.language, profile.posts, profile.last_post_at, row.listed, profile.provisional, themes)


def _elsewhere(tx: Tx, key: AuthorKey, standards: Standards) -> list[tuple[Any, Any, str]]:
    """Posts of an author that count for somebody else, newest first; each with the one that counts, and its address."""
    beside = copies.list_beside(tx, key)
    found = {own.id: first.id for own, others in beside if (first := original_of(own, others, standards))}
    known = {row.id: row for row in published.posts_by_id(tx, sorted({*found, *found.values()}))}
    pairs = [(known[own], known[first], links.web(known[first].url)) for own, first in found.items()]
    return sorted(pairs, key=lambda pair: (pair[0].published_at, pair[0].id), reverse=True)[:ELSEWHERE]


def own_key(visitor: Visitor) -> AuthorKey:
    """The visitor as an author."""
    return AuthorKey(visitor.blog.id, visitor.user_id)


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """The card, the reasons, and the buttons under it."""

    @pages.get("/card")
    def card(blog_id: str) -> str:
        visitor = here()
        with desk.database.read() as tx:
            rows = mentors.list_of(tx, blog_id, visitor.user_id) if visitor.takes_part else []
            hidden = verdicts.hidden_since(tx, own_key(visitor))
            held = [one for one in holds.list_of(tx, own_key(visitor)).values() if one.held_at]
            told = readings.list_of(tx, blog_id, visitor.user_id, limit=READ) if visitor.takes_part else []
            shown = conversations.showing(tx, [row.key.id for row in rows], 50)
            public = cards.list_of(tx, [own_key(visitor)]).get(own_key(visitor))
            elsewhere = (
                _elsewhere(tx, own_key(visitor), Standards(**desk.config.standards)) if visitor.takes_part else []
            )
        declared = declaration(visitor.author.declared) if visitor.author is not None else {}
        return render_template(
            "dashboard/card.html", active="card", cards=each(rows, computed, "profile"), declared=declared,
            passages=[(one, post) for post in told for one in post.lived.passages][:PASSAGES],
            labels=words.PASSAGES, hidden=hidden, held=held, elsewhere=elsewhere,
            shown=sum(row.posts for row in shown), blogs=len(shown),
            public=url_for("bank.mentor", slug=public.slug) if public else "",
            fewest=CARD_FROM, steady=STEADY, declared_as=DECLARED,
            name=shown_name(visitor.author.name, visitor.blog.facts.name) if visitor.author else "",
            nameless=visitor.author is not None and is_nobody(visitor.author.name),
            profile=links.profile(visitor.blog), page=links.web(visitor.author.url) if visitor.author else "",
        )  # fmt: skip

    @pages.get("/card/<language>/<int:term>")
    def card_why(blog_id: str, language: str, term: int) -> str:
        visitor = here()
        with desk.database.read() as tx:
            theme = _theme(tx, visitor, language, term)
            rows = published.list_posts_of(tx, blog_id, visitor.user_id, language, LOOKED_AT)
        using = []
        for row in rows:
            counts = TermCounts.from_bytes(row.counts)
            times = int(counts.tf[counts.ids == term].sum())
            if times:
                using.append((row, times))
        return render_template("dashboard/card_why.html", active="card", theme=theme, using=using, looked=len(rows))

    @pages.post("/card/hide")
    def card_hide(blog_id: str) -> Response:
        key, now, hide = own_key(here()), desk.clock(), request.form.get("hide") == "yes"
        with desk.database.begin() as tx:
            if hide:
                verdicts.hide(tx, key, now)
            else:
                verdicts.unhide(tx, key)
            work.mark_due(tx, Station.REFRESH, [str(key)], now, blog_id=blog_id, urgent=True)
        if hide:
            flash(
                _("Your card is being taken from everybody’s lists. It stays as it is, for you to show again."), "good"
            )
        else:
            flash(_("Your card is shown again, in a few seconds."), "good")
        return redirect(url_for("dashboard.card", blog_id=blog_id), 303)

    @pages.post("/card/confirm")
    def card_confirm(blog_id: str) -> Response:
        key, now = own_key(here()), desk.clock()
        with desk.database.begin() as tx:
            if holds.confirm(tx, key, now):
                work.mark_due(tx, Station.REFRESH, [str(key)], now, blog_id=blog_id, urgent=True)
        flash(_("Thank you. Lists show you as you write now, in a few seconds."), "good")
        return redirect(url_for("dashboard.card", blog_id=blog_id), 303)


def _theme(tx: Tx, visitor: Visitor, language: str, term: int) -> Theme:
    for row in mentors.list_of(tx, visitor.blog.id, visitor.user_id):
        places = np.flatnonzero(row.profile.vector.ids == term)
        if row.key.language == language and len(places):
            n = int(places[0])
            return Theme(term, row.profile.surfaces[n], int(row.profile.used_in[n]), 1.0)
    raise NotFound("no such theme")
