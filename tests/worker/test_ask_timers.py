"""Time and asks: reminded, closed with others, ended, erased; and whoever leaves is asked in vain by nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge import signing
from bridge.asks.states import AskState
from bridge.model import AuthorKey, Transport
from bridge.operations.ask_answers import agree, answer_ask, leave_asks, write_message
from bridge.storage.asks import ask_counts, ask_mentors, asks
from bridge.storage.asks.asks import Agreement, Ask, Reply
from bridge.storage.blogs import blogs, keys
from bridge.storage.core.database import Database
from bridge.worker.context import Context
from bridge.worker.loop import run_until_idle
from bridge.worker.outbound.push import push
from tests.asks.mentors import add_mentors, make_ask
from tests.conftest import NOW, Clock
from tests.runtime import runtime_on
from tests.worker.conftest import RecordingClient

NAMES = ["ann", "bea", "cid", "dan", "eve"]


@pytest.fixture
def context(database: Database, clock: Clock) -> Context:
    """A worker without blogs to call."""
    return Context(runtime_on(database, clock), RecordingClient())


@pytest.fixture
def mentors(database: Database) -> list[AuthorKey]:
    """Five who fit equally well."""
    with database.begin() as tx:
        return add_mentors(tx, NAMES, NOW)


def later(context: Context, clock: Clock, days: float) -> None:
    """Days pass, and a worker does what is due, as often as it looks."""
    until = clock.now + timedelta(days=days)
    while clock.now < until:
        clock.now = min(until, clock.now + timedelta(hours=12))
        run_until_idle(context)


def again(context: Context, ask: Ask) -> Ask | None:
    with context.database.read() as tx:
        return asks.find(tx, context.vault, ask.id)


def test_an_ask_without_an_answer_is_reminded_closed_with_three_others_and_erased(
    context: Context, clock: Clock, mentors: list[AuthorKey]
) -> None:
    _, ask = make_ask(context.database, context.vault, mentors[0], NOW)
    later(context, clock, 7)
    reminded = again(context, ask)
    assert reminded is not None
    assert (reminded.state, reminded.times.reminded_at) == (AskState.OPEN, clock.now)
    later(context, clock, 7)
    closed = again(context, ask)
    assert closed is not None
    assert (closed.state, closed.times.closed_at) == (AskState.UNANSWERED, clock.now)
    assert len(closed.alternatives) == 3
    assert str(mentors[0]) not in closed.alternatives
    assert set(closed.alternatives.values()) == {"Écrit en français sur prix et boulangerie, et accepte des demandes."}
    later(context, clock, 30)
    assert again(context, ask) is None
    with context.database.read() as tx:
        assert ask_counts.count_by_state(tx)[AskState.UNANSWERED] == 1
        assert asks.find_next_due(tx) is None


def test_three_others_are_found_behind_many_who_are_full(
    context: Context, clock: Clock, mentors: list[AuthorKey]
) -> None:
    with context.database.begin() as tx:
        add_mentors(tx, [f"a{number:02}" for number in range(25)], NOW, capacity=0)
    _, ask = make_ask(context.database, context.vault, mentors[0], NOW)
    later(context, clock, 14)
    closed = again(context, ask)
    assert closed is not None
    assert set(closed.alternatives) < {str(mentor) for mentor in mentors[1:]}
    assert len(closed.alternatives) == 3


@pytest.mark.parametrize(("until", "days"), [(20, 20), (None, 90)])
def test_a_yes_ends_by_itself(
    until: int | None, days: int, context: Context, clock: Clock, mentors: list[AuthorKey]
) -> None:
    _, ask = make_ask(context.database, context.vault, mentors[0], NOW)
    with context.database.begin() as tx:
        answer_ask(tx, context.vault, ask, AskState.ACCEPTED, Reply(), NOW)
        agree(tx, context.vault, ask, "mentor", Agreement(), until and NOW + timedelta(days=until), NOW)  # type: ignore[arg-type]
    later(context, clock, days - 1)
    going = again(context, ask)
    assert going is not None
    assert going.state is AskState.ACCEPTED
    later(context, clock, 1)
    ended = again(context, ask)
    assert ended is not None
    assert ended.state is AskState.ENDED
    assert not ended.alternatives


def test_who_leaves_takes_their_words_along_and_the_seeker_hears_of_others(
    context: Context, clock: Clock, mentors: list[AuthorKey]
) -> None:
    _, ask = make_ask(context.database, context.vault, mentors[0], NOW)
    with context.database.begin() as tx:
        answer_ask(tx, context.vault, ask, AskState.ACCEPTED, Reply(words="Volontiers"), NOW)
        write_message(tx, context.vault, ask, "mentor", "Bonjour", NOW)
        leave_asks(tx, [mentors[0]], NOW)
    run_until_idle(context)
    left = again(context, ask)
    assert left is not None
    assert (left.state, left.reply.words, len(left.alternatives)) == (AskState.LEFT, "", 3)


def test_who_is_silent_twice_is_proposed_to_nobody_until_they_are_back(
    context: Context, clock: Clock, mentors: list[AuthorKey]
) -> None:
    for _ in range(2):
        make_ask(context.database, context.vault, mentors[1], clock.now)
        later(context, clock, 14)
    proposed = []
    for _ in range(4):
        _, ask = make_ask(context.database, context.vault, mentors[0], clock.now)
        with context.database.begin() as tx:
            answer_ask(tx, context.vault, ask, AskState.REDIRECTED, Reply(), clock.now)
        run_until_idle(context)
        answered = again(context, ask)
        assert answered is not None
        proposed += list(answered.alternatives)
    assert str(mentors[1]) not in proposed
    with context.database.begin() as tx:
        ask_mentors.mark_paused(tx, mentors[1], None)
        assert ask_mentors.get_load(tx, mentors[1]).unanswered_in_a_row == 0


def test_the_blog_is_told_how_many_wait_and_no_word_of_theirs(
    context: Context, clock: Clock, mentors: list[AuthorKey]
) -> None:
    client = context.client
    assert isinstance(client, RecordingClient)
    with context.database.begin() as tx:
        blogs.record_transport(tx, "ann", Transport.REST)
        for direction in ("inbound", "outbound"):
            keys.record_rotation(tx, context.vault, "ann", direction, signing.new_key(), NOW)
    _, ask = make_ask(context.database, context.vault, mentors[0], NOW)
    push(context, "ann")
    first = client.statistics["ann"]["asks", "1"]
    assert first.data == {"waiting": 1, "reminded": 0, "since": "2026-05-04T12:00:00Z"}
    later(context, clock, 7)
    push(context, "ann")
    assert client.statistics["ann"]["asks", "1"].data == {**first.data, "reminded": 1}
    with context.database.begin() as tx:
        answer_ask(tx, context.vault, ask, AskState.DECLINED, Reply("time"), clock())
    push(context, "ann")
    assert client.statistics["ann"]["asks", "1"].data is None
