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
MAX_SPEAKERS = 200  # who write in the language: some of them are full
MAX_NEED_CHARACTERS = 300  # as in a search
MAX_NAMED_WORDS = 3

Fits = Mapping[AuthorKey, float]


def propose_alternatives(tx: Tx, vault: Vault, ask: Ask, now: datetime) -> None:
    """Look for others whom a seeker may ask, and keep them with the ask; whoever is proposed is counted."""
    reasons: dict[AuthorKey, str] = {}
    for fits in _by_nearness(tx, ask, now):
        open_ = _open_to_asks(tx, [key for key in fits if key != ask.mentor and key not in reasons], now)
        proposed = ask_mentors.list_proposed(tx, open_)
        candidates = [Candidate(str(key), fits[key], proposed.get(key, 0)) for key in open_]
        chosen = [
            AuthorKey.parse(candidate.name) for candidate in choose_in_turn(candidates, ALTERNATIVES - len(reasons))
        ]
        reasons |= _reasons(tx, ask, chosen)
        if len(reasons) == ALTERNATIVES:
            break
    asks.record_alternatives(tx, vault, ask.id, reasons)
    ask_mentors.record_proposed(tx, reasons)


def _by_nearness(tx: Tx, ask: Ask, now: datetime) -> Iterator[Fits]:
    """Who wrote about what is sought; then who is near to the mentor who was asked; then who writes in the language."""
    results = search.search(tx, _need(ask), language=ask.language, limit=MAX_CANDIDATES, reasons=False)
    yield {hit.key.author: float(hit.score) for hit in (*results.mentors, *results.further)}
    of_asked = [row.key.id for row in profiles.list_by_blog(tx, ask.mentor.blog_id, ask.mentor.author_id)]
    lines = [line for mentor_id in of_asked for line in profiles.list_related(tx, mentor_id)]
    keys = profiles.list_keys(tx, [line.mentor_id for line in lines])
    yield {keys[line.mentor_id].author: float(line.score) for line in lines if line.mentor_id in keys}
    for filters in (Filters(language=ask.language), Filters()):
        yield dict.fromkeys(ask_mentors.list_least_proposed(tx, filters, now, MAX_SPEAKERS), 1.0)


def _need(ask: Ask) -> str:
    return ask.texts.seeks[:MAX_NEED_CHARACTERS]


def _open_to_asks(tx: Tx, keys: Collection[AuthorKey], now: datetime) -> list[AuthorKey]:
    loads = ask_mentors.list_loads(tx, keys)
    shown = cards.list_by_author(tx, keys)
    return [key for key in keys if key in shown and loads.get(key, MentorLoad()).openness(now) is Openness.OPEN]


def _reasons(tx: Tx, ask: Ask, chosen: Sequence[AuthorKey]) -> dict[AuthorKey, str]:
    """Why each was chosen, in the language of the ask: by posts on what is sought where there are any."""
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
