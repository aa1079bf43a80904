"""Search: from a typed need to mentors, over what the index holds. Pages, API and command line all ask here.

Rare words find posts through the index. A word so common that reading all its posts would take long finds the mentors
whose profiles it weighs most in instead, and their posts vote. So an answer costs about the same in a bank of any size.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bridge.logs import make_each
from bridge.mentors.need_ranking import (
    IndexedPost,
    NeedWord,
    RankedMentor,
    Vote,
    WordVariant,
    need_vector,
    rank_for_need,
    read_need,
    vote,
)
from bridge.mentors.post_reading import PostExperience
from bridge.mentors.related import dot_products
from bridge.mentors.skills import bundled_matcher
from bridge.model import MentorKey
from bridge.storage.bank import full_text
from bridge.storage.content import posts as stored_posts
from bridge.storage.content.declarations import parse_declaration
from bridge.storage.content.posts import QuotablePost
from bridge.storage.core.database import Tx
from bridge.storage.matching import candidates, epochs, profiles
from bridge.storage.matching.epochs import Epoch, FrequencyCache
from bridge.text.html import plain_text
from bridge.text.language import detect_language
from bridge.text.snippets import find_snippet
from bridge.text.spelling import spelling_candidates
from bridge.text.terms import MIN_CORPUS_POSTS, Frequencies, Vector, term_id
from bridge.text.tokens import fold, stem, stop_words, tokens, words_of

SEARCHED_LANGUAGES = 8  # in which a need is looked for, the largest first
POSTS_READ = 1500  # posts that are read for one need
CHAMPIONS_PER_LANGUAGE = 20  # mentors whose posts are read for common words
PROFILES_COMPARED = 60  # mentors whose profiles are compared with the need
DETECTABLE_CHARACTERS = 60  # characters of a need whose language can be told by itself
SKILL_NAME_WEIGHT = 0.5  # how much a word counts by which another language names a skill of the need
STOP_WORD_SHARE = 0.5  # share of posts that hold a given stop word of their language, about
POSTS_PER_MENTOR = 3  # named of each mentor


@dataclass(frozen=True, slots=True)
class PostHit:
    """A post that voted, as it is shown; the snippet is plain text around the words of the need."""

    id: int
    title: str
    url: str
    date: datetime
    snippet: str


@dataclass(frozen=True, slots=True)
class MentorHit:
    """A mentor for a need: how many posts voted, the best of them, and the words of the need that they hold."""

    id: int
    key: MentorKey
    score: int
    votes: int
    posts: tuple[PostHit, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of an answer.

    `language`: what the need was read as; `meant`: {typed: understood} where they differ; `words`: those that were
    looked for, none when the need says too little.
    """

    mentors: tuple[MentorHit, ...] = ()
    total: int = 0
    language: str = ""
    meant: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()


def search(
    tx: Tx,
    need: str,
    *,
    language: str | None = None,
    limit: int = 10,
    offset: int = 0,
    fitting: Callable[[Sequence[int]], Sequence[int]] | None = None,
    snippets: bool = True,
) -> Results:
    """Listed mentors who wrote about `need`, best first.

    Args:
        language: only mentors who write in it (ISO 639-1); None: all, whatever language the need is in.
        fitting: given mentors best first, those of them that may be answered.
        snippets: whether the best post of each mentor is quoted, which takes most of the time of a long answer.
    """
    epoch = epochs.find_current(tx)
    if epoch is None or not epoch.sizes:  # nothing was written yet when it was made
        return Results()
    asked = Query(tx, epoch, need, language)
    posts = asked.posts()
    votes = vote(asked.words, posts, asked.frequencies)
    near = asked.near({mentor.mentor_id for mentor in votes})
    sizes = full_text.list_mentor_sizes(tx, {mentor.mentor_id for mentor in votes})
    counted = [post for post in posts if post.mentor_id in sizes]
    ranked = rank_for_need(asked.words, votes, counted, sizes, asked.frequencies, near)
    if fitting is not None:
        fit = set(fitting([mentor.mentor_id for mentor in ranked]))
        ranked = [mentor for mentor in ranked if mentor.mentor_id in fit]
    page = ranked[offset : offset + limit]
    words = tuple(word.written for word in asked.words)
    return Results(_shown(tx, page, asked, snippets=snippets), len(ranked), asked.language, asked.meant, words)


class Query:
    """A need, read in every language that it is looked for in."""

    def __init__(self, tx: Tx, epoch: Epoch, need: str, language: str | None) -> None:
        self._tx = tx
        self._known = FrequencyCache(epoch)
        self.need = need[:2000]
        largest = sorted(epoch.sizes, key=lambda one: (-epoch.sizes[one][0], one))[:SEARCHED_LANGUAGES]
        self.languages = [language] if language else largest
        self.frequencies: dict[str, Frequencies] = {}
        self.meant: dict[str, str] = {}
        # All words in all languages before anything is asked of them: one question to the database.
        written = {*words_of(self.need), *(word for _, word in tokens(self.need, ""))}
        self._load({one: [term_id(stem(word, one)) for word in written] for one in {*largest, *self.languages}})
        self.language = self._guess(largest)
        self.words = self._read()

    def _guess(self, languages: Sequence[str]) -> str:
        """What the need is most likely written in, by how often the bank's posts use its words."""
        written = words_of(self.need)
        likely: dict[str, float] = {}
        for language in languages:
            ids = [term_id(stem(word, language)) for word in written if fold(word) not in stop_words(language)]
            frequencies = self.frequencies[language]
            rare = sum(
                math.log((_df(frequencies, term) - 0.5) / max(MIN_CORPUS_POSTS, frequencies.posts)) for term in ids
            )
            likely[language] = rare + (len(written) - len(ids)) * math.log(STOP_WORD_SHARE)
        if len(self.need) >= DETECTABLE_CHARACTERS and (detected := detect_language(self.need, "")) in likely:
            return detected
        return max(languages, key=lambda language: likely[language])

    def _load(self, terms: Mapping[str, Iterable[int]]) -> None:
        self.frequencies |= self._known.by_language(self._tx, terms)

    def _read(self) -> list[NeedWord]:
        written = [word for _, word in tokens(self.need, self.language)]
        exact = {word: self._exact(word) for word in written}
        named = self._named_abroad(written)
        corrected = self._corrected({word: ways for word, ways in exact.items() if not self._is_known(word, ways)})
        return read_need([*((word, (*exact[word].values(), *corrected.get(word, ()))) for word in written), *named])

    def _named_abroad(self, written: Sequence[str]) -> list[tuple[str, tuple[WordVariant, ...]]]:
        """The skills that the need names, as other languages name them: (label, ways), one for each word of a name.

        All words of a name together weigh less than the word that was typed.
        """
        matcher, frequencies = bundled_matcher(), self.frequencies[self.language]
        rarest = max((frequencies.idf(term_id(stem(word, self.language))) for word in written), default=0.0)
        named = []
        for skill in sorted(matcher.find(self.need, self.language)):
            names = {
                language: [term_id(word) for word in matcher.usual_name(skill, language)]
                for language in self.languages
                if language != self.language
            }
            self._load(names)
            for place in range(max(map(len, names.values()), default=0)):
                ways = tuple(
                    WordVariant(spoken, terms[place], self._share(spoken, terms, terms[place], rarest))
                    for spoken, terms in names.items()
                    if place < len(terms)
                )
                named.append((matcher.skills[skill].label(self.language), ways))
        return named

    def _exact(self, word: str) -> dict[str, WordVariant]:
        """How a word as it was typed is written in each language that is looked in."""
        own_idf = self.frequencies[self.language].idf(term_id(stem(word, self.language)))
        exact = {}
        for language in self.languages:
            if language != self.language and fold(word) in stop_words(language):
                continue
            term = term_id(stem(word, language))
            # In another language a word weighs no more than in the one it was typed in.
            share = 1.0 if language == self.language else min(1.0, own_idf / self.frequencies[language].idf(term))
            exact[language] = WordVariant(language, term, share)
        return exact

    def _is_known(self, word: str, exact: Mapping[str, WordVariant]) -> bool:
        used = [_df(self.frequencies[way.language], way.term) for way in exact.values()]
        return max(*used, _df(self.frequencies[self.language], term_id(stem(word, self.language))), 1) > 1

    def _corrected(self, unknown: Mapping[str, Mapping[str, WordVariant]]) -> dict[str, list[WordVariant]]:
        """What mistyped words may mean, in each language."""
        like = full_text.list_similar_words(self._tx, self.languages, [fold(word) for word in unknown])
        meanings: dict[str, list[WordVariant]] = defaultdict(list)
        for word, exact in unknown.items():
            for language in self.languages:
                alike = like[language, fold(word)]
                for term, share in spelling_candidates(fold(word), alike):
                    if language in exact and exact[language].term == term:
                        continue
                    meanings[word].append(WordVariant(language, term, share))
                    self.meant.setdefault(word, next(spelt for spelt, number, _ in alike if number == term))
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
        by_id = {
            post.id: post
            for post in full_text.list_by_ids(self._tx, full_text.list_matching_ids(self._tx, tokens_, POSTS_READ))
        }
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

    def near(self, voters: set[int]) -> dict[int, int]:
        """{mentor: cosine of need and profile} of the voters and of those found by their profiles alone."""
        mentors = candidates.list_by_ids(self._tx, sorted(voters.union(*self._champions)))
        likeness: dict[int, int] = {}
        for language, vector in self._vectors.items():
            alike = [mentor for mentor in mentors if mentor.language == language]
            cosines = dot_products(vector, [mentor.vector for mentor in alike]) if alike else []
            likeness |= {mentor.id: cosine for mentor, cosine in zip(alike, cosines, strict=True) if cosine}
        return likeness


def _df(frequencies: Frequencies, term: int) -> int:
    return frequencies.of.get(term, (1, 1))[0]


def _shown(tx: Tx, page: Sequence[RankedMentor], asked: Query, *, snippets: bool) -> tuple[MentorHit, ...]:
    keys = profiles.list_keys(tx, [mentor.mentor_id for mentor in page])
    written = {way.term: word.written for word in asked.words for way in word.ways}
    # Reading a text takes time: only the best post of a mentor gets a snippet.
    quoted = [mentor.votes[0].post_id for mentor in page if mentor.votes] if snippets else []
    named = [ballot.post_id for mentor in page for ballot in mentor.votes[:POSTS_PER_MENTOR]]
    rows = stored_posts.list_quotable(tx, named, quoted)
    return tuple(
        MentorHit(
            mentor.mentor_id,
            keys[mentor.mentor_id],
            mentor.score,
            len(mentor.votes),
            tuple(
                _post(rows[ballot.post_id], ballot)
                for ballot in mentor.votes[:POSTS_PER_MENTOR]
                if ballot.post_id in rows
            ),
            tuple(dict.fromkeys(written[term] for ballot in mentor.votes for term in ballot.terms)),
        )
        for mentor in page
    )


def _post(row: QuotablePost, ballot: Vote) -> PostHit:
    snippets = make_each([row], lambda row: _quote(row, ballot), "snippet") if row.text else []
    return PostHit(row.id, row.title, row.url, row.published_at, snippets[0] if snippets else "")


def _quote(row: QuotablePost, ballot: Vote) -> str:
    """At most the sentence that answers: no passage of experience that its author left unticked, and nothing of a text
    that touches on a crisis or was not read for either (docs/decisions/0001-what-a-search-quotes.md)."""
    if row.disclosure is None:
        return ""
    allowed = frozenset(parse_declaration(row.declared).quotable)
    passages = PostExperience.from_json(json.loads(row.lived), row.disclosure).passages
    withheld = [passage.text for passage in passages if passage.key not in allowed]
    return find_snippet(plain_text(row.text), set(ballot.terms), row.language, withheld)
