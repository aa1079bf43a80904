"""Asks: who would like to be mentored, the answer in one click, and the page that both write on after a yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.asks.help_lines import help_lines
from bridge.asks.states import CLOSE_AFTER, AskState, DeclineReason
from bridge.dashboard.access import current_visitor
from bridge.errors import NotFound
from bridge.model import AuthorKey
from bridge.operations import ask_answers
from bridge.operations.ask_answers import Outcome
from bridge.operations.ask_forms import (
    MAX_MESSAGE_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    read_agreement,
    read_contact,
    read_message,
    read_until,
    read_words,
)
from bridge.pages.ask_labels import DECLINE_LABELS, FORMAT_LABELS, STATE_LABELS, openness_sentence
from bridge.pages.languages import gettext as _
from bridge.runtime import Runtime
from bridge.storage.asks import ask_mentors, ask_messages, asks
from bridge.storage.asks.asks import Ask, Reply
from bridge.storage.bank import cards
from bridge.storage.core.database import Tx
from bridge.text.crisis import speaks_of_crisis
from bridge.words import N_

MAX_ASK_ID = 2**62
PAUSE_DAYS = (30, 90, 180)
ANSWERING_ACTS: Mapping[str, AskState] = {
    "accept": AskState.ACCEPTED,
    "not-now": AskState.NOT_NOW,
    "decline": AskState.DECLINED,
    "redirect": AskState.REDIRECTED,
}
ANSWER_NOTICES: Mapping[Outcome, str] = {
    Outcome.DONE: N_("Your answer is there; whoever asked reads it at once."),
    Outcome.FULL: N_("All your places are taken: end one first, or say in wp-admin that you take more people at once."),
    Outcome.OVER: N_("Nothing was changed: the ask has been answered or closed meanwhile."),
}


@dataclass(frozen=True, slots=True)
class AskNotice:
    """What to tell a mentor after a click."""

    text: str
    good: bool = True


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """The list, one ask, and what a mentor does with it."""

    @pages.get("/asks", endpoint="asks")
    def asks_list(blog_id: str) -> str:
        visitor = current_visitor()
        with runtime.database.read() as tx:
            listed = asks.list_by_mentor(tx, runtime.vault, visitor.author_key)
            load = ask_mentors.get_load(tx, visitor.author_key)
        return render_template(
            "dashboard/asks.html",
            active="asks",
            asks=listed,
            load=load,
            closed=openness_sentence(visitor.session.person.name or _("You"), load, runtime.clock()),
            pauses=PAUSE_DAYS,
            states=STATE_LABELS,
        )

    @pages.get("/asks/<int:number>")
    def asks_one(blog_id: str, number: int) -> str:
        with runtime.database.read() as tx:
            ask = _get(runtime, tx, number)
            messages = ask_messages.list_by_ask(tx, runtime.vault, ask.id)
            seeker = AuthorKey(ask.texts.card_blog, ask.texts.card_author)
            card = cards.list_by_author(tx, [seeker]).get(seeker)  # whoever withdrew is not there
        texts = ask.texts
        crisis = speaks_of_crisis(" ".join((texts.lives, texts.seeks, texts.gives)))
        return render_template(
            "dashboard/ask.html",
            active="asks",
            ask=ask,
            card=card,
            messages=messages,
            closes_at=ask.times.asked_at + CLOSE_AFTER,
            pauses=PAUSE_DAYS,
            states=STATE_LABELS,
            reasons=DECLINE_LABELS,
            formats=FORMAT_LABELS,
            lines=help_lines() if crisis else (),
            longest=MAX_MESSAGE_CHARACTERS,
            longest_words=MAX_TEXT_CHARACTERS,
        )

    @pages.post("/asks/<int:number>/<act>")
    def asks_change(blog_id: str, number: int, act: str) -> Response:
        now = runtime.clock()
        with runtime.database.begin() as tx:
            notice = _act(runtime, tx, _get(runtime, tx, number), act, now)
        flash(notice.text, "good" if notice.good else "warn")
        return redirect(url_for("dashboard.asks_one", blog_id=blog_id, number=number), 303)

    @pages.post("/asks/pause")
    def asks_pause(blog_id: str) -> Response:
        now = runtime.clock()
        until = _pause_until(now)
        with runtime.database.begin() as tx:
            ask_answers.pause_asks(tx, current_visitor().author_key, until)
        flash(_("You get no new asks until then.") if until else _("You take new asks again."), "good")
        return redirect(url_for("dashboard.asks", blog_id=blog_id), 303)


def _get(runtime: Runtime, tx: Tx, number: int) -> Ask:
    """An ask of the visitor's; nobody else has one, not even who manages their blog."""
    ask = asks.find(tx, runtime.vault, number) if number < MAX_ASK_ID else None
    if ask is None or ask.mentor != current_visitor().author_key:
        raise NotFound("no such ask")
    return ask


def _pause_until(now: datetime) -> datetime | None:
    days = request.form.get("pause", "")
    return now + timedelta(days=int(days)) if days in map(str, PAUSE_DAYS) else None


def _act(runtime: Runtime, tx: Tx, ask: Ask, act: str, now: datetime) -> AskNotice:
    if act in ANSWERING_ACTS:
        return _answer(runtime, tx, ask, ANSWERING_ACTS[act], now)
    match act:
        case "message":
            text = read_message(request.form)
            if text and ask_answers.write_message(tx, runtime.vault, ask, "mentor", text, now):
                return AskNotice(_("Your words stand on the page."))
            return AskNotice(_("Nothing was written: it is empty, or the ask is over."), good=False)
        case "agreement":
            agreement, until = read_agreement(request.form, FORMAT_LABELS), read_until(request.form, now)
            if ask_answers.agree(tx, runtime.vault, ask, "mentor", agreement, until, now):
                return AskNotice(_("What you agreed stands on the page."))
            return AskNotice(_("Nothing was changed: the ask is over."), good=False)
        case "end":
            ask_answers.end_ask(tx, ask, AskState.ENDED, now)
            return AskNotice(_("The ask is over."))
        case "block":
            ask_answers.block_seeker(tx, ask, now)
            return AskNotice(_("You get nothing more from there; nobody is told."))
        case "report":
            asks.mark_reported(tx, ask.id, "mentor", now)
            return AskNotice(_("Whoever runs this bank will read it."))
    raise NotFound("no such thing to do")


def _answer(runtime: Runtime, tx: Tx, ask: Ask, state: AskState, now: datetime) -> AskNotice:
    """A contact leaves this page only with a yes, and never where only writing was asked for."""
    reason, contact = request.form.get("reason", ""), read_contact(request.form)
    reply = Reply(
        reason=reason if state is AskState.DECLINED and reason in set(DeclineReason) else "",
        words=read_words(request.form),
        contact=contact if state is AskState.ACCEPTED and not ask.in_writing else "",
    )
    if state is AskState.DECLINED and not (reason or reply.words):
        return AskNotice(_("Choose a reason, or write a word of your own."), good=False)
    outcome = ask_answers.answer_ask(tx, runtime.vault, ask, state, reply, now)
    if outcome is Outcome.DONE and state is AskState.NOT_NOW and (until := _pause_until(now)):
        ask_answers.pause_asks(tx, ask.mentor, until)
    return AskNotice(_(ANSWER_NOTICES[outcome]), outcome is Outcome.DONE)
