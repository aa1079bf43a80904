"""Words of a need by which somebody only asks: they say little of what for, and count little beside others."""

from __future__ import annotations

from functools import lru_cache

from bridge.mentors.nouns import NEVER_SUBJECT, weak_words
from bridge.text.tokens import fold, stem
from bridge.text.vocabulary import asking_words, bundled_vocabulary


@lru_cache(maxsize=20_000)
def only_asks(word: str, language: str) -> bool:
    """Whether a word is one by which people ask ("voudrais", "learn"), a form of one ("sortis" of "sortir"), or a verb
    or adverb that is nobody's subject ("connaît", "fully"); not what the vocabulary knows a meaning of."""
    folded = fold(word)
    if folded in asking_words(language):
        return True
    vocabulary = bundled_vocabulary()
    if stem(folded, language) in _asking_stems(language) and not vocabulary.has_form(word):
        return True
    return folded in weak_words(language, NEVER_SUBJECT) and not vocabulary.knows(word, language)


@lru_cache(maxsize=4)
def _asking_stems(language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in asking_words(language))
