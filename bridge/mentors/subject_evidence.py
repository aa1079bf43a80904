"""What an author's posts show of the words in their titles and tags: how many hold them, and whether they are nouns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from bridge.mentors.nouns import (
    ENGLISH_ADJECTIVE,
    MAX_RUN_WORDS,
    NEVER_SUBJECT,
    NO_WORDS,
    PHRASE_JOINING,
    PHRASE_WORD,
    Phrase,
    carries_meaning,
    names_by_capital,
    names_by_shape,
    pair_of,
    phrases_of_title,
    weak_words,
)
from bridge.mentors.skill_words import CONJUNCTIONS, JOINING_WORDS, singular
from bridge.text.terms import term_id
from bridge.text.tokens import fold, stem, stop_words

Key = tuple[str, ...]  # of a phrase: its words, folded, in the singular, without those that join
MIN_SUBJECT_POSTS = 2  # that a subject stands in
GOES_ON_SHARE = 0.6  # of the posts with a phrase that also hold the longer one it is a part of
NOUN_SHARE = 0.25  # of the posts with a word, in which it is shown to be a noun
NAME_SHARE = 0.5  # … or a name
LEADING_NAMES = 6  # of a text, those that it says most
MAX_TELLING_LABELS = 15  # of a post; more of them list what it mentions, as under a review of links or of the news
PARTS_OF_WORD = re.compile(r"[-.]")
LABEL_MARKS = re.compile(r"^[#@_\s]+|[_\s]+$")
SLUG = re.compile(r"[^\W_A-Z]+(?:-[^\W_A-Z]+)+")


class SubjectPost(NamedTuple):
    """One post of an author, as its subjects are looked for."""

    title: str
    labels: Sequence[str]  # tags, then categories
    terms: frozenset[int]  # text.terms.term_id of its words
    nouns: Sequence[str]  # mentors.nouns.PostNouns
    names: Sequence[str]
    phrases: Sequence[str]
    skills: Collection[str]  # that it is about, or that a tag stands for
    spoken: Collection[str] = ()  # names by which it speaks of the skills that it is about


class Uses:
    """In how many titles, labels or texts each phrase stands, and how it is written there."""

    def __init__(self, phrases_by_post: Iterable[Sequence[Phrase]]) -> None:
        self.posts = Counter[Key]()
        self._forms = Counter[tuple[Key, str]]()
        self.words = dict[str, str]()  # of the keys: as they are written, in lower case
        for phrases in phrases_by_post:
            self.posts.update({phrase.key for phrase in phrases})
            self._forms.update([(phrase.key, phrase.written) for phrase in phrases])
        for key, words in {(phrase.key, phrase.words) for phrases in phrases_by_post for phrase in phrases}:
            for word, written in zip(key, words, strict=True):
                self.words[word] = max(self.words.get(word, ""), written)
        self._usual: dict[Key, str] | None = None

    def usual(self, key: Key) -> str:
        """As it is written most often."""
        if self._usual is None:
            ordered = sorted(self._forms.items(), key=lambda form: (form[1], form[0][1]))
            self._usual = {key: written for (key, written), _ in ordered}
        return self._usual[key]


@lru_cache(maxsize=2)
def _words_of(name: str) -> frozenset[str]:
    text = (files("bridge.text") / "data" / name).read_text(encoding="utf-8")
    return frozenset(fold(word) for line in text.splitlines() if not line.startswith("#") for word in line.split())


def first_names() -> frozenset[str]:
    """Folded first names: who is named with one is a person."""
    return _words_of("first_names.txt")


@lru_cache(maxsize=8)
def vague_labels(language: str) -> frozenset[str]:
    """Folded singulars of tags and categories that sort posts without saying what they are about."""
    return frozenset(singular(word, language) for word in _words_of("vague_labels.txt"))


def label_text(label: str) -> str:
    """A tag or category as words: no marks around it, and a slug ("jeu-de-role") with spaces."""
    label = LABEL_MARKS.sub("", label).replace("_", " ")
    return label.replace("-", " ") if SLUG.fullmatch(label) else label


@lru_cache(maxsize=50_000)
def _whole_phrase(text: str, language: str) -> Phrase | None:
    """All of a label or name as one phrase; of nothing but joining words none."""
    words = [match[0] for match in PHRASE_WORD.finditer(label_text(text)) if carries_meaning(match[0], language)]
    key = tuple(singular(fold(word), language) for word in words)
    return Phrase(key, text, tuple(word.lower() for word in words)) if key else None


def _whole_phrases(texts: Iterable[str], language: str) -> list[Phrase]:
    """Each of some labels or names once."""
    phrases = (_whole_phrase(text, language) for text in texts)
    return list({phrase.key: phrase for phrase in phrases if phrase is not None}.values())


def key_of(text: str, language: str) -> Key:
    """The words of a name or phrase by which it is the same as another, however it is written."""
    phrase = _whole_phrase(text, language)
    return phrase.key if phrase else ()


def _parts_of(name: str, language: str) -> Key:
    """As `key_of`, but of the parts of a compound, as the names of skills are looked for."""
    return key_of(PARTS_OF_WORD.sub(" ", name), language)


@lru_cache(maxsize=20_000)
def is_noun_phrase(name: str, language: str) -> bool:
    """Whether a name of several words holds no verb and nothing that only joins but as a phrase does."""
    never, joining = weak_words(language, NEVER_SUBJECT), PHRASE_JOINING.get(language, NO_WORDS)
    words = [match[0] for match in PHRASE_WORD.finditer(name)]
    return all(fold(word) in joining or (fold(word) not in never and carries_meaning(word, language)) for word in words)


@lru_cache(maxsize=20_000)
def is_label_phrase(label: str, language: str) -> bool:
    """Whether a label of several words holds nothing but words with a meaning and what joins them, and ends in one."""
    words = [match[0] for match in PHRASE_WORD.finditer(label_text(label))]
    return fold(words[-1]) not in JOINING_WORDS and all(
        carries_meaning(word, language) or fold(word) in JOINING_WORDS or fold(word) in CONJUNCTIONS for word in words
    )


@lru_cache(maxsize=100_000)
def _stems_of_word(word: str, language: str) -> tuple[str, ...]:
    """As `text.terms` counts it: a compound with a hyphen is one word, else its parts."""
    parts = [part for part in PARTS_OF_WORD.split(word) if len(part) > 1 and fold(part) not in stop_words(language)]
    return tuple(stem(part, language) for part in parts)


def _pairs(phrases: Iterable[Phrase]) -> set[str]:
    return {pair_of(*pair) for phrase in phrases for pair in pairwise(phrase.key)}


def _longer_phrases(keys: Iterable[Key]) -> dict[Key, set[Key]]:
    """Phrase → the longer ones that it stands in."""
    longer: dict[Key, set[Key]] = {}
    for key in keys:
        size = len(key)
        for first in range(size if size > 1 else 0):
            for end in range(first + 1, size + 1):
                if end - first < size:
                    longer.setdefault(key[first:end], set()).add(key)
    return longer


class AuthorEvidence:
    """Counts the posts of one author in one language."""

    def __init__(self, posts: Sequence[SubjectPost], language: str) -> None:
        self.posts, self.language = posts, language
        titled = [phrases_of_title(post.title, language) for post in posts]
        telling = [post.labels if len(post.labels) <= MAX_TELLING_LABELS else () for post in posts]
        labelled = [_whole_phrases(labels, language) for labels in telling]
        self.titles, self.labels = Uses(titled), Uses(labelled)
        leading = [(*post.names[:LEADING_NAMES], *names_by_capital(post.title, language)) for post in posts]
        names = [(*post.names, *names_by_shape(post.title, language)) for post in posts]
        self._names = Uses([_whole_phrases((*some, *names[at]), language) for at, some in enumerate(leading)])
        self._leading_names = {phrase.key for some in leading for phrase in _whole_phrases(some, language)}
        self._nouns = Counter(noun for post in posts for noun in set(post.nouns))
        self.skills = Counter(skill for post in posts for skill in set(post.skills))
        self._spoken = Counter(name for post in posts for name in {_parts_of(name, language) for name in post.spoken})
        own_pairs = [_pairs((*titled[number], *labelled[number])) for number in range(len(posts))]
        asked_pairs = frozenset().union(*own_pairs)
        self._paired: dict[str, set[int]] = {}
        for number, post in enumerate(posts):
            for pair in own_pairs[number] | asked_pairs.intersection(post.phrases):
                self._paired.setdefault(pair, set()).add(number)
        often_named = (key for key, _ in self.names_of_posts(MIN_SUBJECT_POSTS))
        keys = {*self.titles.posts, *self.labels.posts, *often_named}
        self.terms = sorted({term for key in keys for term in self.terms_of(key)})
        self._using: dict[int, set[int]] = {}
        asked = frozenset(self.terms)
        for number, post in enumerate(posts):
            for term in asked & post.terms:
                self._using.setdefault(term, set()).add(number)
        self._posts_with: dict[Key, int] = {}
        self._longer = _longer_phrases((*self.titles.posts, *self._names.posts))

    def stems_of(self, key: Key) -> list[str]:
        """The stems of its words, as the terms of posts are."""
        return [part for word in key for part in _stems_of_word(self._spelled(word), self.language)]

    def _spelled(self, word: str) -> str:
        uses = (self.titles, self.labels, self._names)
        return next((use.words[word] for use in uses if word in use.words), word)

    def terms_of(self, key: Key) -> list[int]:
        """The terms of its words."""
        return [term_id(part) for part in self.stems_of(key)]

    def posts_with(self, key: Key) -> int:
        """Posts that hold all its words, or name it in their title, in a tag or in the text."""
        if (count := self._posts_with.get(key)) is not None:
            return count
        if len(key) > 1:
            numbers = [self._paired.get(pair_of(*pair), set()) for pair in pairwise(key)]
        else:
            numbers = [self._using.get(term, set()) for term in self.terms_of(key)]
        together = len(set.intersection(*numbers)) if numbers else 0
        posts = max(together, self.titles.posts[key], self.labels.posts[key], self._names.posts[key])
        self._posts_with[key] = posts
        return posts

    def texts_with(self, key: Key) -> int:
        """Posts whose words hold all of it, wherever they stand."""
        numbers = [self._using.get(term, set()) for term in self.terms_of(key)]
        return len(set.intersection(*numbers)) if numbers else 0

    def posts_speaking_of(self, name: str) -> int:
        """Posts that are about a skill and call it so, word for word."""
        return self._spoken[_parts_of(name, self.language)]

    def is_name(self, key: Key, least: int = MIN_SUBJECT_POSTS) -> bool:
        """Whether texts write it with capitals."""
        often = self._names.posts[key]
        return often >= least and often >= NAME_SHARE * self.posts_with(key)

    def is_leading_name(self, key: Key) -> bool:
        """Whether a text says it more often than nearly all names, or a title marks it; no part of a longer one."""
        longer = self._longer.get(key, ())
        return key in self._leading_names and not any(self._names.posts[phrase] for phrase in longer)

    def names_of_posts(self, least: float) -> list[tuple[Key, int]]:
        """Names that at least so many posts write with capitals, and in how many they do."""
        return sorted((key, posts) for key, posts in self._names.posts.items() if posts >= least and len(key[0]) > 2)

    def is_noun(self, word: str) -> bool:
        """Whether texts put an article before it."""
        often = self._nouns[word]
        return often >= MIN_SUBJECT_POSTS and often >= NOUN_SHARE * self.posts_with((word,))

    def ends_as_adjective(self, key: Key) -> bool:
        """Whether the last word has the ending of an English adjective, and texts do not show it as a noun."""
        last = key[-1]
        return self.language == "en" and ENGLISH_ADJECTIVE.match(last) is not None and not self.is_noun(last)

    def is_shown_as_noun(self, word: str, posts: int) -> bool:
        """Whether enough of the posts that use a word show it as a noun or a name."""
        return self._nouns[word] >= NOUN_SHARE * posts > 0 or self._names.posts[(word,)] >= NAME_SHARE * posts > 0

    def goes_on(self, key: Key) -> bool:
        """Whether it is a part of a longer phrase, which stands nearly everywhere that it does."""
        return any(self._is_part_of(key, longer) for longer in self._longer.get(key, ()))

    def _is_part_of(self, key: Key, longer: Key) -> bool:
        titles, names, titled = self.titles.posts[key], self._names.posts[key], self.titles.posts[longer]
        alone = titles >= MIN_SUBJECT_POSTS and not titled  # titles say "Ember", though texts add "Ember Data"
        if names >= MIN_SUBJECT_POSTS and self._names.posts[longer] >= GOES_ON_SHARE * names and not alone:
            return True
        if self.is_name(key) and not self._names.posts[longer]:
            return False  # "application Ember" is on Ember
        if self.posts_with(longer) < MIN_SUBJECT_POSTS or self._is_head_of(key, longer):
            return False
        return 2 * titled >= titles > 0 < titled and self.posts_with(longer) >= GOES_ON_SHARE * self.posts_with(key)

    def _is_head_of(self, key: Key, longer: Key) -> bool:
        """Whether it is what a phrase that is too long to be shown says in English at its end."""
        return self.language == "en" and len(key) > 1 and len(longer) == MAX_RUN_WORDS and longer[-len(key) :] == key

    def written(self, key: Key, least: int = MIN_SUBJECT_POSTS) -> str:
        """As its texts write it: what `is_name` with its capitals, what is none in lower case."""
        if self.is_name(key, least):
            return self._names.usual(key)
        return self._lowered(self.titles.usual(key))

    def _lowered(self, phrase: str) -> str:
        def word(match: re.Match[str]) -> str:
            key = (singular(fold(match[0]), self.language),)
            if self.is_name(key):
                return self._names.usual(key)
            plain = match[0][0] + match[0][1:].lower() == match[0]
            return match[0].lower() if plain else match[0]

        return PHRASE_WORD.sub(word, phrase)
