"""What every station needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bridge.contract.pushes import Pushed
from bridge.mentors.bilingual import Meaning, Meanings, meanings
from bridge.mentors.skills import Matcher, own_skills
from bridge.mentors.trust import ON, Rules
from bridge.mentors.worth import AS_USUAL, Standards
from bridge.model import BlogAccess, PushAnswer, Transport
from bridge.storage import epochs, skills
from bridge.storage.database import Database, Tx
from bridge.storage.keys import Vault


class BlogClient(Protocol):
    """The port to blogs; `wordpress.client.WordPressClient` is the one for WordPress."""

    def push(self, blog: BlogAccess, objects: Sequence[Pushed], now: datetime) -> PushAnswer:
        """Hand over whole states; what the blog made of each."""

    def poke(self, blog: BlogAccess, now: datetime) -> None:
        """Ask the blog to send what waits there."""

    def rotate(self, blog: BlogAccess, now: datetime) -> None:
        """Ask the blog to shake hands anew, for new keys."""

    def probe(self, blog: BlogAccess, now: datetime) -> Transport:
        """Which way works."""


@dataclass
class Context:
    """Hands and memory of a worker process."""

    database: Database
    vault: Vault
    client: BlogClient
    clock: Callable[[], datetime]
    rules: Rules = ON  # against writing oneself to the top …
    rules_from: int = 50  # … in a bank of so many authors
    standards: Standards = AS_USUAL  # what a post must be to count
    _frequencies: epochs.FrequencyCache | None = field(default=None, repr=False)
    _references: tuple[int, list[epochs.Reference]] | None = field(default=None, repr=False)
    _meanings: tuple[int, dict[str, dict[int, list[Meaning]]]] | None = field(default=None, repr=False)
    _matcher: Matcher | None = field(default=None, repr=False)

    def frequencies(self, epoch: epochs.Epoch) -> epochs.FrequencyCache:
        """The frozen frequencies of the epoch in force."""
        if self._frequencies is None or self._frequencies.epoch.id != epoch.id:
            self._frequencies = epochs.FrequencyCache(epoch)
        return self._frequencies

    def references(self, tx: Tx, epoch: epochs.Epoch) -> list[epochs.Reference]:
        """The reference sample of the epoch in force."""
        if self._references is None or self._references[0] != epoch.id:
            self._references = (epoch.id, epochs.references(tx, epoch.id))
        return self._references[1]

    def meanings(self, tx: Tx, epoch: epochs.Epoch, language: str) -> Meanings:
        """What words of a language mean in others, as far as it was learned for the epoch in force."""
        if self._meanings is None or self._meanings[0] != epoch.id:
            self._meanings = (epoch.id, meanings(epochs.pairs(tx, epoch.id)))
        return self._meanings[1].get(language, {})

    def matcher(self, tx: Tx) -> Matcher:
        """Knows our own skills and those that were imported."""
        version = str(skills.get_version(tx))
        if self._matcher is None or self._matcher.version != version:
            self._matcher = Matcher([*own_skills(), *skills.list_all(tx)], version)
        return self._matcher
