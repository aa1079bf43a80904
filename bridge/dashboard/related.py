"""Related mentors: the own list with its reasons, what one thinks of it, and who shows oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.dashboard import links
from bridge.dashboard.access import current_visitor
from bridge.dashboard.pairings import propose_pairings
from bridge.errors import NotFound
from bridge.logs import make_each
from bridge.mentors.display_name import name_with_address
from bridge.mentors.explain import Reason, reason_sentence
from bridge.mentors.explain_short_list import short_list_sentence
from bridge.mentors.related import MIN_LIST_LINES
from bridge.model import AuthorKey, MentorKey
from bridge.operations import due
from bridge.pages.languages import gettext as _
from bridge.pages.languages import language
from bridge.runtime import Runtime
from bridge.storage.bank import cards
from bridge.storage.bank.cards import Card
from bridge.storage.blogs import blogs
from bridge.storage.blogs.blogs import Blog
from bridge.storage.content import authors, posts
from bridge.storage.core.database import Tx
from bridge.storage.matching import feedback, profiles
from bridge.storage.matching.profiles import ListedMentor, MentorRow
from bridge.storage.people import conversations

MAX_DIFFERENT_WORDS = 5  # words that only the other writes about
FEEDBACK_BY_BUTTON = {"pin": feedback.PINNED, "mute": feedback.MUTED, "unrelated": feedback.UNRELATED, "clear": None}


@dataclass(frozen=True, slots=True)
class RelatedMentor:
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


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """The list and what can be said about its mentors."""

    @pages.get("/related")
    def related(blog_id: str) -> str:
        visitor = current_visitor()
        with runtime.database.read() as tx:
            verdicts = feedback.list_by_author(tx, visitor.author_key)
            rows = profiles.list_by_blog(tx, blog_id, visitor.user_id) if visitor.takes_part else []
            shown = conversations.list_blogs_showing(tx, [row.key.id for row in rows], 50)
            lines = sorted(
                (line for row in rows for line in profiles.list_related(tx, row.key.id)), key=lambda line: -line.score
            )
            keys = profiles.list_keys(tx, [line.mentor_id for line in lines])
            near = {key.blog_id for key in (*verdicts, *(key.author for key in keys.values()))}
            places = blogs.list_by_ids(tx, near | {row.blog_id for row in shown})
            listed, away = _neighbours(tx, visitor.author_key, lines, keys, verdicts, places)
            short = len(listed) < MIN_LIST_LINES
            mentors = profiles.count_listed_by_language(tx, blog_id) if short else {}
            pairs = propose_pairings(runtime, tx, visitor.author_key)
        return render_template(
            "dashboard/related.html",
            active="related",
            listed=listed,
            away=away,
            missing=short_list_sentence(language(), len(listed), _usual_language(rows), mentors),
            shown=[(places[row.blog_id], row.posts) for row in shown if row.blog_id in places],
            profile=links.profile_link(visitor.blog),
            pairs=pairs,
        )

    @pages.post("/related/verdict")
    def related_verdict(blog_id: str) -> Response:
        meaning = request.form.get("verdict", "")
        mentor = AuthorKey(request.form.get("blog", "")[:64], request.form.get("author", "")[:191])
        if meaning not in FEEDBACK_BY_BUTTON:
            raise NotFound("no such verdict")
        author, now = current_visitor().author_key, runtime.clock()
        with runtime.database.begin() as tx:
            if meaning != "clear" and authors.find(tx, mentor.blog_id, mentor.author_id) is None:
                raise NotFound("no such mentor")
            feedback.upsert(tx, author, mentor, FEEDBACK_BY_BUTTON[meaning], now)
            posts.mark_unlisted(tx, [post.id for post in posts.list_by_author(tx, blog_id, author.author_id)])
            due.feedback_given(tx, author, now)
        flash(_("Noted. Your lists are made anew; it takes a few seconds."), "good")
        return redirect(url_for("dashboard.related", blog_id=blog_id), 303)


def _usual_language(rows: Sequence[MentorRow]) -> str:
    """The language that an author has written most posts in; "" without a post that was read."""
    return max(rows, key=lambda row: (row.profile.posts, row.key.language)).key.language if rows else ""


def _neighbours(
    tx: Tx,
    author: AuthorKey,
    lines: Sequence[ListedMentor],
    keys: Mapping[int, MentorKey],
    verdicts: Mapping[AuthorKey, str],
    places: Mapping[str, Blog],
) -> tuple[list[RelatedMentor], list[RelatedMentor]]:
    """The lists of all languages in one, the pinned first, then best first, each mentor once; and who is left out."""
    reasons: dict[AuthorKey, tuple[str, Reason]] = {}
    for line in lines:
        if line.mentor_id in keys:
            reasons.setdefault(keys[line.mentor_id].author, (keys[line.mentor_id].language, line.reason))
    away = {key: verdict for key, verdict in verdicts.items() if verdict != feedback.PINNED}
    everybody = [*reasons, *(key for key in away if key not in reasons)]
    named = _named(tx, {key: verdicts.get(key, "") for key in everybody}, places)
    known_cards = cards.list_by_author(tx, [author, *reasons])
    near = [mentor for mentor in named if mentor.key in reasons]
    listed = make_each(
        near,
        lambda mentor: _with_reason(mentor, *reasons[mentor.key], known_cards.get(mentor.key), known_cards.get(author)),
        "neighbour",
    )
    return sorted(listed, key=lambda mentor: mentor.verdict != feedback.PINNED), [
        mentor for mentor in named if mentor.key in away
    ]


def _with_reason(
    mentor: RelatedMentor, spoken: str, reason: Reason, card: Card | None, reader_card: Card | None
) -> RelatedMentor:
    different = card.alone(reader_card, reason.topics, MAX_DIFFERENT_WORDS) if card else []
    return replace(mentor, language=spoken, reason=reason, why=reason_sentence(reason, language()), different=different)


def _named(tx: Tx, verdicts: Mapping[AuthorKey, str], places: Mapping[str, Blog]) -> list[RelatedMentor]:
    people = authors.list_bylines(tx, [(key.blog_id, key.author_id) for key in verdicts])
    people_named = []
    for key, verdict in verdicts.items():
        person, blog = people.get((key.blog_id, key.author_id)), places.get(key.blog_id)
        if person is not None and blog is not None:
            home = links.web_link(person.url) or links.web_link(blog.facts.home_url)
            people_named.append(
                RelatedMentor(
                    key, person.name, name_with_address(blog.facts.name, blog.facts.home_url), home, "", verdict
                )
            )
    return people_named
