"""Sixty days of asks among mentors who answer soon, late, never, who are full, pause or leave; on a real database.

Seekers ask whoever takes asks, as the form lets them. What time does, the worker's own station does, at the moment
at which it is due.
"""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from bridge.asks.openness import Openness
from bridge.asks.states import CLOSE_AFTER, AskState
from bridge.model import AuthorKey
from bridge.operations.ask_answers import Outcome, answer_ask, ask_mentor, end_ask, leave_asks
from bridge.storage.asks import ask_mentors, asks
from bridge.storage.asks.asks import Ask, NewAsk, Reply
from bridge.storage.bank import cards
from bridge.worker.ask_timers import follow_asks
from bridge.worker.context import Context
from tests.asks.mentors import CALLER, TEXTS, add_mentors
from tests.conftest import Clock

DAYS = 60
MEDIAN_HOURS, SPREAD = 30, 1.0  # of the time to an answer, log-normal
KINDS = (("answers", 55), ("never", 25), ("away", 10), ("leaves", 10))  # percent of mentors
ANSWERS = {AskState.ACCEPTED: 55, AskState.NOT_NOW: 15, AskState.DECLINED: 15, AskState.REDIRECTED: 15}  # percent
TOGETHER = timedelta(days=21)  # how long an accepted one goes on


@dataclass
class Sixty:
    """What came of it."""

    asked: int = 0
    refused: int = 0  # at the form: the mentor takes no asks
    waits: list[timedelta] = field(default_factory=list)  # to an answer, or to others who are explained
    most_over_capacity: int = 0
    proposals: dict[str, int] = field(default_factory=dict)  # of mentors who took asks all the time
    without_alternatives: int = 0

    @property
    def median_hours(self) -> float:
        """Half of all had an answer or explained others within so many hours."""
        return median(wait.total_seconds() / 3600 for wait in self.waits)


class Simulation:
    """The people, the clock, and what they do next."""

    def __init__(self, context: Context, clock: Clock, mentors: int, asked: int, seed: int) -> None:
        self._context, self._clock, self._dice = context, clock, random.Random(seed)
        self._begin = clock.now
        self._events: list[tuple[datetime, int, str, int]] = []
        self._open: dict[int, tuple[datetime, AuthorKey]] = {}  # asks without an answer yet
        self._left: set[AuthorKey] = set()
        self.result = Sixty()
        names = [f"m{number:04}" for number in range(mentors)]
        with context.database.begin() as tx:
            self._mentors = add_mentors(tx, names, clock.now, 2)
        kinds = [kind for kind, share in KINDS for _ in range(mentors * share // 100)]
        self._kinds = dict(zip(self._mentors, self._dice.sample(kinds, len(kinds)), strict=True))
        for number, (mentor, kind) in enumerate(self._kinds.items()):
            if kind == "away":
                with context.database.begin() as tx:
                    ask_mentors.mark_paused(tx, mentor, clock.now + timedelta(days=2 * DAYS))
            if kind == "leaves":
                self._plan(self._dice.random() * DAYS * 24, "leave", number)
        for _ in range(asked):
            self._plan(self._dice.random() * (DAYS - 14) * 24, "ask", 0)

    def run(self) -> Sixty:
        """All sixty days."""
        while self._events:
            at, _, act, subject = heapq.heappop(self._events)
            self._let_time_do(at)
            self._clock.now = at
            getattr(self, f"_{act}")(subject)
        self._let_time_do(self._begin + timedelta(days=DAYS))
        with self._context.database.read() as tx:
            steady = [mentor for mentor, kind in self._kinds.items() if kind == "answers"]
            counts = ask_mentors.list_proposed(tx, steady)
        self.result.proposals = {str(mentor): counts.get(mentor, 0) for mentor in steady}
        return self.result

    def _plan(self, hours: float, act: str, subject: int) -> None:
        at = self._clock.now + timedelta(hours=hours)
        heapq.heappush(self._events, (at, len(self._events) + self.result.asked * 10, act, subject))

    def _let_time_do(self, until: datetime) -> None:
        """Run the station at each moment at which something is due."""
        while True:
            with self._context.database.read() as tx:
                planned = asks.find_next_due(tx)
            if planned is None or planned > until:
                break
            self._clock.now = max(self._clock.now, planned)
            follow_asks(self._context, "bank")
            self._note_closed()

    def _note_closed(self) -> None:
        for ask_id, (asked_at, mentor) in list(self._open.items()):
            over = self._clock.now - asked_at >= CLOSE_AFTER or mentor in self._left
            ask = self._find(ask_id) if over else None
            if ask is not None and ask.is_closed and ask.times.proposed:
                self.result.waits.append(self._clock.now - asked_at)
                self.result.without_alternatives += len(ask.alternatives) < 3
                del self._open[ask_id]

    def _find(self, ask_id: int) -> Ask | None:
        with self._context.database.read() as tx:
            return asks.find(tx, self._context.vault, ask_id)

    def _ask(self, _subject: int) -> None:
        for mentor in self._dice.sample(self._mentors, 30):
            with self._context.database.begin() as tx:
                shown = mentor in cards.list_by_author(tx, [mentor])
                if not shown or ask_mentors.get_load(tx, mentor).openness(self._clock.now) is not Openness.OPEN:
                    self.result.refused += 1
                    continue
                new = NewAsk(mentor, TEXTS, "fr", CALLER)
                token = ask_mentor(tx, self._context.vault, new, self._clock.now)
                ask = asks.find_by_token(tx, self._context.vault, token)
            assert ask is not None
            self.result.asked += 1
            self._open[ask.id] = self._clock.now, mentor
            if self._kinds[mentor] in {"answers", "leaves"}:
                hours = MEDIAN_HOURS * self._dice.lognormvariate(0, SPREAD)
                self._plan(hours, "answer", ask.id)
            return

    def _answer(self, ask_id: int) -> None:
        ask = self._find(ask_id)
        if ask is None or ask.state is not AskState.OPEN:
            return
        (wish,) = self._dice.choices(list(ANSWERS), list(ANSWERS.values()))
        with self._context.database.begin() as tx:
            outcome = answer_ask(tx, self._context.vault, ask, wish, Reply(), self._clock.now)
            if outcome is Outcome.FULL:
                answer_ask(tx, self._context.vault, ask, AskState.REDIRECTED, Reply(), self._clock.now)
            load = ask_mentors.get_load(tx, ask.mentor)
        self.result.most_over_capacity = max(self.result.most_over_capacity, load.accepted - load.places)
        self.result.waits.append(self._clock.now - self._open.pop(ask_id)[0])
        if wish is AskState.ACCEPTED and outcome is Outcome.DONE:
            self._plan(TOGETHER.total_seconds() / 3600, "end", ask_id)

    def _end(self, ask_id: int) -> None:
        ask = self._find(ask_id)
        if ask is not None:
            with self._context.database.begin() as tx:
                end_ask(tx, ask, AskState.ENDED, self._clock.now)

    def _leave(self, number: int) -> None:
        mentor: AuthorKey = self._mentors[number]
        with self._context.database.begin() as tx:
            cards.mark_gone(tx, mentor.blog_id, mentor.author_id)
            leave_asks(tx, [mentor], self._clock.now)
        self._left.add(mentor)


def gini(numbers: list[int]) -> float:
    """0: all have the same; near 1: one has everything."""
    ordered = sorted(numbers)
    count, total = len(ordered), sum(ordered)
    return sum((2 * n - count + 1) * number for n, number in enumerate(ordered)) / (count * total)
