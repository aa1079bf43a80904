"""Mentors who can be asked, without posts: what asks need of them is a card, and what they declare."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bridge.model import Author, AuthorKey, BlogFacts, Declared, Version
from bridge.operations.ask_answers import ask_mentor
from bridge.storage.asks import asks
from bridge.storage.asks.asks import Ask, AskTexts, NewAsk
from bridge.storage.bank import cards
from bridge.storage.bank.card_values import CardContent
from bridge.storage.blogs import blogs
from bridge.storage.blogs.keys import Vault
from bridge.storage.content import intake
from bridge.storage.core.database import Database, Tx

TEXTS = AskTexts("Une boulangerie reprise en mars.", "Apprendre à fixer mes prix.", "Un œil sur vos photos.", "Léa")
CALLER = b"c" * 32


def add_mentors(tx: Tx, names: Sequence[str], now: datetime, capacity: int | None = 2) -> list[AuthorKey]:
    """A blog with one mentor for each name."""
    return [_add(tx, name, now, capacity) for name in names]


def _add(tx: Tx, name: str, now: datetime, capacity: int | None) -> AuthorKey:
    home = f"https://{name}.example"
    blogs.upsert(tx, name, "connected", BlogFacts(name.title(), "", "fr-FR", home, "", "", name), now)
    author = Author(
        name,
        "1",
        Version(1, 1),
        name.title(),
        f"{home}/author/1",
        "",
        True,
        now,
        "profile",
        "v1",
        declared=Declared(capacity=capacity),
    )
    intake.upsert_author(tx, author)
    words = CardContent(5, now - timedelta(days=1), {"fr": (("prix", 10**9, 4), ("boulangerie", 10**8, 2))})
    cards.upsert(tx, author.key, words)
    return author.key


def make_ask(
    database: Database,
    vault: Vault,
    mentor: AuthorKey,
    now: datetime,
    *,
    in_writing: bool = False,
    texts: AskTexts = TEXTS,
) -> tuple[str, Ask]:
    """An ask of a seeker's: the secret of its address, and itself."""
    with database.begin() as tx:
        token = ask_mentor(tx, vault, NewAsk(mentor, texts, "fr", CALLER, in_writing), now)
        ask = asks.find_by_token(tx, vault, token)
    assert ask is not None
    return token, ask
