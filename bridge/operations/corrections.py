"""An author corrects their card: what they say is kept, and what they refuse or strike is gone with that, everywhere.

Their profile and lists are worked out again in a moment (`operations.due`). Until then nothing may show what they have
just said no to: the offer goes, and the word goes from their card and from the reasons that name it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from bridge.legible import one_line
from bridge.mentors.corrections import (
    MAX_ADDED_WORDS,
    MAX_STRUCK_WORDS,
    CardCorrections,
    clean_word,
    folded_word,
)
from bridge.model import AuthorKey
from bridge.operations import due
from bridge.storage.bank import cards
from bridge.storage.core.database import Tx
from bridge.storage.matching import card_corrections, list_entries, pairing, profiles, skills
from bridge.storage.matching.card_corrections import ADDED, CONFIRMED, REFUSED, SKILL_KIND, WORD_KIND, Correction


def answer_for_skill(tx: Tx, author: AuthorKey, skill: str, *, confirmed: bool, now: datetime) -> bool:
    """ "Is that you?": yes, it counts as declared; no, it is shown nowhere. False: they were not asked."""
    if skill not in list_answerable_skills(tx, author, card_corrections.list_by_author(tx, author)):
        return False
    verdict = CONFIRMED if confirmed else REFUSED
    card_corrections.upsert(tx, author, Correction(SKILL_KIND, skill, verdict, "", now))
    touched: set[str] = set()
    if not confirmed:
        pairing.delete_offer(tx, author, skill)
        labels = {label for details in skills.list_by_ids(tx, [skill]).values() for label in details.labels.values()}
        touched = _take_from_sight(tx, author, lambda word, _: word in labels)
    due.card_corrected(tx, author, touched, now)
    return True


def list_answerable_skills(tx: Tx, author: AuthorKey, answers: Collection[Correction]) -> list[str]:
    """Skills that a card asks its author about: read from their posts now, or answered before; in a lasting order."""
    answered = [row.value for row in answers if row.kind == SKILL_KIND]
    return list(dict.fromkeys([*pairing.list_inferred_skills(tx, author), *sorted(answered)]))


def strike_word(tx: Tx, author: AuthorKey, written: str, now: datetime) -> bool:
    """A word that is not theirs: it returns in no form and is no reason any more. False: they struck too many."""
    word = folded_word(written)
    corrections = card_corrections.get_by_author(tx, author)
    if not word or (len(corrections.struck) >= MAX_STRUCK_WORDS and word not in corrections.struck):
        return False
    card_corrections.upsert(tx, author, Correction(WORD_KIND, word, REFUSED, one_line(written), now))
    gone = CardCorrections(struck=frozenset({word}))
    due.card_corrected(tx, author, _take_from_sight(tx, author, gone.strikes), now)
    return True


def add_word(tx: Tx, author: AuthorKey, text: str, now: datetime) -> bool:
    """A word of their own. False: it is no word or phrase, or they have added as many as they may."""
    written = clean_word(text)
    corrections = card_corrections.get_by_author(tx, author)
    others = [word for word in corrections.added if folded_word(word) != folded_word(written)]
    if not written or len(others) >= MAX_ADDED_WORDS:
        return False
    card_corrections.upsert(tx, author, Correction(WORD_KIND, folded_word(written), ADDED, written, now))
    due.card_corrected(tx, author, (), now)
    return True


def take_back(tx: Tx, author: AuthorKey, kind: str, value: str, now: datetime) -> bool:
    """An author takes back what they said of a skill or word; False: they had said nothing."""
    rows = {(row.kind, row.value): row for row in card_corrections.list_by_author(tx, author)}
    row = rows.get((kind, value))
    if row is None:
        return False
    card_corrections.delete_one(tx, author, kind, value)
    touched: set[str] = set()
    if row.verdict == ADDED:
        touched = _take_from_sight(tx, author, lambda word, _: word == row.written)
    due.card_corrected(tx, author, touched, now)
    return True


def _take_from_sight(tx: Tx, author: AuthorKey, is_gone: Callable[[str, str], bool]) -> set[str]:
    """Out of the card and out of the reasons for showing its author; answers the blogs that showed it."""
    cards.delete_themes(tx, author, is_gone)
    touched: set[str] = set()
    for row in profiles.list_by_blog(tx, author.blog_id, author.author_id):
        touched |= list_entries.delete_topics(tx, row.key.id, _in_language(is_gone, row.key.language))
    return touched


def _in_language(is_gone: Callable[[str, str], bool], language: str) -> Callable[[str], bool]:
    return lambda word: is_gone(word, language)
