"""The page of an ask for whoever sent it, and its feed: the address is their key, and they need no account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bridge.asks.help_lines import help_lines
from bridge.asks.states import CLOSE_AFTER, ERASE_AFTER, REMIND_AFTER, AskState
from bridge.bank.asking import check_form, private_response
from bridge.errors import NotFound
from bridge.mail_settings import ascii_address
from bridge.model import AuthorKey
from bridge.operations import ask_answers
from bridge.operations.ask_forms import MAX_MESSAGE_CHARACTERS, read_agreement, read_message, read_until
from bridge.pages import atom
from bridge.pages.ask_labels import DECLINE_LABELS, FORMAT_LABELS, STATE_LABELS
from bridge.pages.languages import gettext as _
from bridge.runtime import Runtime
from bridge.storage.asks import ask_mails, ask_messages, asks
from bridge.storage.asks.ask_messages import Message
from bridge.storage.asks.asks import Ask
from bridge.storage.bank import cards
from bridge.storage.bank.cards import Card
from bridge.storage.core.database import Tx
from bridge.text.crisis import speaks_of_crisis


@dataclass(frozen=True, slots=True)
class AskView:
    """An ask with all that its page shows; `card` None: the mentor shows none any more."""

    ask: Ask
    card: Card | None
    messages: list[Message]
    alternatives: list[tuple[Card, str]]  # whom to ask instead, and why
    mail: bool | None  # whether the address for news was confirmed; None: there is none

    @property
    def name(self) -> str:
        """The mentor's."""
        return self.card.name if self.card else _("The mentor")

    @property
    def needs_help_lines(self) -> bool:
        """Whether what was asked speaks of a crisis."""
        texts = self.ask.texts
        return speaks_of_crisis(" ".join((texts.lives, texts.seeks, texts.gives)))


def blueprint(runtime: Runtime) -> Blueprint:
    """Everything below ``/asks/<token>``."""
    pages = Blueprint("asked", __name__, url_prefix="/asks")

    @pages.get("/<token>")
    def page(token: str) -> Response:
        with runtime.database.read() as tx:
            view = _view(runtime, tx, token)
        return private_response(
            render_template(
                "bank/asked.html",
                view=view,
                ask=view.ask,
                token=token,
                address=f"{runtime.config.public_url}{url_for('asked.page', token=token)}",
                feed=f"{runtime.config.public_url}{url_for('asked.feed', token=token)}",
                days=(REMIND_AFTER.days, CLOSE_AFTER.days, ERASE_AFTER.days),
                closes_at=view.ask.times.asked_at + CLOSE_AFTER,
                states=STATE_LABELS,
                reasons=DECLINE_LABELS,
                formats=FORMAT_LABELS,
                lines=help_lines() if view.needs_help_lines else (),
                longest=MAX_MESSAGE_CHARACTERS,
            )
        )

    @pages.get("/<token>.atom")
    def feed(token: str) -> Response:
        with runtime.database.read() as tx:
            view = _view(runtime, tx, token)
        page = f"{runtime.config.public_url}{url_for('asked.page', token=token)}"
        head = atom.Feed(_entry_name(view, "feed"), _("Your ask"), f"{runtime.config.public_url}{request.path}", page)
        body = atom.write_feed(head, _entries(view, page), view.ask.times.asked_at)
        return private_response(Response(body, mimetype=atom.ATOM_MIMETYPE))

    @pages.post("/<token>/<act>")
    def change(token: str, act: str) -> BaseResponse:
        with runtime.database.begin() as tx:
            ask = _get(runtime, tx, token)  # of what is not there no form is judged
            check_form()
            notice = _act(runtime, tx, ask, act, runtime.clock()) if act != "mail" else _mail(runtime, tx, ask, token)
        flash(notice, "good")
        erased = act == "erase"
        return redirect(url_for("bank.home") if erased else url_for("asked.page", token=token), 303)

    return pages


def _act(runtime: Runtime, tx: Tx, ask: Ask, act: str, now: datetime) -> str:
    """Do what a seeker wants of their ask; what to tell them."""
    match act:
        case "message":
            text = read_message(request.form)
            if text and ask_answers.write_message(tx, runtime.vault, ask, "seeker", text, now):
                return _("Your words stand on the page.")
            return _("Nothing was written: it is empty, or the ask is over.")
        case "agreement":
            agreement, until = read_agreement(request.form, FORMAT_LABELS), read_until(request.form, now)
            if ask_answers.agree(tx, runtime.vault, ask, "seeker", agreement, until, now):
                return _("What you agreed stands on the page.")
            return _("Nothing was changed: the ask is over.")
        case "end":
            state = AskState.WITHDRAWN if ask.state is AskState.OPEN else AskState.ENDED
            ask_answers.end_ask(tx, ask, state, now, by_seeker=True)
            return _("The ask is over.")
        case "erase":
            ask_answers.erase_ask(tx, ask.id, now)
            return _("Everything of your ask was erased.")
        case "report":
            asks.mark_reported(tx, ask.id, "seeker", now)
            return _("Whoever runs this bank will read it.")
    raise NotFound("no such thing to do")


def _mail(runtime: Runtime, tx: Tx, ask: Ask, token: str) -> str:
    """Leave an address, or take it back; what to tell them."""
    if runtime.config.mail is None:
        raise NotFound("no such thing to do")
    if "mail" not in request.form:
        ask_mails.delete_addresses(tx, [ask.id])
        return _("The address was erased. No more mails come.")
    address = ascii_address(request.form["mail"])
    if not address:
        return _("Mail cannot be sent to that address. Is there a typing mistake?")
    ask_answers.leave_address(tx, runtime.vault, ask, address, token, runtime.clock())
    return _("A mail is on its way: confirm there that the address is yours.")


def _get(runtime: Runtime, tx: Tx, token: str) -> Ask:
    ask = None if "\0" in token else asks.find_by_token(tx, runtime.vault, token)
    if ask is None:
        raise NotFound("There is no ask at this address, or it was erased.")
    return ask


def _view(runtime: Runtime, tx: Tx, token: str) -> AskView:
    ask = _get(runtime, tx, token)
    keys = [AuthorKey.parse(name) for name in ask.alternatives]
    shown = cards.list_by_author(tx, [ask.mentor, *keys])
    proposed = [(shown[key], why) for key, why in zip(keys, ask.alternatives.values(), strict=True) if key in shown]
    messages = ask_messages.list_by_ask(tx, runtime.vault, ask.id)
    return AskView(ask, shown.get(ask.mentor), messages, proposed, ask_mails.find_confirmation(tx, ask.id))


def _entries(view: AskView, page: str) -> list[atom.FeedEntry]:
    """What has happened, newest first: that there is something to read, never the words themselves."""
    ask = view.ask
    events = [(ask.times.asked_at, "sent", _("Sent"))]
    if ask.answered_at:
        events.append((ask.answered_at, "answered", _("%(name)s has answered.", name=view.name)))
    events += [
        (message.at, f"message/{message.id}", _("%(name)s has written to you.", name=view.name))
        for message in view.messages
        if message.writer == "mentor"
    ]
    if ask.times.closed_at and ask.times.closed_at != ask.answered_at:
        events.append((ask.times.closed_at, "closed", _(STATE_LABELS[ask.state])))
    return [
        atom.FeedEntry(_entry_name(view, name), title, page, at, at) for at, name, title in sorted(events, reverse=True)
    ]


def _entry_name(view: AskView, event: str) -> str:
    return f"tag:mentor-bridge,2026:ask/{view.ask.id}/{event}"
