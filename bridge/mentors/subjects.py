"""What an author writes about, in words and phrases that a person would say: their own first.

Tags and categories, what they declare, skills by a name that they use, phrases of up to three words and names that
stand in a title, single nouns, names that their texts come back to; first what titles and tags say often. Verbs,
adverbs, parts of a longer phrase, and the names of the author and the blog are none. Whoever has written little is not
guessed at: there only their own words count, and names that they come back to.
A word that its author struck never returns. The same posts give the same words in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bridge.legible import one_line
from bridge.mentors.corrections import NO_CORRECTIONS, CardCorrections
from bridge.mentors.nouns import MIN_NOUN_LETTERS, NEVER_ALONE, NEVER_SUBJECT, weak_words
from bridge.mentors.subject_evidence import (
    MIN_SUBJECT_POSTS,
    AuthorEvidence,
    Key,
    first_names,
    is_label_phrase,
    is_noun_phrase,
    key_of,
    label_text,
    vague_labels,
)
from bridge.text.terms import WEIGHT_UNIT, Frequencies
from bridge.text.tokens import fold

MAX_SUBJECTS = 6  # words of a card in one language
ENOUGH_SUBJECTS = 4  # from which on a noun of one title is too little
STEADY_SUBJECT_POSTS = 8  # with fewer, nothing is guessed from titles but names
MAX_SUBJECT_LETTERS = 40
MAX_PHRASE_WORDS, MAX_LABEL_WORDS = 3, 4
STEADY_TITLE_SHARE = 0.1  # of the posts, with a noun that only one title names
LABEL_TEXT_SHARE = 0.5  # of the posts with a tag that no title says, whose texts say it
PHRASE_POSTS = 4  # with a phrase that only one title says
FIRM_TITLES = 3  # with two general words that belong together ("open source")
NAME_POSTS = 3  # with a name of a title; half as many of an author with few posts
MANY_POSTS = 20
# A name that no title says: the least posts, of all posts, and what one counts; few authors of the bank write it.
NAME_TEXTS, NAME_TEXT_SHARE, NAME_USE, RARE_AUTHORS = 4, 0.2, 0.5, 0.05
# What a post counts that has it so, how much more a phrase counts, and one that most texts say beside.
LABEL, BARE_LABEL, TITLE, SKILL, PHRASE, TEXT = 1.5, 0.5, 1.5, 1.5, 1.25, 2.0
MORE_SPECIFIC = 0.6  # of what a word counts, from which on the longer phrase stands in its place
RARITY_EXPONENT = 0.5  # of author-idf, which counts once
ENGLISH_NO_NOUN = re.compile(r".*(?:ly|ed)$")
EDITION = re.compile(r"(?:19|20)\d\d|[a-z]{2,}[12]\d")  # a year, or "pycon24"


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
    sure: bool = True  # not only a noun of one title


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
        *select.names(),
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
            label = self._evidence.labels.usual(key)
            if often < least or len(key) > MAX_LABEL_WORDS or vague.issuperset(key):
                continue
            if is_label_phrase(label, self._language):
                yield self._candidate(key, label_text(label))

    def offers(self) -> Iterator[_Candidate]:
        """What somebody who has written little says that they can help with, where it is short enough for a subject."""
        for offer in () if self._steady else self._words.offers:
            key = key_of(offer, self._language)
            if len(key) <= MAX_LABEL_WORDS and (len(key) > 1 or is_noun_phrase(offer, self._language)):
                yield self._candidate(key, one_line(offer), least=LABEL)

    def skills(self, names: Mapping[str, Sequence[str]]) -> Iterator[_Candidate]:
        """Skills that posts are about, by the name that most tags use, or else titles, or else texts."""
        evidence = self._evidence
        for skill, often in sorted(evidence.skills.items()):
            if skill in self._words.corrections.refused:
                continue
            keys = {name: key_of(name, self._language) for name in names.get(skill, ())}
            usable = [name for name, key in keys.items() if self._says(skill, name, key)]
            usable.sort(key=lambda name: (-evidence.labels.posts[keys[name]], not evidence.titles.posts[keys[name]]))
            if usable:
                least = 0.0 if self._steady else SKILL * often
                yield self._candidate(keys[usable[0]], usable[0], often, least)

    def _says(self, skill: str, name: str, key: Key) -> bool:
        """Whether titles or tags call a skill so; of somebody who has written little, one of them or most texts on it.

        A name that few of the texts on a skill use is said in passing, or of a part of it.
        """
        evidence = self._evidence
        if not is_noun_phrase(name, self._language) or evidence.goes_on(key):
            return False
        if len(key) == 1 and self._says_nothing(key[0]):
            return False
        labelled, titled = evidence.labels.posts[key], evidence.titles.posts[key]
        if self._steady:
            return titled + labelled >= MIN_SUBJECT_POSTS
        touched = any(evidence.titles.posts[(word,)] for word in key if word not in self._alone)
        founded, spoken = touched or evidence.skills[skill] >= MIN_SUBJECT_POSTS, evidence.posts_speaking_of(name)
        often = spoken > 0 if titled else 2 * spoken > evidence.skills[skill]
        return bool(labelled) or (founded and often)

    def phrases(self) -> Iterator[_Candidate]:
        """Phrases that titles say again and again, or texts; of somebody who has written little, only names."""
        for key, titles in sorted(self._evidence.titles.posts.items()):
            posts = self._evidence.posts_with(key)
            if not 1 < len(key) <= MAX_PHRASE_WORDS or posts < MIN_SUBJECT_POSTS or self._goes_on(key):
                continue
            often = titles >= MIN_SUBJECT_POSTS or posts >= PHRASE_POSTS
            often = often and not self._evidence.ends_as_adjective(key)
            if often and self._says_something(key, titles) and (self._steady or self._evidence.is_name(key)):
                yield self._candidate(key, self._evidence.written(key))

    def nouns(self) -> Iterator[_Candidate]:
        """Single words of titles that the texts show to be nouns, or names; of who has written little only names."""
        evidence, posts_of_author = self._evidence, len(self._evidence.posts)
        least = NAME_POSTS if posts_of_author >= MANY_POSTS else MIN_SUBJECT_POSTS if self._steady else 1
        for key, titles in sorted(evidence.titles.posts.items()):
            if len(key) > 1 or key[0] in self._alone or len(key[0]) < MIN_NOUN_LETTERS or self._goes_on(key):
                continue
            posts = evidence.posts_with(key)
            named = evidence.is_name(key, 1) and posts >= least and (posts > 1 or evidence.is_leading_name(key))
            noun = self._steady and evidence.is_noun(key[0]) and not self._is_other_form(key[0])
            often = titles >= MIN_SUBJECT_POSTS or posts >= max(MIN_SUBJECT_POSTS, STEADY_TITLE_SHARE * posts_of_author)
            if named or (noun and often and not evidence.ends_as_adjective(key)):
                candidate = self._candidate(key, evidence.written(key, 1 if named else MIN_SUBJECT_POSTS))
                yield replace(candidate, sure=named or titles >= MIN_SUBJECT_POSTS)

    def names(self) -> Iterator[_Candidate]:
        """Names that one text after the other comes back to, though no title does, and that few others write."""
        evidence = self._evidence
        least = max(NAME_TEXTS, NAME_TEXT_SHARE * len(evidence.posts))
        for key, posts in evidence.names_of_posts(least) if self._steady else ():
            if not evidence.titles.posts[key] and evidence.is_name(key) and self._is_rare(key):
                yield self._candidate(key, evidence.written(key), least=NAME_USE * posts)

    def _is_rare(self, key: Key) -> bool:
        most = RARE_AUTHORS * self._frequencies.authors
        terms = self._evidence.terms_of(key)
        return bool(terms) and all(self._frequencies.of.get(term, (1, 1))[1] <= most for term in terms)

    def _is_other_form(self, word: str) -> bool:
        return self._language == "en" and ENGLISH_NO_NOUN.match(word) is not None

    def choose(self, candidates: Sequence[_Candidate]) -> tuple[SubjectWord, ...]:
        """The best, each thing once: of a word and a phrase that it stands in the phrase, if that is said often."""
        chosen: list[_Candidate] = []
        taken: list[frozenset[str]] = []
        for candidate in sorted(candidates, key=lambda candidate: (-candidate.score, candidate.key)):
            same = self._same(candidate.key)
            if not same or self._is_none(candidate) or any(same <= earlier for earlier in taken):
                continue
            parts = [place for place, earlier in enumerate(taken) if earlier < same]
            if len(parts) == 1 and candidate.score >= MORE_SPECIFIC * chosen[parts[0]].score:
                chosen[parts[0]], taken[parts[0]] = replace(candidate, score=chosen[parts[0]].score), same
            elif not parts and len(chosen) < (MAX_SUBJECTS if candidate.sure else ENOUGH_SUBJECTS):
                chosen.append(candidate)
                taken.append(same)
        most = chosen[0].score if chosen else 1.0
        return tuple(
            SubjectWord(
                candidate.word,
                round(candidate.score / most * WEIGHT_UNIT),
                candidate.posts,
                tuple(self._evidence.terms_of(candidate.key)),
            )
            for candidate in chosen
        )

    def _says_something(self, key: Key, titles: int) -> bool:
        """Whether a word of a phrase says something alone, or general words stand together again and again."""
        if not all(map(self._says_nothing, key)):
            return True
        return self._alone.issuperset(key) and titles >= FIRM_TITLES < self._evidence.posts_with(key)

    def _says_nothing(self, word: str) -> bool:
        return word in self._alone or word.isdigit() or (word,) in self._own or word in self._squeezed

    def _is_borne_out(self, label: Key) -> bool:
        """Whether titles or texts say a tag, too: what none says sorts posts and may say little else."""
        evidence = self._evidence
        often = evidence.labels.posts[label]
        return bool(evidence.titles.posts[label]) or evidence.texts_with(label) >= LABEL_TEXT_SHARE * often

    def _candidate(self, key: Key, word: str, posts: int = 0, least: float = 0.0) -> _Candidate:
        evidence = self._evidence
        terms, saying = evidence.terms_of(key), evidence.posts_with(key)
        rarity = sum(self._frequencies.author_idf(term) for term in terms) / len(terms) if terms else 0.0
        tag = LABEL if self._is_borne_out(key) else BARE_LABEL
        uses = tag * evidence.labels.posts[key] + TITLE * evidence.titles.posts[key]
        uses *= (PHRASE if len(key) > 1 else 1.0) * (1 + TEXT * saying / len(evidence.posts))
        return _Candidate(key, word, round(max(uses, least) * rarity**RARITY_EXPONENT, 6), max(posts, saying))

    def _goes_on(self, key: Key) -> bool:
        return not self._evidence.labels.posts[key] and self._evidence.goes_on(key)

    def _is_none(self, candidate: _Candidate) -> bool:
        key = candidate.key
        return (
            key in self._own
            or "".join(key) in self._squeezed
            or all(len(word) < 2 or word.isdigit() for word in key)
            or any(map(EDITION.fullmatch, key))  # an edition of something: it passes
            or len(candidate.word) > MAX_SUBJECT_LETTERS
            or self._words.corrections.strikes(candidate.word, self._language)
            or self._is_person(key)
        )

    def _is_person(self, key: Key) -> bool:
        """Whether it begins with a first name, in capitals, and is none of the author's tags."""
        if key[0] not in first_names() or self._evidence.labels.posts[key]:
            return False
        return self._evidence.is_name(key, 1) or self._evidence.is_name(key[:1], 1)

    def _same(self, key: Key) -> frozenset[str]:
        return frozenset(self._evidence.stems_of(key))
