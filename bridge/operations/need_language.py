"""What a need is written in: a few words are too short for what tells the language of a text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bridge.text.language import detect_language
from bridge.text.terms import MIN_CORPUS_POSTS, Frequencies, term_id
from bridge.text.tokens import fold, stem, stop_words, words_of
from bridge.text.vocabulary import bundled_vocabulary

DETECTABLE_CHARACTERS = 60  # characters of a need whose language can be told by itself
STOP_WORD_SHARE = 0.5  # share of posts that hold a given stop word of their language, about
KNOWN_WORD_SHARE = 0.002  # share of posts that hold a given everyday word of their language, at least
KNOWN_WORD_ODDS = 8  # and how many times likelier it is than a word of no language, in a small bank
PAGE_LANGUAGE_ODDS = 8  # how many times likelier a need is in the language of the page than in another


def language_of_need(
    need: str, languages: Sequence[str], frequencies: Mapping[str, Frequencies], page_language: str | None
) -> str:
    """Which of some languages a need is most likely written in, by how often the bank's posts use its words.

    Args:
        frequencies: of each language, knowing the need's words in it.
        page_language: of the page that asks, which most needs are written in.
    """
    if len(need) >= DETECTABLE_CHARACTERS and (detected := detect_language(need, "")) in languages:
        return detected
    posts = {language: max(MIN_CORPUS_POSTS, frequencies[language].posts) for language in languages}
    unknown = 0.5 / max(posts.values())  # the same in all: few posts are no reason to know a word
    likely: dict[str, float] = {}
    for language in languages:
        likely[language] = math.log(max(1, frequencies[language].posts))
        likely[language] += math.log(PAGE_LANGUAGE_ODDS) * (language == page_language)
        for word in words_of(need):
            likely[language] += math.log(_share(word, language, frequencies[language], posts[language], unknown))
    return max(languages, key=lambda language: likely[language])


def _share(word: str, language: str, frequencies: Frequencies, posts: int, unknown: float) -> float:
    """Of the posts of a language that hold a word, about."""
    if fold(word) in stop_words(language):
        return STOP_WORD_SHARE
    used = frequencies.of.get(term_id(stem(word, language)))
    rate = (used[0] - 0.5) / posts if used else unknown
    understood = bundled_vocabulary().knows(word, language)
    return max(rate, unknown, understood * max(KNOWN_WORD_SHARE, KNOWN_WORD_ODDS * unknown))
