"""Whom a seeker may ask instead: three mentors who take asks, each with the reason, so that proposals go round."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from bridge.asks.openness import MentorLoad, Openness
from bridge.asks.rotation import ALTERNATIVES, Candidate, choose_in_turn
from bridge.mentors.explain import join_quoted_words, language_name_for_reader
from bridge.mentors.explain_need import need_sentence
from bridge.model import AuthorKey
from bridge.operations import search
from bridge.operations.search import MentorHit
from bridge.storage.asks import ask_mentors, asks
from bridge.storage.asks.asks import Ask
from bridge.storage.bank import cards
from bridge.storage.bank.card_filters import Filters
from bridge.storage.bank.card_values import Card
from bridge.storage.blogs.keys import Vault
from bridge.storage.core.database import Tx
from bridge.storage.matching import profiles
from bridge.words import reader_locale, translate

MAX_CANDIDATES = 40  # of each kind
MAX_SPEAKERS = 2000  # who write in the language: whoever is full was proposed least, and stands before all others
SPEAKERS_AT_ONCE = 10  # of them at first, until enough take asks
MAX_NEED_CHARACTERS = 300  # as in a search
MAX_NAMED_WORDS = 3

Fits = Mapping[AuthorKey, float]


def propose_alternatives(tx: Tx, vault: Vault, ask: Ask, now: datetime) -> None:
    """Look for others whom a seeker may ask, and keep them with the ask; whoever is proposed is counted."""
    chosen: list[AuthorKey] = []
    for fits in _by_nearness(tx, ask):
        if len(chosen) < ALTERNATIVES:
            chosen += _choose(tx, fits, (ask.mentor, *chosen), ALTERNATIVES - len(chosen), now)
    for filters in (Filters(language=ask.language), Filters()):
        if len(chosen) < ALTERNATIVES:
            chosen += _first_open(tx, filters, (ask.mentor, *chosen), ALTERNATIVES - len(chosen), now)
    reasons = _reasons(tx, ask, chosen)
    asks.record_alternatives(tx, vault, ask.id, reasons)
    ask_mentors.record_proposed(tx, reasons)


def _by_nearness(tx: Tx, ask: Ask) -> Iterator[Fits]:
    """Who wrote about what is sought; then who is near to the mentor who was asked."""
    results = search.search(tx, _need(ask), language=ask.language, limit=MAX_CANDIDATES, reasons=False)
    yield {hit.key.author: float(hit.score) for hit in (*results.mentors, *results.further)}
    of_asked = [row.key.id for row in profiles.list_by_blog(tx, ask.mentor.blog_id, ask.mentor.author_id)]
    lines = [line for mentor_id in of_asked for line in profiles.list_related(tx, mentor_id)]
    keys = profiles.list_keys(tx, [line.mentor_id for line in lines])
    yield {keys[line.mentor_id].author: float(line.score) for line in lines if line.mentor_id in keys}


def _choose(tx: Tx, fits: Fits, without: Collection[AuthorKey], limit: int, now: datetime) -> list[AuthorKey]:
    """Of those who fit, some who take asks; of equals whoever was proposed least."""
    open_ = _open_to_asks(tx, [key for key in fits if key not in without], now)
    proposed = ask_mentors.list_proposed(tx, open_)
    candidates = [Candidate(str(key), fits[key], proposed.get(key, 0)) for key in open_]
    return [AuthorKey.parse(candidate.name) for candidate in choose_in_turn(candidates, limit)]


def _first_open(tx: Tx, filters: Filters, without: Collection[AuthorKey], limit: int, now: datetime) -> list[AuthorKey]:
    """Of those who write in a language, or of all, whoever was proposed least and takes asks: no more are looked at."""
    keys = [key for key in ask_mentors.list_least_proposed(tx, filters, now, MAX_SPEAKERS) if key not in without]
    open_: list[AuthorKey] = []
    start, number = 0, SPEAKERS_AT_ONCE
    while start < len(keys) and len(open_) < limit:
        open_ += _open_to_asks(tx, keys[start : start + number], now)
        start, number = start + number, 2 * number  # many are full: they are not looked at ten by ten
    return open_[:limit]


def _need(ask: Ask) -> str:
    return ask.texts.seeks[:MAX_NEED_CHARACTERS]


def _open_to_asks(tx: Tx, keys: Collection[AuthorKey], now: datetime) -> list[AuthorKey]:
    loads = ask_mentors.list_loads(tx, keys)
    open_ = [key for key in keys if loads.get(key, MentorLoad()).openness(now) is Openness.OPEN]
    shown = cards.list_by_author(tx, open_) if open_ else {}
    return [key for key in open_ if key in shown]


def _reasons(tx: Tx, ask: Ask, chosen: Sequence[AuthorKey]) -> dict[AuthorKey, str]:
    """Why each was chosen, in the language of the ask: by posts on what is sought where there are any."""
    if not chosen:
        return {}
    shown = cards.list_by_author(tx, chosen)
    hits = _explained_hits(tx, ask, chosen)
    return {
        key: _why_by_need(hits[key], ask.language) if key in hits else _why_by_subjects(shown[key], ask.language)
        for key in chosen
        if key in shown
    }


def _explained_hits(tx: Tx, ask: Ask, chosen: Sequence[AuthorKey]) -> dict[AuthorKey, MentorHit]:
    """What the search says of these alone: to name posts takes most of its time."""

    def these(mentor_ids: Sequence[int]) -> list[int]:
        keys = profiles.list_keys(tx, mentor_ids)
        return [mentor_id for mentor_id in mentor_ids if mentor_id in keys and keys[mentor_id].author in chosen]

    results = search.search(tx, _need(ask), language=ask.language, limit=len(chosen), fitting=these)
    return {hit.key.author: hit for hit in (*results.mentors, *results.further)}


def _why_by_need(hit: MentorHit, tag: str) -> str:
    best = hit.posts[0] if hit.posts else None
    return need_sentence(hit.votes, hit.words, best, tag, hit.key.language)


def _why_by_subjects(card: Card, tag: str) -> str:
    locale = reader_locale(tag)
    words = join_quoted_words(card.words[:MAX_NAMED_WORDS], locale)
    spoken = language_name_for_reader(next(iter(card.languages), tag), locale)
    if not words:
        return translate(locale.language, "Writes in %(language)s, and takes asks.", language=spoken)
    return translate(
        locale.language, "Writes in %(language)s about %(words)s, and takes asks.", language=spoken, words=words
    )
