"""Why this mentor for a need, in one sentence: how many posts speak of it, and which one to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from babel import Locale
from babel.dates import format_date

from bridge.legible import isolated, one_line
from bridge.mentors.explain import join_words, language_name_for_reader, quote_title
from bridge.text.language import primary_language
from bridge.words import NN_, reader_locale, translate, translate_plural

MAX_NAMED_WORDS = 3
# (mentor of another language, whether the post to begin with has a title) → of one post, of several
NEED_SENTENCES = {
    (False, False): NN_("%(num)s post on %(words)s.", "%(num)s posts on %(words)s."),
    (False, True): NN_(
        "%(num)s post on %(words)s, such as “%(title)s” (%(date)s).",
        "%(num)s posts on %(words)s, such as “%(title)s” (%(date)s).",
    ),
    (True, False): NN_(
        "Writes in %(language)s; %(num)s post on %(words)s.", "Writes in %(language)s; %(num)s posts on %(words)s."
    ),
    (True, True): NN_(
        "Writes in %(language)s; %(num)s post on %(words)s, such as “%(title)s” (%(date)s).",
        "Writes in %(language)s; %(num)s posts on %(words)s, such as “%(title)s” (%(date)s).",
    ),
}


@dataclass(frozen=True, slots=True)
class ReasonWord:
    """A word that speaks of a need, as a post writes it; `typed`: for which word of the need, where it is another."""

    written: str
    typed: str = ""


class TitledPost(Protocol):
    """A post that can be named."""

    @property
    def title(self) -> str: ...
    @property
    def date(self) -> datetime: ...


def need_sentence(
    votes: int, words: Sequence[ReasonWord], best: TitledPost | None, tag: str, language: str = ""
) -> str:
    """One sentence for a reader of the language `tag` (BCP 47); in English where theirs is not spoken here.

    Args:
        votes: how many posts speak of the need.
        words: those that speak of the need, as these posts write them.
        best: the post to begin with.
        language: of the mentor (ISO 639-1), named where it is not the reader's.
    """
    locale = reader_locale(tag)
    foreign = language if language and language != primary_language(tag) else ""
    spoken = language_name_for_reader(foreign, locale) if foreign else ""
    if not votes or best is None:
        if foreign:
            return translate(locale.language, "Writes in %(language)s; a profile close to this need.", language=spoken)
        return translate(locale.language, "A profile close to this need.")
    title = quote_title(best.title)
    return translate_plural(
        locale.language,
        *NEED_SENTENCES[bool(foreign), bool(title)],
        votes,
        language=spoken,
        words=join_words([_named(word, locale) for word in words[:MAX_NAMED_WORDS]], locale),
        title=title,
        date=format_date(best.date, "long", locale=locale),
    )


def _named(word: ReasonWord, locale: Locale) -> str:
    written, typed = isolated(one_line(word.written)), isolated(one_line(word.typed))
    if not word.typed:
        return written
    return translate(locale.language, "%(written)s (for “%(typed)s”)", written=written, typed=typed)
