"""Asks as they are stored: nobody takes a place that is taken, and nothing that was written lies readable."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from bridge.asks.openness import Openness
from bridge.asks.states import AskState
from bridge.model import AuthorKey
from bridge.operations.ask_answers import Outcome, agree, answer_ask, block_seeker, end_ask, erase_ask, write_message
from bridge.storage.asks import ask_counts, ask_mentors, ask_messages, asks
from bridge.storage.asks.asks import Agreement, Ask, AskTexts, Reply
from bridge.storage.asks.tables import ask_messages as message_rows
from bridge.storage.asks.tables import asks as ask_rows
from bridge.storage.blogs.keys import Vault
from bridge.storage.core.database import Database
from tests.asks.mentors import CALLER, TEXTS, add_mentors, make_ask
from tests.conftest import NOW

VAULT = Vault([b"o" * 32])


@pytest.fixture
def mentor(database: Database) -> AuthorKey:
    """Somebody who takes two people at once."""
    with database.begin() as tx:
        return add_mentors(tx, ["ann"], NOW)[0]


def again(database: Database, ask: Ask) -> Ask:
    """The ask as it stands now."""
    with database.read() as tx:
        now = asks.find(tx, VAULT, ask.id)
    assert now is not None
    return now


def accept(database: Database, ask: Ask) -> Outcome:
    with database.begin() as tx:
        return answer_ask(tx, VAULT, ask, AskState.ACCEPTED, Reply(contact="le vendredi matin"), NOW)


def test_fifty_who_accept_at_the_same_moment_take_no_more_than_there_is_room_for(
    database: Database, mentor: AuthorKey
) -> None:
    waiting = [make_ask(database, VAULT, mentor, NOW)[1] for _ in range(50)]
    outcomes: list[Outcome] = []
    together = threading.Barrier(10)

    def answer(some: list[Ask]) -> None:
        together.wait()
        outcomes.extend(accept(database, ask) for ask in some)

    threads = [threading.Thread(target=answer, args=(waiting[n::10],)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count(Outcome.DONE), outcomes.count(Outcome.FULL)) == (2, 48)
    with database.read() as tx:
        load = ask_mentors.get_load(tx, mentor)
    assert (load.accepted, load.waiting, load.openness(NOW)) == (2, 48, Openness.FULL)
    with database.begin() as tx:
        first = next(ask for ask in waiting if again_state(tx, ask) is AskState.ACCEPTED)
        end_ask(tx, first, AskState.ENDED, NOW)
    left = next(ask for ask in waiting if again(database, ask).state is AskState.OPEN)
    assert accept(database, left) is Outcome.DONE, "a place that is free again is given"


def again_state(tx: object, ask: Ask) -> AskState:
    found = asks.find(tx, VAULT, ask.id)  # type: ignore[arg-type]
    assert found is not None
    return found.state


def test_what_is_answered_is_answered_once(database: Database, mentor: AuthorKey) -> None:
    _, ask = make_ask(database, VAULT, mentor, NOW)
    assert accept(database, ask) is Outcome.DONE
    with database.begin() as tx:
        assert answer_ask(tx, VAULT, ask, AskState.DECLINED, Reply("time"), NOW) is Outcome.OVER
        assert not asks.mark_state(tx, ask.id, AskState.UNANSWERED, NOW)
    assert again(database, ask).state is AskState.ACCEPTED
    assert again(database, ask).reply.contact == "le vendredi matin"


def test_both_write_only_while_it_is_accepted_and_agree_on_what_was_promised(
    database: Database, mentor: AuthorKey
) -> None:
    _, ask = make_ask(database, VAULT, mentor, NOW, in_writing=True)
    with database.begin() as tx:
        assert not write_message(tx, VAULT, ask, "seeker", "Bonjour ?", NOW)
    accept(database, ask)
    wish = Agreement("Fixer mes prix", "Relire", "tous les vendredis", "call")
    with database.begin() as tx:
        assert write_message(tx, VAULT, ask, "seeker", "Bonjour !", NOW)
        assert write_message(tx, VAULT, ask, "mentor", "Bienvenue.", NOW)
        assert agree(tx, VAULT, ask, "mentor", wish, NOW + timedelta(days=60), NOW)
    agreed = again(database, ask)
    assert (agreed.agreement.rhythm, agreed.agreement.format) == ("tous les vendredis", "written")
    with database.begin() as tx:
        end_ask(tx, ask, AskState.ENDED, NOW)
        assert not write_message(tx, VAULT, ask, "mentor", "Encore un mot", NOW)
        written = [(message.writer, message.text) for message in ask_messages.list_by_ask(tx, VAULT, ask.id)]
    assert written == [("seeker", "Bonjour !"), ("mentor", "Bienvenue.")]


def test_nothing_that_was_written_lies_readable_and_only_a_count_stays(database: Database, mentor: AuthorKey) -> None:
    token, ask = make_ask(database, VAULT, mentor, NOW, texts=AskTexts("vécu", "cherche", "donne", "Léa", "blogue"))
    accept(database, ask)
    with database.begin() as tx:
        write_message(tx, VAULT, ask, "seeker", "vendredi", NOW)
        stored = [*tx.execute(select(ask_rows)), *tx.execute(select(message_rows))]
    text = repr(stored)
    assert not [word for word in ("vécu", "cherche", "Léa", "blogue", "vendredi", token) if word in text]
    with database.begin() as tx:
        assert asks.find_by_token(tx, VAULT, token)
        erase_ask(tx, ask.id, NOW)
    with database.read() as tx:
        assert asks.find_by_token(tx, VAULT, token) is None
        assert [*tx.execute(select(ask_rows)), *tx.execute(select(message_rows))] == []
        assert ask_counts.count_by_state(tx)[AskState.WITHDRAWN] == 1, "it was erased while it was going on"


def test_whoever_is_blocked_is_known_to_that_mentor_alone(database: Database, mentor: AuthorKey) -> None:
    _, ask = make_ask(database, VAULT, mentor, NOW)
    with database.begin() as tx:
        (other_mentor,) = add_mentors(tx, ["bea"], NOW)
        block_seeker(tx, ask, NOW)
        assert ask_mentors.is_blocked(tx, mentor, [CALLER], NOW)
        assert not ask_mentors.is_blocked(tx, other_mentor, [CALLER], NOW)
        assert not ask_mentors.is_blocked(tx, mentor, [CALLER], NOW + timedelta(days=366))
    assert again(database, ask).state is AskState.DECLINED


def test_texts_of_asks_are_in_the_order_of_who_waits(database: Database, mentor: AuthorKey) -> None:
    made = [make_ask(database, VAULT, mentor, NOW + timedelta(days=n), texts=TEXTS)[1] for n in range(3)]
    accept(database, made[0])
    with database.read() as tx:
        listed = asks.list_by_mentor(tx, VAULT, mentor)
    assert [ask.id for ask in listed] == [made[1].id, made[2].id, made[0].id]
