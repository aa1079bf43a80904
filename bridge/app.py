"""Wires the web process: routes, errors into answers, headers. The work side is not known here."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from bridge import bank
from bridge.config import Config
from bridge.errors import ContractError, Gone, NotFound, SignatureRefused, StorageUnavailable
from bridge.storage.database import Database
from bridge.webhooks import connections, routes
from bridge.webhooks.connections import ConnectionRefused
from bridge.webhooks.gate import MAX_BODY, NotJson, TooLarge
from bridge.webhooks.service import Service

log = structlog.get_logger("web")

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SIMPLE = ((NotFound, 404, "not_found"), (Gone, 410, "gone"), (NotJson, 415, "not_json"), (TooLarge, 413, "too_large"),
          (ContractError, 400, "malformed"))  # fmt: skip


def create_app(config: Config, database: Database | None = None, service: Service | None = None) -> Flask:
    """The WSGI application of one web process."""
    if service is None:
        service = Service(config, database or Database.open(config.database_url))
    app = Flask(__name__)
    app.config.update(SECRET_KEY=config.derive("sessions"), MAX_CONTENT_LENGTH=MAX_BODY)
    app.extensions["mentor_bridge"] = service
    app.register_blueprint(routes.blueprint(service))
    app.register_blueprint(connections.blueprint(service))
    bank.register(app, config, service.database, service.clock)
    _register_errors(app)
    secure = config.public_url.startswith("https:")

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    return app


def _error(kind: str, message: str, status: int, **more: Any) -> Response:
    retry_after = more.pop("retry_after", None)
    response = jsonify({"error": {"type": kind, "message": message, **more}})
    response.status_code = status
    if retry_after is not None:
        response.headers["Retry-After"] = str(int(retry_after))
    return response


def _register_errors(app: Flask) -> None:
    for error_class, status, kind in SIMPLE:

        def simple(error: Exception, status: int = status, kind: str = kind) -> Response:
            return _error(kind, str(error), status)

        app.register_error_handler(error_class, simple)

    @app.errorhandler(SignatureRefused)
    def unsigned(error: SignatureRefused) -> Response:
        log.info("refused", path=request.path, reason=error.reason)
        more = {} if error.offset_seconds is None else {"offset_seconds": round(error.offset_seconds)}
        return _error("signature", error.reason, 401, **more)

    @app.errorhandler(StorageUnavailable)
    def unavailable(error: StorageUnavailable) -> Response:
        log.warning("storage unavailable", error=str(error))
        return _error("unavailable", "The bridge cannot store anything now. Send it again later.", 503,
                      retry_after=error.retry_after)  # fmt: skip

    @app.errorhandler(ConnectionRefused)
    def not_connected(error: ConnectionRefused) -> Response:
        return _error(error.kind, str(error), error.status, retry_after=error.retry_after)

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> Response:
        return _error(error.name.lower().replace(" ", "_"), error.description or error.name, error.code or 500)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.error("unexpected", path=request.path, exc_info=error)
        return _error("internal", "Something went wrong here. It has been noted.", 500)
