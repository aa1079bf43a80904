"""absorb(blog): its waiting deliveries become authors, posts, comments, consents – a turn at a time.

Reading the texts happens outside of the transaction; what follows from the change is made due inside of it. A delivery
is absorbed with its last event. Until then it is read again, from where its last turn ended; what is applied twice
changes nothing.

What cannot be read costs itself alone: an event that fails is left out and the others count, and after three tries
the delivery goes into quarantine with the reason. The same for an event that ends the process: its delivery says which
one is in hand, once the blog is suspected. A database that is away is nobody's fault and counts for nobody.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache, partial

from bridge import contract
from bridge.errors import StorageUnavailable
from bridge.mentors.skills import SkillMatcher
from bridge.model import Event, Post
from bridge.operations import due
from bridge.storage.blogs import address_claims, blogs, contact, deliveries, installations, payloads
from bridge.storage.blogs.blogs import Blog
from bridge.storage.blogs.deliveries import Delivery
from bridge.storage.blogs.payloads import ObjectKey
from bridge.storage.core import arrivals
from bridge.storage.core.database import Tx
from bridge.worker.context import Context
from bridge.worker.intake.absorb import PreparedEvent, apply, prepare, sort_by_version
from bridge.worker.intake.reading_faults import ProcessCrashed, ReadingFaults
from bridge.worker.turns import UNFINISHED, Turn, TurnOutcome
from bridge.worker.write_slices import time_slice

READ_BATCH_DELIVERIES = 20  # deliveries
WRITE_BATCH_EVENTS = 25  # events, before a turn may end: writing one may cost more than reading it
READ_AHEAD_SECONDS = 0.25  # seconds of reading before what was read is written
MAX_READ_TRIES = 3
RETRY_PAUSE = timedelta(seconds=5)  # before what failed is tried again, if nothing else comes


def absorb(context: Context, blog_id: str, turn: Turn | None = None) -> TurnOutcome:
    """What waits of the blog, for a turn; without one all of it."""
    turn = turn or Turn()
    failed: set[int] = set()  # in this turn; not tried again in it
    begun = False
    closer: Sequence[str] | None = None
    if context.database.dialect == "postgresql":
        with context.database.begin() as tx:
            arrivals.mark_arriving(tx, blog_id)
    while True:
        with context.database.read() as tx:
            waiting = deliveries.list_waiting(tx, blog_id, READ_BATCH_DELIVERIES, but=failed)
            blog = blogs.get(tx, blog_id)
            if closer is None:
                closer = address_claims.list_nested_homes(tx, blog)
        matcher = cache(partial(_current_matcher, context))
        if not waiting:
            return context.clock() + RETRY_PAUSE if failed else None
        if blog.has_left:  # taken in the moment in which it left
            with context.database.begin() as tx:
                payloads.delete_by_blog(tx, blog_id)
            return None
        for delivery in waiting:
            if begun and turn.half_over:
                return UNFINISHED
            begun = True
            reading = DeliveryReader(context, delivery, turn, blog, matcher, closer)
            reading.go()
            if reading.to_try_again:
                failed.add(delivery.id)
            elif reading.unfinished:
                return UNFINISHED


def _current_matcher(context: Context) -> SkillMatcher:
    with context.database.read() as tx:
        return context.matcher(tx)


class DeliveryReader:
    """One delivery in hand; `matcher` is asked for only by a post."""

    def __init__(
        self,
        context: Context,
        delivery: Delivery,
        turn: Turn,
        blog: Blog,
        matcher: Callable[[], SkillMatcher],
        closer: Sequence[str],
    ) -> None:
        self.context, self.delivery, self.turn = context, delivery, turn
        self.blog, self.matcher, self.closer = blog, matcher, closer
        self.to_try_again = self.unfinished = False
        self._faults = ReadingFaults(delivery)
        self._described = False
        self._gone: list[tuple[str, str]] = []  # objects whose payloads must go

    def go(self) -> None:
        """For the rest of the turn.

        Raises:
            StorageUnavailable: the database is away.
        """
        try:
            self._whole()
        except Exception as error:
            self._faults.note("delivery", error)
            with self.context.database.begin() as tx:
                if deliveries.is_waiting(tx, self.delivery):
                    if self._last_try:  # whatever it holds: its payload goes with the next object that is withdrawn
                        deliveries.record_contents(tx, self.delivery, "", ())
                    self._give_up(tx, str(self._faults), again=not self._last_try)

    @property
    def _last_try(self) -> bool:
        return self._faults.hopeless or self.delivery.tries + 1 >= MAX_READ_TRIES

    def _whole(self) -> None:
        place = self.delivery.place
        if self.delivery.crashes >= MAX_READ_TRIES:
            self._faults.hopeless = True
            if place == 0:
                raise ProcessCrashed("the process ended each time it was read")
            self._faults.lines.append(f"event {place}: the process ended each time it was read")
            place += 1
        if self.turn.alone and place == 0:
            self._take_in_hand(0)
        received_at = self.delivery.received_at
        parsed = contract.parse(self.delivery.body, self.delivery.blog_id, received_at)
        if installations.is_second(self.blog, parsed.install, received_at):
            self._set_aside(parsed)
            return
        self.turn.done += len(parsed.problems) or not parsed.events
        events = sorted(parsed.events, key=lambda event: event.version)
        number = max(place - 1, 0)
        while True:
            read, number = self._read(events, number)
            last = number >= len(events)
            if not self._apply(read, parsed, last=last) or last:
                return
            if self.turn.over:
                with self.context.database.begin() as tx:
                    deliveries.record_progress(tx, self.delivery, number + 1, str(self._faults))
                self.unfinished = True
                return

    def _set_aside(self, parsed: contract.Parsed) -> None:
        """What a copy of the site says touches nothing of the blog; whoever looks at its deliveries sees what to do."""
        now = self.context.clock()
        with self.context.database.begin() as tx:
            if deliveries.is_waiting(tx, self.delivery):
                deliveries.record_contents(tx, self.delivery, parsed.type, parsed.objects)
                deliveries.record_settled(tx, self.delivery, installations.SECOND_INSTALLATION_ERROR, now)
                installations.record_second(tx, self.delivery.blog_id, now)

    def _read(self, events: list[Event], number: int) -> tuple[deque[PreparedEvent], int]:
        """From an event on, as many as are well applied at once; and which one comes after them."""
        read: list[PreparedEvent] = []
        until = time.monotonic() + READ_AHEAD_SECONDS
        for event in events[number:]:
            number += 1
            if self.turn.alone:
                self._take_in_hand(number)
            try:
                matcher = self.matcher() if isinstance(event, Post) else None
                read.append(prepare(event, self.blog.facts.language, matcher))
            except Exception as error:
                self._faults.note_event(event, error)
            self.turn.done += 1
            if self.turn.alone or self.turn.over or len(read) == WRITE_BATCH_EVENTS or time.monotonic() >= until:
                break
        return sort_by_version(read), number

    def _apply(self, read: deque[PreparedEvent], parsed: contract.Parsed, *, last: bool) -> bool:
        """Write what was read, a moment at a time; False: the delivery does not wait any more.

        Of those that fail together the others count: they are written again one by one.
        """
        one_by_one = False
        while True:
            taken: list[PreparedEvent] = []
            try:
                waits = self._write(self._taking(read, taken, one_by_one=one_by_one), parsed, read if last else None)
            except Exception as error:
                if not taken or isinstance(error, StorageUnavailable):
                    raise
                if len(taken) == 1:
                    self._faults.note_event(taken[0], error)
                else:
                    read.extendleft(reversed(taken))
                one_by_one = True
                if read or last:
                    continue
                return True
            if not waits:
                return False
            if not read:
                return True

    def _write(
        self, moment: Iterator[PreparedEvent], parsed: contract.Parsed, left: deque[PreparedEvent] | None
    ) -> bool:
        delivery, now = self.delivery, self.context.clock()
        with self.context.database.begin() as tx:
            if not deliveries.is_waiting(tx, delivery):
                return False
            if not self._described:
                deliveries.record_contents(tx, delivery, parsed.type, parsed.objects)
            gone = self._gone + apply(tx, delivery.blog_id, moment, now, delivery.received_at, self.closer).gone
            if left is not None and not left:
                newest = max((event.version for event in parsed.events), default=None)
                contact.record_seen(tx, delivery.blog_id, delivery.received_at, newest)
                if parsed.install and not blogs.get(tx, delivery.blog_id).install:
                    installations.record_first(tx, delivery.blog_id, parsed.install, delivery.received_at)
                self._end(tx, parsed)
            if gone:
                payloads.delete_by_objects(tx, delivery.blog_id, gone, up_to=delivery.id)
        self._described, self._gone = True, gone
        return True

    def _end(self, tx: Tx, parsed: contract.Parsed) -> None:
        error = self._faults.summary(parsed)
        again = bool(self._faults.lines) and not self._last_try
        self._give_up(tx, error, again=again)
        if error and not again:
            self._tell_blog(tx, self._faults.refusals(parsed, error))

    def _tell_blog(self, tx: Tx, refusals: Mapping[ObjectKey, str]) -> None:
        """Note what is not taken, and call the blog: with its sign of life it hears of that."""
        if refusals:
            deliveries.record_refusals(tx, self.delivery, refusals)
            due.blog_called(tx, self.delivery.blog_id, self.context.clock())

    def _give_up(self, tx: Tx, error: str | None, *, again: bool) -> None:
        self.to_try_again = again
        if again:
            deliveries.mark_for_retry(tx, self.delivery, error or "")
        else:
            deliveries.record_settled(tx, self.delivery, error, self.context.clock())

    def _taking(
        self, read: deque[PreparedEvent], taken: list[PreparedEvent], *, one_by_one: bool
    ) -> Iterator[PreparedEvent]:
        for item in time_slice(self.context.database, read):
            taken.append(item)
            yield item
            if one_by_one:
                return

    def _take_in_hand(self, place: int) -> None:
        with self.context.database.begin() as tx:
            deliveries.record_event_started(tx, self.delivery, place, str(self._faults))
