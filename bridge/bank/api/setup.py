"""Wires the API: its description, who may read it from where and how often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from flask_smorest import Api
from werkzeug.exceptions import UnprocessableEntity

from bridge.bank import responses
from bridge.bank.api import routes, schemas
from bridge.bank.rate_limits import RateLimiter, count_call
from bridge.bank.skills import OfferedSkills
from bridge.config import Config
from bridge.storage.core.database import Database

CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class _ErrorReportingApi(Api):  # type: ignore[misc]  # the library is not typed
    """flask-smorest with the errors of this house."""

    ERROR_SCHEMA = schemas.Error()  # made once, not for each of the sixty answers that name it


def register(
    app: Flask,
    config: Config,
    database: Database,
    limiter: RateLimiter,
    clock: Callable[[], datetime],
    offered: OfferedSkills,
) -> None:
    """Add ``/api/v1``, ``/api/openapi.json`` and ``/api/``."""
    app.config.update(
        API_TITLE="Mentor bridge",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "description": "A bank of mentors: authors of blogs who agreed to be shown, found by what they "
                "have written about. To be read by everybody, without a key."
            },
            "servers": [{"url": config.public_url}],
        },
    )
    api = _ErrorReportingApi(app)
    v1 = routes.blueprint(config, database, clock, offered)
    _guard(v1, limiter)
    api.register_blueprint(v1)
    app.register_blueprint(_for_people(api))

    @app.after_request
    def share(response: Response) -> Response:
        if request.path.startswith("/api/"):
            response.headers.update(CORS_HEADERS)
        return response


def _guard(v1: Blueprint, limiter: RateLimiter) -> None:
    @v1.before_request
    def count() -> None:
        count_call(limiter)

    @v1.after_request
    def fresh(response: Response) -> Response:
        return responses.conditional_response(response) if response.status_code == 200 else response

    @v1.errorhandler(UnprocessableEntity)
    def unclear(error: UnprocessableEntity) -> tuple[Response, int]:
        problems: Mapping[str, Any] = getattr(error, "data", {}).get("messages", {}).get("query", {})
        message = "Some arguments do not fit; see `fields`."
        return jsonify({"error": {"type": "unclear", "message": message, "fields": problems}}), 422


def _for_people(api: Api) -> Blueprint:
    pages = Blueprint("api_page", __name__)

    @pages.get("/api/")
    def page() -> Response:
        described = api.spec.to_dict()
        calls = [
            (path, call)
            for path, methods in described["paths"].items()
            for method, call in methods.items()
            if method == "get"
        ]
        return responses.page_response("bank/api.html", robots=True, calls=calls)

    return pages
