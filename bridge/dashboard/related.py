"""Related mentors: the own list with its reasons, what one thinks of it, and who shows oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.dashboard import links
from bridge.dashboard.access import current_visitor
from bridge.dashboard.mentor_names import RelatedMentor, list_named
from bridge.dashboard.pairings import propose_pairings
from bridge.dashboard.standing import describe_absences, describe_standings
from bridge.errors import NotFound
from bridge.legible import one_line
from bridge.logs import make_each
from bridge.mentors.explain import Reason, reason_sentence
from bridge.mentors.explain_short_list import short_list_sentence
from bridge.mentors.related import MIN_LIST_LINES
from bridge.model import AuthorKey, MentorKey
from bridge.operations import due
from bridge.operations.standings import list_standings
from bridge.pages.languages import gettext as _
from bridge.pages.languages import language
from bridge.runtime import Runtime
from bridge.storage.bank import cards
from bridge.storage.bank.cards import Card
from bridge.storage.content import authors, posts
from bridge.storage.core.database import Tx
from bridge.storage.matching import feedback, profiles
from bridge.storage.matching.profiles import ListedMentor, MentorRow
from bridge.text.email_addresses import without_address

MAX_SENTENCE_CHARACTERS = 200  # of what a blogger says of a pinned mentor
MAX_DIFFERENT_WORDS = 5  # words that only the other writes about
FEEDBACK_BY_BUTTON = {"pin": feedback.PINNED, "mute": feedback.MUTED, "unrelated": feedback.UNRELATED, "clear": None}


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """The list and what can be said about its mentors."""

    @pages.get("/related")
    def related(blog_id: str) -> str:
        visitor = current_visitor()
        with runtime.database.read() as tx:
            verdicts = feedback.list_by_author(tx, visitor.author_key)
            rows = profiles.list_by_blog(tx, blog_id, visitor.user_id) if visitor.takes_part else []
            standings, absences = list_standings(tx, blog_id, [row.key.id for row in rows], visitor.author_key)
            lines = sorted(
                (line for row in rows for line in profiles.list_related(tx, row.key.id)), key=lambda line: -line.score
            )
            keys = profiles.list_keys(tx, [line.mentor_id for line in lines])
            listed, away = _neighbours(tx, visitor.author_key, lines, keys, verdicts)
            is_pinning = feedback.PINNED in verdicts.values()
            sentences = feedback.list_sentences(tx, blog_id).get(visitor.user_id, {}) if is_pinning else {}
            unwanted = describe_absences(tx, absences)
            short = len(listed) < MIN_LIST_LINES
            mentors = profiles.count_listed_by_language(tx, blog_id) if short else {}
            pairs = propose_pairings(runtime, tx, visitor.author_key)
        return render_template(
            "dashboard/related.html",
            active="related",
            listed=listed,
            away=away,
            missing=short_list_sentence(language(), len(listed), _usual_language(rows), mentors),
            shown=describe_standings(standings, [mentor for mentor in listed if mentor.verdict != feedback.PINNED]),
            showing={standing.blog_id for standing in standings},
            sentences=sentences,
            longest=MAX_SENTENCE_CHARACTERS,
            absences=unwanted,
            profile=links.profile_link(visitor.blog),
            pairs=pairs,
        )

    @pages.post("/related/sentence")
    def related_sentence(blog_id: str) -> Response:
        mentor = AuthorKey(request.form.get("blog", "")[:64], request.form.get("author", "")[:191])
        sentence = without_address(one_line(request.form.get("sentence", "")))[:MAX_SENTENCE_CHARACTERS]
        author, now = current_visitor().author_key, runtime.clock()
        with runtime.database.begin() as tx:
            if not feedback.record_sentence(tx, author, mentor, sentence):
                raise NotFound("nobody who is pinned")
            due.choices_made(tx, blog_id, (), now)
        flash(_("Noted. Your readers see it in a few seconds."), "good")
        return redirect(url_for("dashboard.related", blog_id=blog_id), 303)

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
) -> tuple[list[RelatedMentor], list[RelatedMentor]]:
    """The lists of all languages in one, the pinned first, then best first, each mentor once; and who is left out."""
    reasons: dict[AuthorKey, tuple[str, Reason]] = {}
    for line in lines:
        if line.mentor_id in keys:
            reasons.setdefault(keys[line.mentor_id].author, (keys[line.mentor_id].language, line.reason))
    away = {key: verdict for key, verdict in verdicts.items() if verdict != feedback.PINNED}
    everybody = [*reasons, *(key for key in away if key not in reasons)]
    named = [
        RelatedMentor(mentor.key, mentor.name, mentor.blog, mentor.url, "", verdicts.get(mentor.key, ""))
        for mentor in list_named(tx, everybody).values()
    ]
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
