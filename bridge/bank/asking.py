"""Asking a mentor: the form on a card, without an account; and who helps at once, when it is about more than that."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour
from werkzeug.wrappers import Response as BaseResponse

from bridge.asks.help_lines import help_lines
from bridge.asks.openness import MentorLoad
from bridge.bank import responses
from bridge.bank.rate_limits import RateLimiter
from bridge.bank.time_trap import is_filled_by_person, opening_stamp
from bridge.errors import NotFound
from bridge.language_tags import language_code
from bridge.mail_settings import ascii_address
from bridge.mentors.declared_kinds import ONLY_WRITTEN, read_formats
from bridge.model import AuthorKey
from bridge.operations.ask_answers import ask_mentor
from bridge.operations.ask_forms import MAX_TEXT_CHARACTERS, read_texts
from bridge.pages.ask_labels import openness_sentence, usual_sentence
from bridge.pages.languages import gettext as _
from bridge.pages.languages import language
from bridge.pages.session_keys import session_keys
from bridge.runtime import Runtime
from bridge.storage.asks import ask_mentors
from bridge.storage.asks.asks import AskTexts, NewAsk
from bridge.storage.bank import cards
from bridge.storage.bank.cards import Card
from bridge.storage.core.database import Tx
from bridge.storage.people import sessions

ADDRESS_LIMITS: tuple[RateLimitItem, ...] = (RateLimitItemPerHour(5), RateLimitItemPerDay(10))  # asks of one household
BANK_LIMIT = RateLimitItemPerHour(300)  # asks of all together
KEY_PURPOSE = "asks"


def blueprint(runtime: Runtime, limiter: RateLimiter) -> Blueprint:
    """``/mentors/<slug>/ask``, the way there from under the posts of other blogs, and ``/help-lines``."""
    pages = Blueprint("asking", __name__)

    @pages.get("/help-lines")
    def lines() -> Response:
        return responses.page_response("bank/help_lines.html", lines=help_lines())

    @pages.get("/ask/<blog_id>/<author_id>")
    def from_blog(blog_id: str, author_id: str) -> BaseResponse:
        key = AuthorKey(blog_id, author_id)
        with runtime.database.read() as tx:
            card = cards.list_by_author(tx, [key]).get(key)
        if card is None:
            raise NotFound(responses.NO_MENTOR_MESSAGE)
        return private_response(redirect(url_for("asking.form", slug=card.slug)))

    @pages.get("/mentors/<slug>/ask")
    def form(slug: str) -> Response:
        with runtime.database.read() as tx:
            card = responses.get_card(tx, slug)
            load = ask_mentors.get_load(tx, card.key)
            mine = _own_cards(runtime, tx, card)
        return _form(runtime, card, load, _stamp(runtime, slug), mine)

    @pages.post("/mentors/<slug>/ask")
    def send(slug: str) -> BaseResponse:
        check_form()
        texts, stamp = read_texts(request.form), request.form.get("opened", "")
        address = request.form.get("mail", "").strip() if runtime.config.mail else ""
        with runtime.database.read() as tx:
            card = responses.get_card(tx, slug)
            load = ask_mentors.get_load(tx, card.key)
            mine = _own_cards(runtime, tx, card)
            along = mine.get(request.form.get("card", ""))
            callers = [_caller(runtime, card.key, limiter)]
            callers += [ask_mentors.author_caller(card.key, author.key) for author in mine.values()]
            problem = _problem(runtime, tx, card, load, callers)
        problem = problem or _missing(texts, address)
        if not is_filled_by_person(_key(runtime), slug, stamp, runtime.clock()):
            problem = problem or _("That was very quick, or very long ago. Read it once more, and send it again.")
            stamp = _stamp(runtime, slug)
        if problem:
            return _form(runtime, card, load, stamp, mine, texts, problem)
        for limit in ADDRESS_LIMITS:
            limiter.hit(limit, "ask", limiter.caller(request))
        limiter.hit(BANK_LIMIT, "asks of all")
        in_writing = "in_writing" in request.form or is_only_in_writing(card)
        if along:
            texts = replace(texts, card_blog=along.key.blog_id, card_author=along.key.author_id)
        new = NewAsk(card.key, texts, _wished_language(), callers[0], in_writing, ascii_address(address))
        with runtime.database.begin() as tx:
            token = ask_mentor(tx, runtime.vault, new, runtime.clock())
        return redirect(url_for("asked.page", token=token, new=1), 303)

    return pages


def check_form() -> None:
    """Refuse a form of another site, and what no database would even be asked for."""
    current_app.extensions["csrf"].protect()
    if any("\0" in value for value in request.form.values()):
        raise NotFound("no such thing")


def private_response(body: str | BaseResponse) -> Response:
    """A page that nobody keeps, and whose address is told to nobody."""
    response = make_response(body)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def is_only_in_writing(card: Card) -> bool:
    """Whether a mentor meets others in writing and in no other way."""
    return ONLY_WRITTEN in read_formats(card.declared.formats)


def _form(
    runtime: Runtime,
    card: Card,
    load: MentorLoad,
    stamp: str,
    mine: Mapping[str, Card],
    texts: AskTexts | None = None,
    problem: str = "",
) -> Response:
    body = render_template(
        "bank/ask.html",
        card=card,
        mine=mine,
        closed=openness_sentence(card.name, load, runtime.clock()),
        usual=usual_sentence(load),
        opened=stamp,
        texts=texts or AskTexts(),
        problem=problem,
        longest=MAX_TEXT_CHARACTERS,
        only_in_writing=is_only_in_writing(card),
        wished=_wished_language(),
        minimum_age=runtime.config.bank.minimum_age,
    )
    return private_response(Response(body, 400 if problem else 200, mimetype="text/html"))


def _missing(texts: AskTexts, address: str) -> str:
    """What of the form has to be filled in, or filled in again."""
    if not (texts.lives and texts.seeks and texts.first_name):
        return _("What you live, what you look for and a first name are needed.")
    if address and not ascii_address(address):
        return _("Mail cannot be sent to that address. Is there a typing mistake?")
    return ""


def _problem(runtime: Runtime, tx: Tx, card: Card, load: MentorLoad, callers: list[bytes]) -> str:
    """Why a mentor cannot be asked now; whoever is blocked hears no more than that."""
    now = runtime.clock()
    if ask_mentors.is_blocked(tx, card.key, callers, now):
        return _("%(name)s takes no new asks at the moment.", name=card.name)
    minimum_age = runtime.config.bank.minimum_age
    if minimum_age and "of_age" not in request.form:
        return _("In this bank, whoever asks is %(age)s or older: say so below.", age=minimum_age)
    return openness_sentence(card.name, load, now)


def _wished_language() -> str:
    """In which language the seeker writes: as they say, or that of the page."""
    return language_code(request.form.get("language", ""))[:3] or language()


def _stamp(runtime: Runtime, slug: str) -> str:
    return opening_stamp(_key(runtime), slug, runtime.clock())


def _key(runtime: Runtime) -> bytes:
    return runtime.config.derive(KEY_PURPOSE)


def _own_cards(runtime: Runtime, tx: Tx, asked: Card) -> dict[str, Card]:
    """The cards of whoever is signed in, by slug, except one that is asked; the database says which sessions count."""
    keys = session_keys()
    people = [opened.person for opened in sessions.list_open(tx, keys, runtime.clock()).values()] if keys else []
    shown = cards.list_by_author(tx, [AuthorKey(person.blog_id, person.user_id) for person in people])
    return {card.slug: card for card in shown.values() if card.key != asked.key}


def _caller(runtime: Runtime, mentor: AuthorKey, limiter: RateLimiter) -> bytes:
    """Where a seeker writes from, as one mentor's blocks know it: no address can be read from it."""
    return hmac.new(_key(runtime), f"{mentor}\0{limiter.caller(request)}".encode(), hashlib.sha256).digest()
