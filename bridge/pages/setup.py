"""Readies an application for pages: look, language, headers, static files."""

from __future__ import annotations

from flask import Flask
from flask_bootstrap import Bootstrap5

from bridge.config import Config
from bridge.pages import assets, formats, headers, languages, person_marks


def register(app: Flask, config: Config) -> None:
    """Everything a page relies on; called once, before the blueprints."""
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Bootstrap5(app)
    languages.register(app, secure=config.behind_proxy)
    formats.register(app)
    person_marks.register(app)
    assets.register(app)
    headers.register(app, secure=config.behind_proxy)
