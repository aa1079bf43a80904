"""In and out: the one-time link from wp-admin, the way to one's blogs, signing out."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from bridge.dashboard import links
from bridge.dashboard.access import (
    MAX_SIGNED_IN_BLOGS,
    NotSignedIn,
    current_visitor,
    open_sessions,
)
from bridge.pages.languages import gettext as _
from bridge.pages.session_keys import SESSION_KEYS
from bridge.runtime import Runtime
from bridge.storage.blogs import blogs
from bridge.storage.core.database import Tx
from bridge.storage.people import sessions
from bridge.storage.people.sessions import Person


def add_open_routes(entrance: Blueprint, runtime: Runtime) -> None:
    """What can be asked for without a session."""

    @entrance.get("/sign-in")
    def sign_in() -> BaseResponse:
        token = request.args.get("token", "")
        if not token or request.method == "HEAD":  # a look ahead spends nothing
            raise NotSignedIn("a link without its token")
        with runtime.database.begin() as tx:
            person = sessions.claim_link(tx, token, runtime.clock())
            if person is not None:
                _sign_in(runtime, tx, person)
        if person is None:
            page = render_template("dashboard/link_over.html", ways_back=_ways_back(runtime))
            return _secret(Response(page, 410))
        return _secret(redirect(url_for("dashboard.first", blog_id=person.blog_id), 303))

    @entrance.get("/dashboard/")
    def dashboard() -> BaseResponse:
        with runtime.database.read() as tx:
            open_ = open_sessions(runtime, tx)
        if not open_:
            raise NotSignedIn("nobody is signed in")
        latest = max(open_.values(), key=lambda opened: (opened.since, opened.person.blog_id))
        return redirect(url_for("dashboard.first", blog_id=latest.person.blog_id), 303)

    @entrance.errorhandler(NotSignedIn)
    def not_signed_in(error: NotSignedIn) -> Response:
        return not_signed_in_page(runtime)


def not_signed_in_page(runtime: Runtime) -> Response:
    """What whoever is not signed in sees, whatever they asked for: nothing, and the way in."""
    return Response(render_template("dashboard/not_signed_in.html", ways_back=_ways_back(runtime)), 404)


def _ways_back(runtime: Runtime) -> list[tuple[str, str]]:
    """Name and wp-admin of the blogs to which this browser was signed in."""
    stored = session.get(SESSION_KEYS)
    if not isinstance(stored, dict) or not stored:
        return []
    with runtime.database.read() as tx:
        signed_in = blogs.list_by_ids(tx, stored).values()
    return sorted((blog.facts.name, link) for blog in signed_in if blog.present and (link := links.settings_link(blog)))


def _sign_in(runtime: Runtime, tx: Tx, person: Person) -> None:
    """Begin anew: what this browser held of this blog ends, and the cookie is another one."""
    stored = session.get(SESSION_KEYS)
    session_keys = dict(stored) if isinstance(stored, dict) else {}
    if person.blog_id in session_keys:
        sessions.delete_by_key(tx, session_keys.pop(person.blog_id))
    session.clear()
    newest = list(session_keys.items())[-(MAX_SIGNED_IN_BLOGS - 1) :]
    session[SESSION_KEYS] = {**dict(newest), person.blog_id: sessions.record_new(tx, person, runtime.clock())}
    session.permanent = True


def _secret(response: BaseResponse) -> BaseResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """Add the pages of signing in that need a session."""

    @pages.get("/")
    def first(blog_id: str) -> BaseResponse:
        """The first section this visitor may see."""
        return redirect(url_for(f"dashboard.{current_visitor().sections[0].name}", blog_id=blog_id), 303)

    @pages.post("/sign-out")
    def sign_out(blog_id: str) -> BaseResponse:
        with runtime.database.begin() as tx:
            for key in dict(session.get(SESSION_KEYS, {})).values():
                sessions.delete_by_key(tx, key)
        session.clear()
        flash(_("You are signed out."), "good")
        return redirect("/", 303)
