"""Why this mentor for a need, in one sentence: how many posts speak of it, and which one to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from babel import Locale
from babel.dates import format_date

from bridge.mentors.explain import join_quoted_words, language_name_for_reader, quote_title, reader_locale
from bridge.text.language import primary_language

MAX_NAMED_WORDS = 3


class TitledPost(Protocol):
    """A post that can be named."""

    @property
    def title(self) -> str: ...
    @property
    def date(self) -> datetime: ...


def need_sentence(votes: int, words: Sequence[str], best: TitledPost | None, tag: str, language: str = "") -> str:
    """One sentence for a reader of the language `tag` (BCP-47): French or, for all others, English.

    `language`: of the mentor (ISO 639-1), said where it is not the reader's.
    """
    locale = reader_locale(tag)
    french = locale.language == "fr"
    said = _because(votes, words, best, locale)
    if not language or language == primary_language(tag):
        return said
    tongue = language_name_for_reader(language, locale)
    opening = f"Écrit en {tongue}\u00a0; " if french else f"Writes in {tongue}; "
    return f"{opening}{said[:1].lower()}{said[1:]}"


def _because(votes: int, words: Sequence[str], best: TitledPost | None, locale: Locale) -> str:
    french = locale.language == "fr"
    if not votes or best is None:
        return "Un profil proche de ce besoin." if french else "A profile close to this need."
    about, title = join_quoted_words(words[:MAX_NAMED_WORDS], locale), quote_title(best.title)
    date = format_date(best.date, "long", locale=locale)
    if french:
        count = "1 billet" if votes == 1 else f"{votes} billets"
        return f"{count} sur {about}" + (f", dont «\u00a0{title}\u00a0» ({date})." if title else ".")
    count = "1 post" if votes == 1 else f"{votes} posts"
    return f"{count} on {about}" + (f", such as “{title}” ({date})." if title else ".")
