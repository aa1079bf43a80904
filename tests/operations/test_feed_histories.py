"""A feed is a log through any history: what matched is delivered once, what was taken back is named, the rest is 304.

Pure: real matching, memory and Atom, without a database; `tests/bank/test_subscriptions.py` has the same on real ones.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from flask import Flask

from bridge.mentors.indexed_posts import IndexedPost
from bridge.mentors.need_coverage import SubjectWord, words_held
from bridge.operations.feed_log import MAX_FEED_ENTRIES, remember
from bridge.pages.atom import DeletedEntry, Feed, FeedEntry, write_feed
from bridge.storage.bank.followed_feeds import FeedMemory
from tests.conftest import NOW
from tests.trials import trials

ATOM, TOMBSTONES = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}"
NEED = [SubjectWord("ruche", 6.0, {"fr": {1}}), SubjectWord("petite", 2.0, {"fr": {2}})]
ABOUT, ASIDE = ((1,), (1, 2), (1, 3)), ((2,), (3,), (2, 3))
HEAD = Feed("tag:feed", "A need", "https://bridge.example/mentors.atom", "https://bridge.example/mentors")
STEPS = 12


@dataclass
class Bank:
    """Posts of some authors, as they are now, and a feed of one need."""

    now: datetime = NOW
    posts: dict[int, tuple[int, IndexedPost, datetime]] = field(default_factory=dict)  # author, post, when it changed
    memory: FeedMemory = field(default_factory=FeedMemory)

    def write(self, number: int, author: int, terms: tuple[int, ...]) -> None:
        """Publish a post, or change it."""
        packed = np.array(terms, "<i8").tobytes() + np.ones(len(terms), "<u2").tobytes()
        self.posts[number] = (author, IndexedPost(number, author, "fr", 100, packed), self.now)

    def matching(self) -> list[int]:
        """The posts that speak of the need, the newest first."""
        return sorted(words_held(NEED, [post for _, post, _ in self.posts.values()]), reverse=True)

    def answer(self) -> bytes:
        """The feed, as it is sent."""
        brought = self.matching()[:MAX_FEED_ENTRIES]
        self.memory = remember(self.memory, brought, self.posts.keys(), self.now)
        entries = [FeedEntry(f"tag:{n}", f"Post {n}", f"https://b.example/{n}", NOW, self.posts[n][2]) for n in brought]
        deleted = [DeletedEntry(f"tag:{n}", at) for n, at in sorted(self.memory.gone.items())]
        return write_feed(HEAD, entries, NOW, deleted)


@dataclass
class Reader:
    """Asks again and again, and keeps what it was given."""

    etag: str = ""
    delivered: Counter[str] = field(default_factory=Counter)
    entries: set[str] = field(default_factory=set)

    def poll(self, bank: Bank) -> int:
        """Ask once."""
        body = bank.answer()
        etag = hashlib.sha256(body).hexdigest()
        if etag == self.etag:
            return 304
        self.etag, root = etag, Xml.fromstring(body)
        brought = {str(entry.findtext(f"{ATOM}id")) for entry in root.iter(f"{ATOM}entry")}
        gone = {str(entry.get("ref")) for entry in root.iter(f"{TOMBSTONES}deleted-entry")}
        assert brought.isdisjoint(gone)
        self.delivered.update(brought - self.entries)
        self.entries = (self.entries | brought) - gone
        return 200


def live_through(seed: int, answers: Counter[int]) -> None:
    """One history; `answers` counts what polls of an unchanged feed were answered."""
    dice, bank, reader = random.Random(seed), Bank(), Reader()
    matched: Counter[str] = Counter()  # each time that a post began to be there, and spoke of the need
    since: set[int] = set()  # posts that did so since they were published
    for step in range(STEPS):
        for _ in range(dice.choice([1, 1, 1, 4, 30])):
            act = dice.choice(["publish", "publish", "edit", "withdraw", "leave", "return"])
            number = dice.choice(sorted(bank.posts)) if bank.posts else 0
            if act == "leave" and bank.posts and dice.random() < 0.3:
                author = bank.posts[number][0]
                gone = [post for post, (by, _, _) in bank.posts.items() if by == author]
            else:
                gone = [number] if act == "withdraw" and bank.posts else []
            for post in gone:
                del bank.posts[post]
                since.discard(post)
            terms = dice.choice(dice.choice([ABOUT, ASIDE]))
            if act == "publish":
                bank.write(1000 * step + dice.randrange(1000), dice.randrange(3), terms)
            elif act == "edit" and bank.posts:
                bank.write(number, bank.posts[number][0], terms)
        reader.poll(bank)
        brought = set(bank.matching()[:MAX_FEED_ENTRIES])
        matched.update(f"tag:{post}" for post in brought - since)
        since |= brought
        assert reader.entries == {f"tag:{post}" for post in since}
        for _ in range(dice.randrange(5)):
            bank.now += timedelta(minutes=dice.choice([1, 20, 300]))
            answers[reader.poll(bank)] += 1
    assert reader.delivered == matched


@pytest.mark.parametrize("part", range(trials(1, 10)))
def test_any_history_delivers_what_matched_once_and_costs_nothing_while_nothing_changes(part: int) -> None:
    answers: Counter[int] = Counter()
    histories = trials(40, 1000)
    with Flask(__name__).test_request_context():  # a feed has the language of whoever asks
        for seed in range(part * histories, (part + 1) * histories):
            live_through(seed, answers)
    assert answers[304] >= 0.99 * answers.total() > 0, answers
