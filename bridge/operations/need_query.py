"""A typed need, read in each language that it is looked for in: how its words may be written, which posts hold them.

Rare words find posts through the index. A word so common that reading all its posts would take long finds the mentors
whose profiles it weighs most in instead, and their posts vote. So an answer costs about the same in a bank of any size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from bridge.mentors.asking import only_asks
from bridge.mentors.cross_language import false_friends
from bridge.mentors.indexed_posts import IndexedPost
from bridge.mentors.need_coverage import SubjectWord, missing_words
from bridge.mentors.need_ranking import NeedWord, WordVariant, need_vector, read_need
from bridge.mentors.skills import bundled_matcher
from bridge.operations.need_language import language_of_need
from bridge.storage.bank import full_text
from bridge.storage.core.database import Tx
from bridge.storage.matching import candidates
from bridge.storage.matching.epochs import Epoch, FrequencyCache
from bridge.text.spelling import spelling_candidates
from bridge.text.terms import Frequencies, Vector, term_id
from bridge.text.tokens import accented_stems, fold, stem, stop_words, tokens, words_of
from bridge.text.vocabulary import LANGUAGES as VOCABULARY_LANGUAGES
from bridge.text.vocabulary import OtherWay, asking_words, bundled_vocabulary, spelt

SEARCHED_LANGUAGES = 8  # in which a need is looked for, the largest first
POSTS_READ = 1500  # posts that are read for one need
CHAMPIONS_PER_LANGUAGE = 20  # mentors whose posts are read for common words
PROFILES_COMPARED = 60  # mentors whose profiles are compared with the need
SKILL_NAME_WEIGHT = 0.5  # how much a word counts by which another language names a skill of the need
TELLING_SHARE = 0.3  # of a way that is as good as the word that was typed
ASKING_SHARE = 0.2  # how much a word counts by which somebody only asks, beside others


class NeedQuery:
    """A need, read in every language that it is looked for in."""

    def __init__(self, tx: Tx, epoch: Epoch, need: str, language: str | None, page_language: str | None = None) -> None:
        self._tx = tx
        self._known = FrequencyCache(epoch)
        self.need = need[:2000]
        largest = sorted(epoch.sizes, key=lambda tongue: (-epoch.sizes[tongue][0], tongue))[:SEARCHED_LANGUAGES]
        self.language_asked = language
        self.languages = [language] if language else largest
        self.frequencies: dict[str, Frequencies] = {}
        self.meant: dict[str, str] = {}
        # All words in all languages before anything is asked of them: one question to the database.
        written = {*words_of(self.need), *(word for _, word in tokens(self.need, ""))}
        self._load(
            {tongue: [t for word in written for t in _terms(word, tongue)] for tongue in {*largest, *self.languages}}
        )
        self.language = language_of_need(self.need, largest, self.frequencies, page_language)
        self.words = self._read()

    def _load(self, terms: Mapping[str, Iterable[int]]) -> None:
        self.frequencies |= self._known.by_language(self._tx, terms)

    def _read(self) -> list[NeedWord]:
        text = spelt(self.need)
        idioms = bundled_vocabulary().idioms(text, self.language)
        rest = text
        for idiom in reversed([idiom for idiom in idioms if not idiom.literal]):
            rest = f"{rest[: idiom.start]}, {rest[idiom.end :]}"
        written = list(dict.fromkeys(word for _, word in tokens(rest, self.language)))
        meanings = {word: bundled_vocabulary().other_ways(word, self.language) for word in written}
        meanings |= {idiom.written: list(idiom.ways) for idiom in idioms}
        names = self._names_abroad()
        self._load_further([way for ways in meanings.values() for way in ways], names.values())
        exact = {word: self._exact(word) for word in written}
        named = self._named_abroad(names, written)
        corrected = self._corrected({word: ways for word, ways in exact.items() if not self._is_known(word, ways)})
        read = [
            *((idiom.written, tuple(self._meant_by(idiom.ways, 0.0))) for idiom in idioms),
            *(
                (
                    word,
                    (*exact[word], *self._meant_by(meanings[word], self._idf(word)), *corrected.get(word, ())),
                )
                for word in written
            ),
        ]
        self.as_typed = {way.term for ways in (*exact.values(), *corrected.values()) for way in ways}
        compounds = {word for word in written if not word.isalpha()}
        entries = {word for word in compounds if self._is_in_vocabulary(word)}
        self._in_parts = {idiom.written for idiom in idioms if idiom.literal} | (compounds - entries)
        # "self-employed" is one word: who is "employed" says something else.
        self._parts = {part for word in entries for _, part in tokens(word, self.language)} - entries
        subjects = [word for word, _ in read if not self.only_asks(word) and word not in self._parts]
        lightened = [
            (word, tuple(replace(way, share=way.share * ASKING_SHARE) for way in ways))
            if subjects and word not in subjects
            else (word, ways)
            for word, ways in read
        ]
        self.typed = read_need(lightened)
        words = read_need([*lightened, *named])
        self.named = words[len(self.typed) :]  # by the skills that the need names
        return words

    def only_asks(self, word: str) -> bool:
        """Whether a word is one by which people ask, whatever for."""
        return only_asks(word, self.language)

    def _load_further(self, ways: Sequence[OtherWay], names: Iterable[Mapping[str, Sequence[int]]]) -> None:
        """All that the typed words mean, in one question to the database."""
        terms = {
            language: [term_id(stem(way.word, language)) for way in ways if way.language == language]
            for language in self.languages
        }
        for name in names:
            for language, named in name.items():
                terms[language].extend(named)
        self._load(terms)

    def _meant_by(self, ways: Iterable[OtherWay], own_idf: float) -> Iterator[WordVariant]:
        """Further ways of a typed word; in another language none weighs more than the word itself (0: an idiom)."""
        for way in ways:
            if way.language not in self.languages:
                continue
            term = term_id(stem(way.word, way.language))
            rarity = min(1.0, own_idf / self.frequencies[way.language].idf(term)) if own_idf else 1.0
            yield WordVariant(way.language, term, way.share * rarity)

    def _idf(self, word: str) -> float:
        return self.frequencies[self.language].idf(term_id(stem(word, self.language)))

    def _names_abroad(self) -> dict[str, dict[str, list[int]]]:
        """{skill that the need names: {other language: the terms of its name there}}."""
        others = [language for language in self.languages if language != self.language]
        return {
            skill: {
                language: _subject_terms(bundled_matcher().usual_name(skill, language), language) for language in others
            }
            for skill in sorted(bundled_matcher().find(self.need, self.language))
        }

    def _named_abroad(
        self, names: Mapping[str, Mapping[str, Sequence[int]]], written: Sequence[str]
    ) -> list[tuple[str, tuple[WordVariant, ...]]]:
        """The skills that the need names, as other languages name them: (label, ways), one for each word of a name.

        All words of a name together weigh less than the word that was typed.
        """
        rarest = max((self._idf(word) for word in written), default=0.0)
        named = []
        for skill, by_language in names.items():
            for place in range(max(map(len, by_language.values()), default=0)):
                ways = tuple(
                    WordVariant(spoken, terms[place], self._share(spoken, terms, terms[place], rarest))
                    for spoken, terms in by_language.items()
                    if place < len(terms)
                )
                named.append((bundled_matcher().skills[skill].label(self.language), ways))
        return named

    def _exact(self, word: str) -> list[WordVariant]:
        """How a word as it was typed is written in each language that is looked in."""
        own_idf = self._idf(word)
        exact = []
        for language in self.languages:
            if language != self.language and not self._crosses(word, language):
                continue
            for term in _terms(word, language):
                # In another language a word weighs no more than in the one it was typed in.
                rarity = 1.0 if language == self.language else own_idf / self.frequencies[language].idf(term)
                exact.append(WordVariant(language, term, min(1.0, rarity)))
        return exact

    def _crosses(self, word: str, language: str) -> bool:
        """Whether a word means the same where another language writes it alike: the name of a skill there, or what the
        need's own language does not know. A word that it knows crosses by its meanings."""
        folded = fold(word)
        if folded in stop_words(language) or folded in false_friends():
            return False
        if self.language not in VOCABULARY_LANGUAGES or not bundled_vocabulary().knows(word, self.language):
            return True
        return bundled_matcher().names_skill(word, language)

    def _is_known(self, word: str, exact: Sequence[WordVariant]) -> bool:
        if self._is_in_vocabulary(word):
            return True
        used = [_df(self.frequencies[way.language], way.term) for way in exact]
        return max(*used, _df(self.frequencies[self.language], term_id(stem(word, self.language))), 1) > 1

    def _is_in_vocabulary(self, word: str) -> bool:
        return any(bundled_vocabulary().knows(word, language) for language in VOCABULARY_LANGUAGES)

    def _corrected(self, unknown: Mapping[str, Sequence[WordVariant]]) -> dict[str, list[WordVariant]]:
        """What mistyped words may mean, in each language."""
        like = full_text.list_similar_words(self._tx, self.languages, [fold(word) for word in unknown])
        meanings: dict[str, list[WordVariant]] = defaultdict(list)
        for word, exact in unknown.items():
            for language in self.languages:
                alike = like[language, fold(word)]
                for term, share in spelling_candidates(fold(word), alike):
                    if any((way.language, way.term) == (language, term) for way in exact):
                        continue
                    meanings[word].append(WordVariant(language, term, share))
                    self.meant.setdefault(word, next(folded for folded, number, _ in alike if number == term))
        self._load(
            {
                code: [way.term for ways in meanings.values() for way in ways if way.language == code]
                for code in self.languages
            }
        )
        return meanings

    def _share(self, language: str, name: Sequence[int], term: int, rarest: float) -> float:
        return SKILL_NAME_WEIGHT / len(name) * min(1.0, rarest / self.frequencies[language].idf(term))

    def _df(self, word: NeedWord) -> int:
        return sum(_df(self.frequencies[way.language], way.term) for way in word.ways)

    def missing(self, posts: Sequence[IndexedPost]) -> tuple[str, ...]:
        """Words of the need that nobody writes about, where they are much of what it says."""
        return missing_words(list(self._subject_words(self._subjects())), posts)

    def subject_words(self) -> list[SubjectWord]:
        """The words by which more than asking is said; all, where nothing else is."""
        return list(self._subject_words(self._subjects() or self.typed))

    def _subjects(self) -> list[NeedWord]:
        return [word for word in self.typed if not self.only_asks(word.written) and word.written not in self._parts]

    def _subject_words(self, subjects: Sequence[NeedWord]) -> Iterator[SubjectWord]:
        for word in subjects:
            ways = [way for way in word.ways if way.share >= TELLING_SHARE]
            ways += [  # a skill that it names is there by each word of its name in another language
                way for name in self.named if fold(word.written) in fold(name.written).split() for way in name.ways
            ]
            terms: dict[str, set[int]] = defaultdict(set)
            for way in ways:
                terms[way.language].add(way.term)
            # An idiom says as much as its words together.
            weight = self._idf(word.written) * len(list(tokens(word.written, self.language)) or "-")
            yield SubjectWord(word.written, weight, terms, word.written in self._in_parts)

    def posts(self) -> list[IndexedPost]:
        """Posts that may vote: all that hold the rarer words, and those of the champions of the common ones."""
        chosen: list[NeedWord] = []
        total = 0
        for word in sorted(self.words, key=lambda word: (self._df(word), word.written)):
            total += self._df(word)
            if total > POSTS_READ:
                break
            chosen.append(word)
        tokens_ = sorted({full_text.token(way.language, way.term) for word in chosen for way in word.ways})
        by_id = {post.id: post for post in full_text.list_matching(self._tx, tokens_, POSTS_READ)}
        if len(chosen) < len(self.words):
            champions = [mentor_id for ids in self._champions for mentor_id in ids[:CHAMPIONS_PER_LANGUAGE]]
            by_id |= {post.id: post for post in full_text.list_by_mentors(self._tx, champions)}
        return [by_id[post_id] for post_id in sorted(by_id)]

    @cached_property
    def _vectors(self) -> dict[str, Vector]:
        return {language: need_vector(self.words, language, self.frequencies[language]) for language in self.languages}

    @cached_property
    def _champions(self) -> list[list[int]]:
        """Mentors whose profiles weigh the words most, best first, of each language."""
        return candidates.list_mentor_ids_for_each(self._tx, list(self._vectors.values()), limit=PROFILES_COMPARED)


def _terms(word: str, language: str) -> list[int]:
    """Of a word as it was typed, and of those that it is without its accents."""
    return [term_id(stemmed) for stemmed in (stem(word, language), *accented_stems(word, language))]


def _subject_terms(name: Sequence[str], language: str) -> list[int]:
    """Of the stems of a name, but for words by which people only ask ("learning a language")."""
    asking = {stem(word, language) for word in asking_words(language)}
    return [term_id(stemmed) for stemmed in name if stemmed not in asking] or [term_id(stemmed) for stemmed in name]


def _df(frequencies: Frequencies, term: int) -> int:
    return frequencies.of.get(term, (1, 1))[0]
