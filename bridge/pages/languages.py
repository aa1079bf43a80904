"""French and English as equals: which language a request is answered in, and the words for it.

Templates say ``_("…")`` and ``ngettext``; Python the functions here. English is the source; French is in
`translations/`. `N_` marks a text of a table that is translated where it is shown.

The catalogue is read as it is written (.po); there is no compiled file that could be missing or old.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, request
from markupsafe import Markup

from bridge.legible import isolated

PAGE_LANGUAGES = {"en": "English", "fr": "Français"}
LANGUAGE_COOKIE = "language"
CATALOGUE_FOLDER = Path(__file__).parent.parent / "translations"


@lru_cache(maxsize=8)
def catalogue(language: str) -> NullTranslations:
    """The translations of a language; English is what the source says."""
    path = CATALOGUE_FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def language() -> str:
    """The language of this request: asked for in the address, kept from before, or what the browser prefers."""
    if "language" not in g:
        asked = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or ""
        g.language = (
            asked if asked in PAGE_LANGUAGES else request.accept_languages.best_match(list(PAGE_LANGUAGES)) or "en"
        )
    said: str = g.language
    return said


def locale() -> Locale:
    """The reader's formats: those of their region, where the browser names one of the page's language."""
    if "locale" not in g:
        g.locale = Locale(language())
        for tag, _quality in request.accept_languages:
            if tag.lower().split("-")[0] == language():
                g.locale = _region(tag)
                break
    found: Locale = g.locale
    return found


def _region(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, LookupError):  # an unknown region of a known language
        return Locale(language())


def gettext(text: str, /, **values: object) -> str:
    """A text in the reader's language, with its values."""
    said = catalogue(language()).ugettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """One or many, in the reader's language; ``%(num)s`` is the count."""
    return catalogue(language()).ungettext(one, many, count) % {"num": count, **values}


def _in_page(text: str, /, **values: object) -> Markup:
    """The same for a template: a foreign value is escaped, and keeps the order of its letters to itself."""
    return Markup(catalogue(language()).ugettext(text)) % _isolated(values)  # noqa: S704 - our own words


def _count_in_page(one: str, many: str, count: int, /, **values: object) -> Markup:
    said = Markup(catalogue(language()).ungettext(one, many, count))  # noqa: S704 - our own words
    return said % {"num": count, **_isolated(values)}


def _isolated(values: Mapping[str, object]) -> dict[str, object]:
    return {name: isolated(value) if type(value) is str else value for name, value in values.items()}


def N_(text: str) -> str:  # noqa: N802 - gettext's own name, which its tools look for
    """A text that is translated where it is shown."""
    return text


def switched_address(code: str) -> str:
    """The address of this page in another language."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in ("lang", "token")]
    return f"?{urlencode([*kept, ('lang', code)])}"


def register(app: Flask, *, secure: bool) -> None:
    """Let templates speak the reader's language. `secure`: readers come over https."""
    for code in PAGE_LANGUAGES:
        catalogue(code)  # a catalogue that cannot be read is seen at the start
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_in_page, _count_in_page, newstyle=False)  # type: ignore[attr-defined]

    @app.context_processor
    def words() -> dict[str, object]:
        return {"language": language(), "languages": PAGE_LANGUAGES, "switched": switched_address}

    @app.after_request
    def keep(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Content-Language"] = language()
            response.vary.update(["Accept-Language", "Cookie"])
            if request.args.get("lang") in PAGE_LANGUAGES:
                response.set_cookie(
                    LANGUAGE_COOKIE, language(), max_age=31_536_000, samesite="Lax", httponly=True, secure=secure
                )
        return response
