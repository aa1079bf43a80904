"""Where the link of each mail leads: an address is confirmed there, and no more mails come after one click.

Only a click does something, not the opening of the page: programs that check mails open every link in them.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from limits import RateLimitItemPerDay
from werkzeug.wrappers import Response as BaseResponse

from bridge.bank.asking import check_form, private_response
from bridge.bank.rate_limits import RateLimiter
from bridge.errors import NotFound
from bridge.pages.languages import gettext as _
from bridge.runtime import Runtime
from bridge.storage.asks import ask_mails, asks
from bridge.storage.asks.ask_mails import AskMail
from bridge.storage.core.database import Tx

CONFIRMATION_LIMIT = RateLimitItemPerDay(5)  # guesses at a name, of whoever got the mail by a typing mistake


def blueprint(runtime: Runtime, limiter: RateLimiter) -> Blueprint:
    """``/ask-mail/<token>``."""
    pages = Blueprint("ask_mails", __name__, url_prefix="/ask-mail")

    @pages.get("/<token>")
    def page(token: str) -> Response:
        with runtime.database.read() as tx:
            mail = _get(runtime, tx, token)
        return _page(token, mail)

    @pages.post("/<token>")
    def stop(token: str) -> Response:
        """Also what mail programs send for their own button (RFC 8058), which know no token of a form."""
        with runtime.database.begin() as tx:
            ask_mails.delete_addresses(tx, [_get(runtime, tx, token).ask_id])
        return private_response(render_template("bank/ask_mail.html", mail=None))

    @pages.post("/<token>/confirm")
    def confirm(token: str) -> BaseResponse:
        with runtime.database.begin() as tx:
            mail = _get(runtime, tx, token)
            check_form()
            ask = asks.find(tx, runtime.vault, mail.ask_id)
            limiter.hit(CONFIRMATION_LIMIT, "confirm an address", str(mail.ask_id))
            if ask is None or _folded(request.form.get("first_name", "")) != _folded(ask.texts.first_name):
                return _page(token, mail, _("The ask was sent under another first name."))
            ask_mails.mark_confirmed(tx, mail.ask_id, runtime.clock())
        return redirect(url_for("ask_mails.page", token=token), 303)

    return pages


def _page(token: str, mail: AskMail, problem: str = "") -> Response:
    body = render_template("bank/ask_mail.html", mail=mail, token=token, problem=problem)
    return private_response(Response(body, 400 if problem else 200, mimetype="text/html"))


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _get(runtime: Runtime, tx: Tx, token: str) -> AskMail:
    mail = None if "\0" in token else ask_mails.find_by_token(tx, runtime.vault, token)
    if mail is None:
        raise NotFound("No mails are sent by this link: it was stopped, or the ask was erased.")
    return mail
