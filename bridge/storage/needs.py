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
from typing import Any

from sqlalchemy import Connection, case, func, select

from bridge.logs import each
from bridge.mentors.lived import Lived
from bridge.mentors.needs import (
    Answer,
    IndexedPost,
    Size,
    Vote,
    Way,
    Word,
    answer,
    need_vector,
    read_need,
    vote,
)
from bridge.mentors.related import dots
from bridge.mentors.skills import own_matcher
from bridge.model import MentorKey
from bridge.storage import candidates, epochs, mentors, post_index
from bridge.storage.declarations import declaration
from bridge.storage.epochs import Epoch, FrequencyCache
from bridge.storage.tables import authors, need_posts, posts
from bridge.text.html import plain_text
from bridge.text.language import detect
from bridge.text.snippets import snippet
from bridge.text.spelling import spelt_like
from bridge.text.terms import FEWEST_POSTS, Frequencies, Vector, term_id
from bridge.text.tokens import fold, stem, stop_words, tokens, words_of

LANGUAGES = 8  # in which a need is looked for, the largest first
BUDGET = 1500  # posts that are read for one need
CHAMPIONS = 20  # mentors whose posts are read for common words
NEAR = 60  # mentors whose profiles are compared with the need
LONG = 60  # characters of a need whose language can be told by itself
NAMED = 0.5  # how much a word counts by which another language names a skill of the need
STOP_WORD = 0.5  # share of posts that hold a given stop word of their language, about
SHOWN_POSTS = 3  # named of each mentor


@dataclass(frozen=True, slots=True)
class VotingPost:
    """A post that voted, as it is shown; the snippet is plain text around the words of the need."""

    id: int
    title: str
    url: str
    date: datetime
    snippet: str


@dataclass(frozen=True, slots=True)
class FoundMentor:
    """A mentor for a need: how many posts voted, the best of them, and the words of the need that they hold."""

    id: int
    key: MentorKey
    score: int
    votes: int
    posts: tuple[VotingPost, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of an answer.

    `language`: what the need was read as; `meant`: {typed: understood} where they differ; `words`: those that were
    looked for, none when the need says too little.
    """

    mentors: tuple[FoundMentor, ...] = ()
    total: int = 0
    language: str = ""
    meant: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()


def search(
    tx: Connection, need: str, *, language: str | None = None, limit: int = 10,
    offset: int = 0, fitting: Callable[[Sequence[int]], Sequence[int]] | None = None, snippets: bool = True,
) -> Results:  # fmt: skip
    """Listed mentors who wrote about `need`, best first.

    Args:
        language: only mentors who write in it (ISO 639-1); None: all, whatever language the need is in.
        fitting: given mentors best first, those of them that may be answered.
        snippets: whether the best post of each mentor is quoted, which takes most of the time of a long answer.
    """
    epoch = epochs.current(tx)
    if epoch is None or not epoch.sizes:  # nothing was written yet when it was made
        return Results()
    asked = Query(tx, epoch, need, language)
    found = asked.posts()
    votes = vote(asked.words, found, asked.frequencies)
    near = asked.near({one.mentor_id for one in votes})
    sizes = _sizes(tx, {one.mentor_id for one in votes})
    counted = [post for post in found if post.mentor_id in sizes]
    ranked = answer(asked.words, votes, counted, sizes, asked.frequencies, near)
    if fitting is not None:
        kept = set(fitting([one.mentor_id for one in ranked]))
        ranked = [one for one in ranked if one.mentor_id in kept]
    page = ranked[offset : offset + limit]
    words = tuple(word.written for word in asked.words)
    return Results(_shown(tx, page, asked, snippets=snippets), len(ranked), asked.language, asked.meant, words)


class Query:
    """A need, read in every language that it is looked for in."""

    def __init__(self, tx: Connection, epoch: Epoch, need: str, language: str | None) -> None:
        self._tx = tx
        self._known = FrequencyCache(epoch)
        self.need = need[:2000]
        largest = sorted(epoch.sizes, key=lambda one: (-epoch.sizes[one][0], one))[:LANGUAGES]
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
            known = self.frequencies[language]
            rare = sum(math.log((_df(known, term) - 0.5) / max(FEWEST_POSTS, known.posts)) for term in ids)
            likely[language] = rare + (len(written) - len(ids)) * math.log(STOP_WORD)
        if len(self.need) >= LONG and (detected := detect(self.need, "")) in likely:
            return detected
        return max(languages, key=lambda language: likely[language])

    def _load(self, terms: Mapping[str, Iterable[int]]) -> None:
        self.frequencies |= self._known.by_language(self._tx, terms)

    def _read(self) -> list[Word]:
        written = [word for _, word in tokens(self.need, self.language)]
        exact = {word: self._exact(word) for word in written}
        named = self._named_abroad(written)
        other = self._corrected({word: ways for word, ways in exact.items() if not self._is_known(word, ways)})
        return read_need([*((word, (*exact[word].values(), *other.get(word, ()))) for word in written), *named])

    def _named_abroad(self, written: Sequence[str]) -> list[tuple[str, tuple[Way, ...]]]:
        """The skills that the need names, as other languages name them: (label, ways), one for each word of a name.

        All words of a name together weigh less than the word that was typed.
        """
        matcher, own = own_matcher(), self.frequencies[self.language]
        rarest = max((own.idf(term_id(stem(word, self.language))) for word in written), default=0.0)
        found = []
        for skill in sorted(matcher.find(self.need, self.language)):
            names = {
                language: [term_id(one) for one in matcher.usual_name(skill, language)]
                for language in self.languages if language != self.language
            }  # fmt: skip
            self._load(names)
            for place in range(max(map(len, names.values()), default=0)):
                ways = tuple(
                    Way(one, terms[place], self._share(one, terms, terms[place], rarest))
                    for one, terms in names.items() if place < len(terms)
                )  # fmt: skip
                found.append((matcher.skills[skill].label(self.language), ways))
        return found

    def _exact(self, word: str) -> dict[str, Way]:
        """How a word as it was typed is written in each language that is looked in."""
        own_idf = self.frequencies[self.language].idf(term_id(stem(word, self.language)))
        exact = {}
        for language in self.languages:
            if language != self.language and fold(word) in stop_words(language):
                continue
            term = term_id(stem(word, language))
            # In another language a word weighs no more than in the one it was typed in.
            share = 1.0 if language == self.language else min(1.0, own_idf / self.frequencies[language].idf(term))
            exact[language] = Way(language, term, share)
        return exact

    def _is_known(self, word: str, exact: Mapping[str, Way]) -> bool:
        used = [_df(self.frequencies[way.language], way.term) for way in exact.values()]
        return max(*used, _df(self.frequencies[self.language], term_id(stem(word, self.language))), 1) > 1

    def _corrected(self, unknown: Mapping[str, Mapping[str, Way]]) -> dict[str, list[Way]]:
        """What mistyped words may mean, in each language."""
        like = post_index.words_like(self._tx, self.languages, [fold(word) for word in unknown])
        found: dict[str, list[Way]] = defaultdict(list)
        for word, exact in unknown.items():
            for language in self.languages:
                alike = like[language, fold(word)]
                for term, share in spelt_like(fold(word), alike):
                    if language in exact and exact[language].term == term:
                        continue
                    found[word].append(Way(language, term, share))
                    self.meant.setdefault(word, next(known for known, other, _ in alike if other == term))
        self._load({one: [way.term for ways in found.values() for way in ways if way.language == one]
                    for one in self.languages})  # fmt: skip
        return found

    def _share(self, language: str, name: Sequence[int], term: int, rarest: float) -> float:
        return NAMED / len(name) * min(1.0, rarest / self.frequencies[language].idf(term))

    def _df(self, word: Word) -> int:
        return sum(_df(self.frequencies[way.language], way.term) for way in word.ways)

    def posts(self) -> list[IndexedPost]:
        """Posts that may vote: all that hold the rarer words, and those of the champions of the common ones."""
        chosen: list[Word] = []
        total = 0
        for word in sorted(self.words, key=lambda word: (self._df(word), word.written)):
            total += self._df(word)
            if total > BUDGET:
                break
            chosen.append(word)
        tokens_ = sorted({post_index.token(way.language, way.term) for word in chosen for way in word.ways})
        found = {post.id: post for post in post_index.posts(self._tx, post_index.matching(self._tx, tokens_, BUDGET))}
        if len(chosen) < len(self.words):
            champions = [mentor_id for ids in self._champions for mentor_id in ids[:CHAMPIONS]]
            found |= {post.id: post for post in post_index.posts_of(self._tx, champions)}
        return [found[post_id] for post_id in sorted(found)]

    @cached_property
    def _vectors(self) -> dict[str, Vector]:
        return {language: need_vector(self.words, language, self.frequencies[language]) for language in self.languages}

    @cached_property
    def _champions(self) -> list[list[int]]:
        """Mentors whose profiles weigh the words most, best first, of each language."""
        return candidates.mentor_ids_of_each(self._tx, list(self._vectors.values()), limit=NEAR)

    def near(self, voters: set[int]) -> dict[int, int]:
        """{mentor: cosine of need and profile} of the voters and of those found by their profiles alone."""
        found = candidates.load(self._tx, sorted(voters.union(*self._champions)))
        likeness: dict[int, int] = {}
        for language, vector in self._vectors.items():
            alike = [one for one in found if one.language == language]
            cosines = dots(vector, [one.vector for one in alike]) if alike else []
            likeness |= {one.id: cosine for one, cosine in zip(alike, cosines, strict=True) if cosine}
        return likeness


def _df(known: Frequencies, term: int) -> int:
    return known.of.get(term, (1, 1))[0]


def _sizes(tx: Connection, mentor_ids: Iterable[int]) -> dict[int, Size]:
    columns = (need_posts.c.mentor_id, func.count(), func.sum(need_posts.c.words))
    rows = tx.execute(
        select(*columns).where(need_posts.c.mentor_id.in_(sorted(mentor_ids))).group_by(need_posts.c.mentor_id)
    )
    return {row[0]: Size(row[1], row[2]) for row in rows}


def _shown(tx: Connection, page: Sequence[Answer], asked: Query, *, snippets: bool) -> tuple[FoundMentor, ...]:
    keys = mentors.keys(tx, [one.mentor_id for one in page])
    written = {way.term: word.written for word in asked.words for way in word.ways}
    # Reading a text takes time: only the best post of a mentor gets a snippet.
    quoted = [one.votes[0] for one in page if one.votes] if snippets else []
    rows = _rows(tx, [one.post_id for found in page for one in found.votes[:SHOWN_POSTS]], quoted)
    return tuple(
        FoundMentor(
            one.mentor_id, keys[one.mentor_id], one.score, len(one.votes),
            tuple(
                _post(rows[ballot.post_id], ballot) for ballot in one.votes[:SHOWN_POSTS] if ballot.post_id in rows
            ),
            tuple(dict.fromkeys(written[term] for ballot in one.votes for term in ballot.terms)),
        )
        for one in page
    )  # fmt: skip


def _rows(tx: Connection, post_ids: Sequence[int], quoted: Sequence[Vote]) -> dict[int, Any]:
    """Posts as they are shown, with the text of those that are quoted."""
    if not post_ids:
        return {}
    text = case((posts.c.id.in_([one.post_id for one in quoted]), posts.c.content), else_="").label("text")
    own = posts.c
    columns = (own.id, own.title, own.url, own.language, own.published_at, own.lived, own.disclosure, text)
    whose = (authors.c.blog_id == own.blog_id) & (authors.c.remote_id == own.author_id)
    statement = select(*columns, authors.c.declared).outerjoin(authors, whose).where(own.id.in_(post_ids))
    return {row.id: row for row in tx.execute(statement)}


def _post(row: Any, ballot: Vote) -> VotingPost:
    said = each([row], lambda row: _quote(row, ballot), "snippet") if row.text else []
    return VotingPost(row.id, row.title, row.url, row.published_at, said[0] if said else "")


def _quote(row: Any, ballot: Vote) -> str:
    """At most the sentence that answers: no passage of experience that its author left unticked, and nothing of a text
    that touches on a crisis or was not read for either (docs/decisions/0001-what-a-search-quotes.md)."""
    if row.disclosure is None:
        return ""
    allowed = frozenset(declaration(row.declared).get("quotable", ()))
    passages = Lived.from_json(json.loads(row.lived), row.disclosure).passages
    withheld = [passage.text for passage in passages if passage.key not in allowed]
    return snippet(plain_text(row.text), set(ballot.terms), row.language, withheld)
