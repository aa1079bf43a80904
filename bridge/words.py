"""Words for people, in the language of whoever reads them: pages, pushes and commands speak from one catalogue.

The language is a parameter, so whoever speaks needs no request. English is the source; every other language is a file,
``translations/<language>/LC_MESSAGES/messages.po``, found by being there. It is read as it is written: there is no
compiled file that could be missing or old. A text that it lacks is said in English.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from bridge.language_tags import language_code, language_tag

SOURCE_LANGUAGE = "en"
MAX_REMEMBERED_TAGS = 256  # blogs write what they like
TRANSLATIONS_FOLDER = Path(__file__).parent / "translations"


class Catalogue:
    """The languages of one folder of translations; what is asked for each text of a page is answered from memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.translations: Callable[[str], NullTranslations] = lru_cache(maxsize=None)(self._read)
        self.reader_locale: Callable[[str], Locale] = lru_cache(maxsize=MAX_REMEMBERED_TAGS)(self._locale)

    @cached_property
    def languages(self) -> Mapping[str, str]:
        """Code → the language's own name; English first, the others by their code."""
        files = self._folder.glob("*/LC_MESSAGES/messages.po")
        codes = [SOURCE_LANGUAGE, *sorted({file.parts[-3] for file in files} - {SOURCE_LANGUAGE})]
        return {code: str(Locale.parse(code).get_display_name(code)).capitalize() for code in codes}

    def _read(self, language: str) -> NullTranslations:
        """The texts of a language; of English, and of one without a file, what the source says."""
        if language not in self.languages or language == SOURCE_LANGUAGE:
            return NullTranslations()
        compiled = io.BytesIO()
        with (self._folder / language / "LC_MESSAGES" / "messages.po").open("rb") as source:
            write_mo(compiled, read_po(source, locale=language))
        compiled.seek(0)
        return Translations(compiled)

    def _locale(self, tag: str) -> Locale:
        code = language_code(tag)
        if code not in self.languages:
            return Locale(SOURCE_LANGUAGE)
        try:
            return Locale.parse(language_tag(tag), sep="-")
        except (UnknownLocaleError, ValueError):  # an unknown region of a known language
            return Locale(code)


CATALOGUE = Catalogue(TRANSLATIONS_FOLDER)


def languages() -> Mapping[str, str]:
    """The languages that are spoken: code → its own name."""
    return CATALOGUE.languages


def supported_language(tag: str) -> str:
    """The language that whoever asks for `tag` (BCP 47, or a POSIX locale) is answered in; else English."""
    code = language_code(tag)
    return code if code in languages() else SOURCE_LANGUAGE


def reader_locale(tag: str) -> Locale:
    """The formats of whoever asks for `tag`: those of their region, where their language is spoken here."""
    return CATALOGUE.reader_locale(tag)


def text_of(language: str, msgid: str, /) -> str:
    """A text in a language, its values still to be filled in."""
    return CATALOGUE.translations(language).ugettext(msgid)


def text_form(language: str, singular: str, plural: str, count: int, /) -> str:
    """The form of a text for a count, its values still to be filled in."""
    return CATALOGUE.translations(language).ungettext(singular, plural, count)


def translate(language: str, msgid: str, /, **values: object) -> str:
    """A text in a language, with its values."""
    text = text_of(language, msgid)
    return text % values if values else text


def translate_plural(language: str, singular: str, plural: str, count: int, /, **values: object) -> str:
    """A text for one or for several, in a language; ``%(num)s`` is the count."""
    return text_form(language, singular, plural, count) % {"num": count, **values}


def N_(msgid: str) -> str:  # noqa: N802 - gettext's own name, which its tools look for
    """A text of a table, which is translated where it is shown."""
    return msgid


def NN_(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - the same for one and for several
    """A text of a table for one and for several, which is translated where it is shown."""
    return singular, plural
