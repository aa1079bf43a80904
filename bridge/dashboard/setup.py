"""Adds the dashboard to an application: who may come in, and what a form has to bring along."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect

from bridge.dashboard import (
    asks,
    card,
    corrections,
    deliveries,
    delivery_actions,
    overview,
    posts,
    private_feed,
    readers,
    related,
    settings,
    shown,
    sign_in,
    standing,
)
from bridge.dashboard.access import SECTIONS, NotSignedIn, visitor_at
from bridge.errors import NotFound
from bridge.runtime import Runtime

COOKIE_LIFETIME = timedelta(days=90)  # whose blogs this browser was signed in to; the sessions themselves end earlier
SECTION_ACCESS = {section.name: section.access for section in SECTIONS}


def register(app: Flask, runtime: Runtime) -> None:
    """The one-time entrance, and below it the sections of a blog."""
    secure = runtime.config.behind_proxy
    app.config.update(
        SESSION_COOKIE_NAME="__Host-bridge" if secure else "bridge",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # the way in begins on the blog's own site
        PERMANENT_SESSION_LIFETIME=COOKIE_LIFETIME,
        WTF_CSRF_CHECK_DEFAULT=False,  # what blogs send is signed; forms are only here
        WTF_CSRF_TIME_LIMIT=round(timedelta(hours=12).total_seconds()),
    )
    csrf = CSRFProtect(app)
    doors = Blueprint("entrance", __name__)
    sign_in.add_open_routes(doors, runtime)
    private_feed.add_open_routes(doors, runtime)
    app.register_blueprint(doors)
    app.register_blueprint(_pages(runtime, csrf))


def _pages(runtime: Runtime, csrf: CSRFProtect) -> Blueprint:
    pages = Blueprint("dashboard", __name__, url_prefix="/dashboard/<blog_id>")
    sections = (overview, asks, card, corrections, related, standing, shown, readers, posts, deliveries, settings)
    for part in (sign_in, *sections, delivery_actions):
        part.add_routes(pages, runtime)

    @pages.before_request
    def let_in() -> None:
        with runtime.database.read() as tx:
            g.visitor = visitor_at(runtime, tx, (request.view_args or {})["blog_id"])
        section = (request.endpoint or "").partition(".")[2].partition("_")[0]
        if section in SECTION_ACCESS and SECTION_ACCESS[section] > g.visitor.access:
            raise NotFound("not for this visitor")
        if request.method == "POST":
            csrf.protect()
            if any("\0" in value for value in request.form.values()):  # which PostgreSQL would not even be asked
                raise NotFound("no such thing")

    @pages.context_processor
    def words() -> dict[str, object]:
        return {"visitor": g.get("visitor"), "now": runtime.clock()}

    @pages.errorhandler(NotSignedIn)
    def not_signed_in(error: NotSignedIn) -> Response:
        return sign_in.not_signed_in_page(runtime)

    @pages.after_request
    def keep_private(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return pages
