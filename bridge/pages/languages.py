"""French and English as equals: which language a request is answered in, and the words of `bridge.words` for it.

Templates say ``_("…")`` and ``ngettext``; Python the functions here.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from babel import Locale
from flask import Flask, Response, g, request
from markupsafe import Markup

from bridge import words
from bridge.legible import isolated

LANGUAGE_COOKIE = "language"


def language() -> str:
    """The language of this request: asked for in the address, kept from before, or what the browser prefers."""
    if "language" not in g:
        wish = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or ""
        spoken = words.languages()
        g.language = wish if wish in spoken else request.accept_languages.best_match(list(spoken)) or "en"
    code: str = g.language
    return code


def locale() -> Locale:
    """The reader's formats: those of their region, where the browser names one of the page's language."""
    if "locale" not in g:
        g.locale = Locale(language())
        for tag, _quality in request.accept_languages:
            if tag.lower().split("-")[0] == language():
                g.locale = _region(tag)
                break
    formats: Locale = g.locale
    return formats


def _region(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, LookupError):  # an unknown region of a known language
        return Locale(language())


def gettext(text: str, /, **values: object) -> str:
    """A text in the reader's language, with its values."""
    return words.translate(language(), text, **values)


def ngettext(singular: str, plural: str, count: int, /, **values: object) -> str:
    """A text for one or for several, in the reader's language; ``%(num)s`` is the count."""
    return words.translate_plural(language(), singular, plural, count, **values)


def _in_page(text: str, /, **values: object) -> Markup:
    """A text for a template: a foreign value is escaped, and keeps the order of its letters to itself."""
    return Markup(words.CATALOGUE.translations(language()).ugettext(text)) % _isolated(values)  # noqa: S704 - our own words


def _count_in_page(singular: str, plural: str, count: int, /, **values: object) -> Markup:
    text = Markup(words.text_form(language(), singular, plural, count))  # noqa: S704 - our own words
    return text % {"num": count, **_isolated(values)}


def _isolated(values: Mapping[str, object]) -> dict[str, object]:
    return {name: isolated(value) if type(value) is str else value for name, value in values.items()}


def switched_address(code: str) -> str:
    """The address of this page in another language."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name not in ("lang", "token")]
    return f"?{urlencode([*arguments, ('lang', code)])}"


def register(app: Flask, *, secure: bool) -> None:
    """Let templates speak the reader's language. `secure`: readers come over https."""
    for code in words.languages():
        words.CATALOGUE.translations(code)  # a catalogue that cannot be read is seen at the start
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_in_page, _count_in_page, newstyle=False)  # type: ignore[attr-defined]

    @app.context_processor
    def page_language() -> dict[str, object]:
        return {"language": language(), "languages": words.languages(), "switched": switched_address}

    @app.after_request
    def keep(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Content-Language"] = language()
            response.vary.update(["Accept-Language", "Cookie"])
            if request.args.get("lang") in words.languages():
                response.set_cookie(
                    LANGUAGE_COOKIE, language(), max_age=31_536_000, samesite="Lax", httponly=True, secure=secure
                )
        return response
