"""What an author corrects about their own card: skills that were read from their posts, words they are shown with.

A skill is confirmed or refused, a word struck or added. A struck word is gone in all its forms ("client", "clients"),
a phrase only as a whole. What an author declares on their blog is theirs already and is corrected there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bridge.legible import one_line
from bridge.text.email_addresses import without_address
from bridge.text.terms import term_id
from bridge.text.tokens import fold, stem, words_of

MAX_ADDED_WORDS = 3
MAX_STRUCK_WORDS = 40  # the words of a card several times over; a profile has a thousand
MAX_WORD_CHARACTERS = 40
MAX_WORDS_IN_PHRASE = 4  # "réparation de vélos anciens"
MAX_FOLDED_CHARACTERS = 191  # as it is kept; a sign may fold into many
WRAPPING = " \t\"'«»“”‘’.,;:!?#*_()[]{}<>/\\|~=+-–—…"
ADDRESS_LIKE = re.compile(r"https?:|www\.|[@/\\<>]|\w\.\w{2,}(?!\w)", re.IGNORECASE)
Themes = Mapping[str, Sequence[tuple[str, int, int]]]


@dataclass(frozen=True, slots=True)
class CardCorrections:
    """All that one author corrected. Words are folded, but for those added, which stand as they were written."""

    confirmed: frozenset[str] = frozenset()  # skills by id
    refused: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()
    added: tuple[str, ...] = ()  # the first first

    def strikes(self, word: str, language: str) -> bool:
        """Whether a word or phrase is one of those struck, in whatever form."""
        if not self.struck:
            return False
        return folded_word(word) in self.struck or _forms(word, language) in {
            _forms(gone, language) for gone in self.struck
        }

    def struck_terms(self, language: str) -> frozenset[int]:
        """The terms of a profile in a language that are struck: those of single words."""
        forms = [_forms(word, language) for word in self.struck]
        return frozenset(term_id(stems[0]) for stems in forms if len(stems) == 1)


NO_CORRECTIONS = CardCorrections()


@lru_cache(maxsize=10_000)
def _forms(phrase: str, language: str) -> tuple[str, ...]:
    return tuple(stem(word.rstrip("-+"), language) for word in words_of(phrase))


def folded_word(word: str) -> str:
    """By what a struck word is kept."""
    return one_line(fold(one_line(word))).strip(WRAPPING)[:MAX_FOLDED_CHARACTERS].strip(WRAPPING)


def clean_word(text: str) -> str:
    """A word or phrase as an author may add it to their card; "" for anything else: a link, an address, a sentence."""
    if len(text) > 10 * MAX_WORD_CHARACTERS:
        return ""
    word = one_line(text).strip(WRAPPING)
    fits = len(word) <= MAX_WORD_CHARACTERS and 1 <= len(words_of(word)) <= MAX_WORDS_IN_PHRASE
    if not fits or ADDRESS_LIKE.search(word) or without_address(word) != word:
        return ""
    return word


def with_added_words(themes: Themes, added: Sequence[str], language: str) -> Themes:
    """What a card says somebody writes about, with their own words first, in the language they mostly write in.

    Args:
        themes: language → (word, weight in 1e-9, in how many posts).
        added: as their author wrote them.
        language: that the words are added to.
    """
    if not added:
        return themes
    stand = themes.get(language, ())
    posts = {_forms(word, language): number for word, _, number in stand}
    heaviest = max((weight for _, weight, _ in stand), default=0)
    added_themes = [(word, heaviest, posts.get(_forms(word, language), 0)) for word in added]
    forms = {_forms(word, language) for word in added}
    rest = [theme for theme in stand if _forms(theme[0], language) not in forms]
    return {**themes, language: (*added_themes, *rest)}
