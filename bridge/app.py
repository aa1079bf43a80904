"""Wires the web process: routes, errors into answers, headers. The work side is not known here.

One process, two applications (`web.doors`): that of blogs has routes and errors; that of people a language, a session,
a look and compression, too.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from bridge import bank, dashboard, pages
from bridge.errors import ConfigError, ContractError, Gone, NotFound, SignatureRefused, StorageUnavailable
from bridge.pages import errors, url_converters
from bridge.pages.hosts import only_named_hosts
from bridge.runtime import Runtime
from bridge.web import doors, health
from bridge.web.query_strings import with_ascii_queries
from bridge.web.read_deadline import with_timed_bodies
from bridge.webhooks import connections, routes
from bridge.webhooks.admission import ConnectionRefused
from bridge.webhooks.authenticate import MAX_BODY_BYTES, TOO_LARGE_MESSAGE, NotJson, TooLarge
from bridge.webhooks.limits import TooOften
from bridge.webhooks.service import Service

log = structlog.get_logger("web")

SIMPLE_ERRORS = (
    (NotFound, 404, "not_found"),
    (Gone, 410, "gone"),
    (NotJson, 415, "not_json"),
    (TooLarge, 413, "too_large"),
    (ContractError, 400, "malformed"),
)
BROKEN_RETRY_SECONDS = 300  # seconds: an operator has to do something first


def create_app(runtime: Runtime) -> Flask:
    """The WSGI application of one web process; a `Service` is used as it is."""
    service = runtime if isinstance(runtime, Service) else Service(runtime)
    config = service.config
    blogs = create_blogs_app(service)
    blog_folders = doors.first_folders(blogs.url_map)
    app = Flask(__name__)
    newest, *older = config.derive_all("sessions")
    app.config.update(SECRET_KEY=newest, SECRET_KEY_FALLBACKS=older, MAX_CONTENT_LENGTH=MAX_BODY_BYTES)
    url_converters.register(app)
    pages.register(app, config)
    dashboard.register(app, service)
    bank.register(app, service, service.limits, blog_folders)
    _register_errors(app)
    app.register_blueprint(health.blueprint(service))
    doors.refuse_hidden(app.url_map, blog_folders)
    people = only_named_hosts(config.hosts, app.wsgi_app)
    both = doors.choose_by_folder(blogs.wsgi_app, people, blog_folders)
    app.wsgi_app = with_timed_bodies(with_ascii_queries(both))  # type: ignore[method-assign, assignment]
    return app


def create_blogs_app(service: Service) -> Flask:
    """The door of the plugin: signed deliveries and questions, and the wish to be connected."""
    app = Flask("bridge.webhooks", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.url_map.merge_slashes = False  # no redirect: what blogs call has one spelling, and the bridge any name
    url_converters.register(app)
    app.register_blueprint(routes.blueprint(service))
    app.register_blueprint(connections.blueprint(service))
    _register_errors(app)

    @app.after_request
    def harden(response: Response) -> Response:
        # What is said here is of this moment and for this caller.
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return app


def _error(kind: str, message: str, status: int, **more: Any) -> Response:
    retry_after = more.pop("retry_after", None)
    if errors.wants_page():
        response = errors.error_page(status, retry_after)
    else:
        response = jsonify({"error": {"type": kind, "message": message, **more}})
    response.status_code = status
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, int(retry_after)))
    return response


def _who() -> dict[str, str]:
    """What a line of the log says about a request: the blog and the delivery, as far as they are claimed."""
    blog_id = (request.view_args or {}).get("blog_id", "")
    claimed = {"blog": blog_id, "delivery": request.headers.get("webhook-id", "")}
    secret = "token" in (request.view_args or {}) and request.url_rule
    path = request.url_rule.rule if secret and request.url_rule else request.path
    return {"path": path[:200], **{name: value[:64] for name, value in claimed.items() if value}}


def _register_errors(app: Flask) -> None:
    for error_class, status, kind in SIMPLE_ERRORS:

        def simple(error: Exception, status: int = status, kind: str = kind) -> Response:
            return _error(kind, str(error), status)

        app.register_error_handler(error_class, simple)
    app.register_error_handler(SignatureRefused, _unsigned)
    app.register_error_handler(TooOften, _too_often)
    app.register_error_handler(StorageUnavailable, _unavailable)
    app.register_error_handler(ConfigError, _misconfigured)
    app.register_error_handler(ConnectionRefused, _not_connected)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _plain)
    app.register_error_handler(Exception, _unexpected)


def _unsigned(error: SignatureRefused) -> Response:
    log.info("refused", reason=error.reason, **_who())
    more = {} if error.offset_seconds is None else {"offset_seconds": round(error.offset_seconds)}
    return _error("signature", error.reason, 401, **more)


def _too_often(error: TooOften) -> Response:
    log.info("too often", **_who())
    return _error("too_often", str(error), 429, retry_after=error.retry_after)


def _unavailable(error: StorageUnavailable) -> Response:
    log.warning("storage unavailable", error=str(error)[:300], **_who())
    return _error(
        "unavailable", "The bridge cannot store anything now. Send it again later.", 503, retry_after=error.retry_after
    )


def _misconfigured(error: ConfigError) -> Response:
    # Such as a SECRET_KEY that is not the one the keys were sealed with: no sender's fault, so it keeps its events.
    log.error("misconfigured", error=str(error), **_who())
    return _error(
        "unavailable", "The bridge is not set up correctly. Send it again later.", 503, retry_after=BROKEN_RETRY_SECONDS
    )


def _not_connected(error: ConnectionRefused) -> Response:
    log.info("not connected", answer=error.kind)
    return _error(error.kind, str(error), error.status, retry_after=error.retry_after)


def _too_large(error: RequestEntityTooLarge) -> Response:
    return _error("too_large", TOO_LARGE_MESSAGE, 413)


def _plain(error: HTTPException) -> Response:
    status = error.code or 500
    response = _error(error.name.lower().replace(" ", "_"), error.description or error.name, status)
    for name, value in error.get_headers():
        if name != "Content-Type":  # such as Allow
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    log.error("unexpected", exc_info=error, **_who())
    return _error("internal", "Something went wrong here. It has been noted.", 500)
