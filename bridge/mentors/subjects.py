"""What an author writes about, in words and phrases that a person would say: their own first.

Tags and categories, what they declare, skills by a name that they use, phrases of up to three words and names that
stand in a title, single nouns. Verbs, adverbs, parts of a longer phrase, and the names of the author and the blog are
none. Whoever has written little is not guessed at: there only their own words count, and names that they come back to.
A word that its author struck never returns. The same posts give the same words in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bridge.legible import one_line
from bridge.mentors.corrections import NO_CORRECTIONS, CardCorrections
from bridge.mentors.nouns import MIN_NOUN_LETTERS, NEVER_ALONE, NEVER_SUBJECT, weak_words
from bridge.mentors.subject_evidence import (
    MIN_SUBJECT_POSTS,
    AuthorEvidence,
    Key,
    first_names,
    is_noun_phrase,
    key_of,
    label_text,
    vague_labels,
)
from bridge.text.terms import WEIGHT_UNIT, Frequencies
from bridge.text.tokens import fold

MAX_SUBJECTS = 8  # words of a card in one language
STEADY_SUBJECT_POSTS = 8  # with fewer, nothing is guessed from titles but names
MAX_SUBJECT_LETTERS = 40
MAX_PHRASE_WORDS, MAX_LABEL_WORDS = 3, 4
STEADY_TITLE_SHARE = 0.1  # of the posts, with a noun that only one title names
# What a post counts that has it so: the author's own words more than what is read.
LABEL, SKILL, PHRASE, NOUN = 2.0, 1.5, 1.5, 1.0
RARITY_EXPONENT = 0.5  # of author-idf, which counts once
ENGLISH_NO_NOUN = re.compile(r".*(?:ly|ed)$")


class SubjectWord(NamedTuple):
    """A word or phrase that an author is said to write about, and in how many posts it stands.

    `weight`: against the heaviest, in 1e-9. `terms`: of its words (`text.terms.term_id`).
    """

    word: str
    weight: int
    posts: int
    terms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AuthorWords:
    """What is known of an author beside the posts: names that are none of their subjects, and their own word."""

    person: str = ""  # their name, of which no part is a subject
    names: tuple[str, ...] = ()  # theirs, the blog's, its host: as a whole no subject
    offers: tuple[str, ...] = ()
    corrections: CardCorrections = NO_CORRECTIONS  # words that they add come in with the card


NO_AUTHOR_WORDS = AuthorWords()


@dataclass(frozen=True, slots=True)
class _Candidate:
    key: Key
    word: str
    score: float
    posts: int


def author_subjects(
    evidence: AuthorEvidence,
    frequencies: Frequencies,
    skill_names: Mapping[str, Sequence[str]],
    words: AuthorWords = NO_AUTHOR_WORDS,
) -> tuple[SubjectWord, ...]:
    """The subjects of an author in one language, best first.

    Args:
        evidence: what their posts show.
        frequencies: of the language, knowing `evidence.terms`.
        skill_names: skill → its names in the language, the usual one first.
        words: what is known of the author beside the posts.
    """
    select = _Selection(evidence, frequencies, words)
    candidates = [
        *select.labels(),
        *select.offers(),
        *select.skills(skill_names),
        *select.phrases(),
        *select.nouns(),
    ]
    return select.choose(candidates)


def can_be_named(evidence: AuthorEvidence, surface: str, posts: int) -> bool:
    """Whether a word of a profile, used in so many posts, is a noun or name that a reason may say."""
    key = key_of(surface, evidence.language)
    if len(key) != 1 or len(key[0]) < MIN_NOUN_LETTERS or key[0] in weak_words(evidence.language, NEVER_ALONE):
        return False
    if fold(surface) in weak_words(evidence.language, NEVER_SUBJECT) or key[0] in first_names():
        return False
    return bool(evidence.labels.posts[key]) or evidence.is_shown_as_noun(key[0], posts)


class _Selection:
    """Weighs what the posts show, and leaves out what is nobody's subject or none of this author's."""

    def __init__(self, evidence: AuthorEvidence, frequencies: Frequencies, words: AuthorWords) -> None:
        self._evidence, self._words, self._language = evidence, words, evidence.language
        self._frequencies = frequencies
        self._alone = weak_words(self._language, NEVER_ALONE)
        self._steady = len(evidence.posts) >= STEADY_SUBJECT_POSTS
        keys = {key_of(name, self._language) for name in words.names}
        self._own = keys | {(word,) for word in key_of(words.person, self._language)}
        self._squeezed = {"".join(key) for key in keys}

    def labels(self) -> Iterator[_Candidate]:
        """Tags and categories: the author's own word for it."""
        least, vague = MIN_SUBJECT_POSTS if self._steady else 1, vague_labels(self._language)
        for key, often in sorted(self._evidence.labels.posts.items()):
            if often >= least and len(key) <= MAX_LABEL_WORDS and not vague.issuperset(key):
                yield self._candidate(key, label_text(self._evidence.labels.usual(key)), LABEL * often)

    def offers(self) -> Iterator[_Candidate]:
        """What somebody who has written little says that they can help with, where it is short enough for a subject."""
        for offer in () if self._steady else self._words.offers:
            key = key_of(offer, self._language)
            if len(key) <= MAX_LABEL_WORDS:
                yield self._candidate(key, one_line(offer), LABEL)

    def skills(self, names: Mapping[str, Sequence[str]]) -> Iterator[_Candidate]:
        """Skills that posts are about, by the first of its names that a title or tag uses."""
        for skill, often in sorted(self._evidence.skills.items()):
            if skill in self._words.corrections.refused:
                continue
            keys = {name: key_of(name, self._language) for name in names.get(skill, ())}
            if often < MIN_SUBJECT_POSTS and not any(map(self._evidence.is_titled, keys.values())):
                continue
            usable = (name for name, key in keys.items() if self._says(skill, name, key))
            if (name := next(usable, None)) is not None:
                posts = min(often, self._evidence.posts_with(keys[name])) if self._steady else often
                yield self._candidate(keys[name], name, SKILL * posts, often)

    def _says(self, skill: str, name: str, key: Key) -> bool:
        """Whether posts call a skill so, in a title or tag; of somebody who has written little, in a post on it."""
        if not is_noun_phrase(name, self._language) or self._evidence.goes_on(key):
            return False
        if not self._steady:
            return self._evidence.is_used_in_posts_on(skill, key)
        return self._evidence.is_titled(key) and self._evidence.posts_with(key) >= MIN_SUBJECT_POSTS

    def phrases(self) -> Iterator[_Candidate]:
        """Phrases of a title that other posts hold, too; of somebody who has written little, only names."""
        for key, titles in sorted(self._evidence.titles.posts.items()):
            posts = self._evidence.posts_with(key)
            if not 1 < len(key) <= MAX_PHRASE_WORDS or posts < MIN_SUBJECT_POSTS or self._goes_on(key):
                continue
            if all(map(self._says_nothing, key)) or not (self._steady or self._evidence.is_name(key)):
                continue
            yield self._candidate(key, self._evidence.written(key), PHRASE * (posts + titles) / 2)

    def nouns(self) -> Iterator[_Candidate]:
        """Single words of titles that the texts show to be nouns, or names; of who has written little only names."""
        evidence, posts_of_author = self._evidence, len(self._evidence.posts)
        least = MIN_SUBJECT_POSTS if self._steady else 1
        for key, titles in sorted(evidence.titles.posts.items()):
            if len(key) > 1 or key[0] in self._alone or len(key[0]) < MIN_NOUN_LETTERS or self._goes_on(key):
                continue
            posts, name = evidence.posts_with(key), evidence.is_name(key, least)
            noun = self._steady and evidence.is_noun(key[0]) and not self._is_other_form(key[0])
            often = titles >= least or posts >= STEADY_TITLE_SHARE * posts_of_author
            if (name or noun) and often and posts >= least:
                yield self._candidate(key, evidence.written(key), NOUN * titles * (1 + posts / posts_of_author))

    def _is_other_form(self, word: str) -> bool:
        return self._language == "en" and ENGLISH_NO_NOUN.match(word) is not None

    def choose(self, candidates: Sequence[_Candidate]) -> tuple[SubjectWord, ...]:
        """The best, each thing once: a part of what is chosen already says nothing more."""
        chosen: list[_Candidate] = []
        taken: list[frozenset[str]] = []
        for candidate in sorted(candidates, key=lambda one: (-one.score, one.key)):
            same = self._same(candidate.key)
            if not same or self._is_none(candidate) or any(same <= other or other <= same for other in taken):
                continue
            chosen.append(candidate)
            taken.append(same)
            if len(chosen) == MAX_SUBJECTS:
                break
        most = chosen[0].score if chosen else 1.0
        return tuple(
            SubjectWord(
                one.word, round(one.score / most * WEIGHT_UNIT), one.posts, tuple(self._evidence.terms_of(one.key))
            )
            for one in chosen
        )

    def _says_nothing(self, word: str) -> bool:
        return word in self._alone or word.isdigit() or (word,) in self._own or word in self._squeezed

    def _candidate(self, key: Key, word: str, uses: float, posts: int = 0) -> _Candidate:
        terms = self._evidence.terms_of(key)
        rarity = sum(self._frequencies.author_idf(term) for term in terms) / len(terms) if terms else 0.0
        score = round(uses * rarity**RARITY_EXPONENT, 6)
        return _Candidate(key, word, score, max(posts, self._evidence.posts_with(key)))

    def _goes_on(self, key: Key) -> bool:
        return not self._evidence.labels.posts[key] and self._evidence.goes_on(key)

    def _is_none(self, candidate: _Candidate) -> bool:
        key = candidate.key
        return (
            key in self._own
            or "".join(key) in self._squeezed
            or all(len(word) < 2 or word.isdigit() for word in key)
            or len(candidate.word) > MAX_SUBJECT_LETTERS
            or self._words.corrections.strikes(candidate.word, self._language)
            or (key[0] in first_names() and self._evidence.is_name(key) and not self._evidence.labels.posts[key])
        )

    def _same(self, key: Key) -> frozenset[str]:
        return frozenset(self._evidence.stems_of(key))
