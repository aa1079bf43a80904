"""In and out: the one-time link from wp-admin, the way to one's blogs, signing out."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from bridge.dashboard.desk import KEYS, MOST_BLOGS, Desk, NotSignedIn, here, open_sessions
from bridge.pages.languages import gettext as _
from bridge.storage import sessions
from bridge.storage.database import Tx
from bridge.storage.sessions import Person


def add_open_routes(entrance: Blueprint, desk: Desk) -> None:
    """What can be asked for without a session."""

    @entrance.get("/sign-in")
    def sign_in() -> BaseResponse:
        token = request.args.get("token", "")
        if not token or request.method == "HEAD":  # a look ahead spends nothing
            raise NotSignedIn("a link without its token")
        with desk.database.begin() as tx:
            person = sessions.use_link(tx, token, desk.clock())
            if person is not None:
                _sign_in(desk, tx, person)
        if person is None:
            return _secret(Response(render_template("dashboard/link_over.html"), 410))
        return _secret(redirect(url_for("dashboard.first", blog_id=person.blog_id), 303))

    @entrance.get("/dashboard/")
    def dashboard() -> BaseResponse:
        with desk.database.read() as tx:
            open_ = open_sessions(desk, tx)
        if not open_:
            raise NotSignedIn("nobody is signed in")
        latest = max(open_.values(), key=lambda one: (one.since, one.person.blog_id))
        return redirect(url_for("dashboard.first", blog_id=latest.person.blog_id), 303)

    @entrance.errorhandler(NotSignedIn)
    def not_signed_in(error: NotSignedIn) -> Response:
        return stranger()


def stranger() -> Response:
    """What whoever is not signed in sees, whatever they asked for: nothing, and the way in."""
    return Response(render_template("dashboard/not_signed_in.html"), 404)


def _sign_in(desk: Desk, tx: Tx, person: Person) -> None:
    """Begin anew: what this browser held of this blog ends, and the cookie is another one."""
    held = session.get(KEYS)
    kept = dict(held) if isinstance(held, dict) else {}
    if person.blog_id in kept:
        sessions.end(tx, kept.pop(person.blog_id))
    session.clear()
    newest = list(kept.items())[-(MOST_BLOGS - 1) :]
    session[KEYS] = {**dict(newest), person.blog_id: sessions.start(tx, person, desk.clock())}
    session.permanent = True


def _secret(response: BaseResponse) -> BaseResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """What needs a session."""

    @pages.get("/")
    def first(blog_id: str) -> BaseResponse:
        """The first section this visitor may see."""
        return redirect(url_for(f"dashboard.{here().sections[0].name}", blog_id=blog_id), 303)

    @pages.post("/sign-out")
    def sign_out(blog_id: str) -> BaseResponse:
        with desk.database.begin() as tx:
            for key in dict(session.get(KEYS, {})).values():
                sessions.end(tx, key)
        session.clear()
        flash(_("You are signed out."), "good")
        return redirect("/", 303)
