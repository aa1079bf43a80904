"""Static files: addresses that change with the content, so that browsers may keep them for a year; compressed."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from flask_compress import Compress

STATIC_ENDPOINTS = ("static", "bootstrap.static")
VERSION_ARGUMENT = "v"  # of an address: the state of the file


def register(app: Flask) -> None:
    """Mark the addresses of static files, and compress those files; pages hold secrets and stay as they are."""
    app.config["COMPRESS_MIMETYPES"] = ["text/css", "text/javascript", "application/javascript", "image/svg+xml"]
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    Compress(app)

    @app.after_request
    def read(response: Response) -> Response:
        if is_asset() and response.status_code == 200:
            response.direct_passthrough = False
            response.get_data()  # whole, before it is compressed: a stream's file would stay open
        return response

    @app.url_defaults
    def mark(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in STATIC_ENDPOINTS and "filename" in values:
            values.setdefault(VERSION_ARGUMENT, _state(_folder(app, endpoint), values["filename"]))


def is_asset() -> bool:
    """Whether this request is for a static file."""
    return request.endpoint in STATIC_ENDPOINTS


def is_current() -> bool:
    """Whether this request names the static file in the state in which it is there."""
    if not is_asset() or VERSION_ARGUMENT not in request.args:
        return False
    folder = _folder(current_app, request.endpoint or "")
    return request.args[VERSION_ARGUMENT] == _state(folder, (request.view_args or {}).get("filename", ""))


def _folder(app: Flask, endpoint: str) -> str:
    owner = app if endpoint == "static" else app.blueprints[endpoint.partition(".")[0]]
    return owner.static_folder or ""


@lru_cache(maxsize=256)
def _state(folder: str, name: str) -> str:
    path = Path(folder, name)
    if ".." in path.parts or not path.is_file():
        return ""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
