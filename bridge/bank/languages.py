"""French and English as equals: which language a request is answered in, and the words for it.

The catalogue is read as it is written (.po); there is no compiled file that could be missing or old.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, request

LANGUAGES = {"en": "English", "fr": "Français"}
COOKIE = "language"
CATALOGUES = Path(__file__).parent.parent / "translations"


@lru_cache(maxsize=8)
def catalogue(language: str) -> NullTranslations:
    """The translations of a language; English is what the source says."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def chosen() -> str:
    """The language of this request: asked for in the address, kept from before, or what the browser prefers."""
    asked = request.args.get("lang") or request.cookies.get(COOKIE) or ""
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def register(app: Flask) -> None:
    """Let templates speak the reader's language."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue(g.language).ugettext(text),
        lambda one, many, count: catalogue(g.language).ungettext(one, many, count),
        newstyle=True,
    )

    @app.before_request
    def choose() -> None:
        if request.method == "GET":
            g.language = chosen()

    @app.after_request
    def keep(response: Response) -> Response:
        if request.method == "GET" and response.mimetype == "text/html":
            response.headers["Content-Language"] = g.language
            response.vary.update(["Accept-Language", "Cookie"])
            if request.args.get("lang") in LANGUAGES:
                response.set_cookie(COOKIE, g.language, max_age=31_536_000, samesite="Lax", httponly=True,
                                    secure=request.is_secure)  # fmt: skip
        return response
