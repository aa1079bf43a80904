"""Web side, worker or all of it killed while people ask and answer: what was acknowledged is there afterwards."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from pathlib import Path

import pytest
import requests

from bridge.asks.states import AskState
from bridge.bank.asking import KEY_PURPOSE
from bridge.bank.time_trap import opening_stamp
from bridge.config import Config
from bridge.model import AuthorKey
from bridge.runtime import open_vault
from bridge.storage.asks import asks
from bridge.storage.core.database import Database
from bridge.storage.people import sessions
from bridge.storage.people.sessions import Person
from tests.asks.mentors import add_mentors
from tests.lab.fixtures import wait_until
from tests.running import HANG_SECONDS, RunningBridge, migrated_file
from tests.trials import trials

pytestmark = [pytest.mark.slow, pytest.mark.faults]
KILLS = trials(3, 50)
SECRET_KEY = "k" * 43
MENTORS = ["ann", "bea", "cid"]
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor(threading.Thread, ABC):
    """Somebody with a browser, who does one thing after the other; what is cut off counts as not done."""

    def __init__(self, bridge: RunningBridge) -> None:
        super().__init__(daemon=True)
        self.bridge = bridge
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.ending = threading.Event()

    def run(self) -> None:
        while not self.ending.is_set():
            try:
                self.act()
            except requests.RequestException:
                time.sleep(0.05)

    @abstractmethod
    def act(self) -> None:
        """The next thing."""

    def get(self, path: str) -> str:
        answer = self.browser.get(self.bridge.url + path, timeout=60)
        return answer.text if answer.status_code == 200 else ""

    def post(self, path: str, page: str, caller: str = "", **fields: str) -> str:
        """Send a form of a page; where it led, once it is sure to be done."""
        form = {"csrf_token": unescape(match[1]) if (match := TOKEN.search(page)) else "", **fields}
        headers = {"X-Forwarded-For": caller} if caller else {}
        sent = self.browser.post(self.bridge.url + path, data=form, headers=headers, timeout=60, allow_redirects=False)
        return sent.headers["Location"] if sent.status_code == 303 else ""


class Seeker(Visitor):
    """Asks one mentor after the other, from another household each time; `sent`: the pages of what was acknowledged."""

    def __init__(self, bridge: RunningBridge, number: int, key: bytes) -> None:
        super().__init__(bridge)
        self.number, self.key = number, key
        self.tries = 0
        self.sent: list[tuple[str, str]] = []  # the address of the page, what was written

    def act(self) -> None:
        """One ask; the form was open for a minute."""
        self.tries += 1
        slug = MENTORS[self.tries % len(MENTORS)]
        page = self.get(f"/mentors/{slug}/ask")
        seeks = f"Question {self.number}-{self.tries}."
        address = self.post(
            f"/mentors/{slug}/ask",
            page,
            f"10.{self.number}.{self.tries // 250}.{self.tries % 250}",
            opened=opening_stamp(self.key, slug, datetime.now(UTC) - timedelta(minutes=1)),
            lives="Une boulangerie.",
            seeks=seeks,
            first_name="Léa",
            language="fr",
        )
        if address:
            self.sent.append((address.partition("?")[0], seeks))
        time.sleep(0.02)


class Mentor(Visitor):
    """Answers whoever waits; `answered`: what was acknowledged."""

    def __init__(self, bridge: RunningBridge, blog_id: str, token: str) -> None:
        super().__init__(bridge)
        self.home = f"/dashboard/{blog_id}/asks"
        self.answered: set[int] = set()
        assert self.get(f"/sign-in?token={token}")

    def act(self) -> None:
        """The first who waits gets an answer; so nobody who asks waits before a form that is closed."""
        listed = self.get(self.home).partition('id="asks-1"')[2].partition("</section>")[0]
        waiting = [int(number) for number in re.findall(r'/asks/(\d+)"', listed)]
        for number in waiting[:1]:
            page = self.get(f"{self.home}/{number}")
            if self.post(f"{self.home}/{number}/decline", page, reason="time"):
                self.answered.add(number)
        time.sleep(0.02)


def prepare(home: Path) -> tuple[Config, dict[str, str]]:
    """A bank of three mentors, and for each a way into the dashboard."""
    home.mkdir()
    (home / "bridge.sqlite").write_bytes(migrated_file().read_bytes())
    config = Config.from_env({"BRIDGE_HOME": str(home), "SECRET_KEY": SECRET_KEY})
    database, now = Database.open(config.database_url), datetime.now(UTC)
    with database.begin() as tx:
        add_mentors(tx, MENTORS, now)
        people = {name: Person(name, "1", "author", False, name.title()) for name in MENTORS}
        tokens = {name: sessions.record_link(tx, person, now, timedelta(minutes=10)) for name, person in people.items()}
    database.close()
    return config, tokens


def has_sent(seekers: list[Seeker], number: int) -> bool:
    """Whether so many asks were acknowledged."""
    return sum(len(seeker.sent) for seeker in seekers) >= number


def kill_something(bridge: RunningBridge, dice: random.Random) -> None:
    """The web side, the worker, or all of it at once."""
    part, parts = dice.choice(("all", "web", "worker")), bridge.parts()
    if part in parts:
        os.kill(parts[part], signal.SIGKILL)  # who is left starts it again
    else:
        bridge.kill()
        bridge.start()


def test_no_kill_loses_an_ask_or_an_answer(tmp_path: Path) -> None:
    config, tokens = prepare(tmp_path / "home")
    bridge = RunningBridge(tmp_path / "home", SECRET_KEY=SECRET_KEY, TRUSTED_PROXIES="1").start()
    dice = random.Random(18)
    try:
        mentors = [Mentor(bridge, name, token) for name, token in tokens.items()]
        seekers = [Seeker(bridge, number, config.derive(KEY_PURPOSE)) for number in (1, 2)]
        people: list[Visitor] = [*mentors, *seekers]
        for person in people:
            person.start()
        for number in range(1, KILLS + 1):
            wait_until(partial(has_sent, seekers, 2 * number), "asks get through", 60)
            time.sleep(dice.uniform(0.0, 0.4))
            kill_something(bridge, dice)
        wait_until(lambda: sum(len(each.answered) for each in mentors) >= KILLS, "answers get through", 60)
        for person in people:
            person.ending.set()
            person.join(HANG_SECONDS)
        bridge.kill()
        bridge.start()
        sent = [ask for seeker in seekers for ask in seeker.sent]
        pages = {address: bridge.get(address) for address, _ in sent}
        lost = [address for address, seeks in sent if pages[address][0] != 200 or seeks not in pages[address][1]]
        assert lost == [], f"{len(lost)} of {len(sent)} asks"
    finally:
        bridge.kill()
    answered = {number for mentor in mentors for number in mentor.answered}
    assert_answered(config, answered)
    print(f"\n{KILLS} kills: {len(sent)} asks and {len(answered)} answers were acknowledged, and all of them are there")


def assert_answered(config: Config, answered: set[int]) -> None:
    """All of these are answered in the database, which is in order."""
    with closing(sqlite3.connect(config.home / "bridge.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database = Database.open(config.database_url)
    with database.read() as tx:
        for ask_id in sorted(answered):
            ask = asks.find(tx, open_vault(config), ask_id)
            assert ask is not None
            assert (ask.state, ask.reply.reason) == (AskState.DECLINED, "time"), ask_id
            assert ask.mentor in {AuthorKey(name, "1") for name in MENTORS}
    database.close()
