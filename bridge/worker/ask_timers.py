"""asks(bank): what time alone does to asks, so that nobody asks in vain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bridge.asks.states import AskState, Step, next_step
from bridge.errors import StorageUnavailable
from bridge.operations.ask_alternatives import propose_alternatives
from bridge.operations.ask_answers import announce_asks, end_ask, erase_ask
from bridge.storage.asks import ask_mentors, asks
from bridge.storage.asks.asks import Ask
from bridge.storage.core.database import Tx
from bridge.worker.context import Context

log = structlog.get_logger("asks")

ASKS_PER_TURN = 20
LONGEST_WAIT = timedelta(hours=1)  # until it is looked again, whatever is planned
PAUSE_AFTER_FAILURE = timedelta(hours=1)


def follow_asks(context: Context, _entity: str) -> datetime | None:
    """Do the steps that are due; when the next one is."""
    now = context.clock()
    with context.database.read() as tx:
        due_ids = asks.list_due_ids(tx, now, ASKS_PER_TURN)
    for ask_id in due_ids:
        try:
            with context.database.begin() as tx:
                _take_step(context, tx, ask_id, now)
        except StorageUnavailable:
            raise
        except Exception:  # what fails for one costs that one
            log.exception("left out", ask=ask_id)
            with context.database.begin() as tx:
                asks.mark_postponed(tx, ask_id, now + PAUSE_AFTER_FAILURE)
    with context.database.read() as tx:
        planned = asks.find_next_due(tx)
    return None if planned is None else min(planned, now + LONGEST_WAIT)


def _take_step(context: Context, tx: Tx, ask_id: int, now: datetime) -> None:
    """The step that is due by what is stored now: somebody may have answered since it was planned."""
    ask = asks.find(tx, context.vault, ask_id)
    planned = next_step(ask.times) if ask else None
    if ask is None or planned is None or planned.at > now:
        return
    if planned.step is Step.PROPOSE:
        propose_alternatives(tx, context.vault, ask, now)
    else:
        STEPS[planned.step](tx, ask, now)


def _remind(tx: Tx, ask: Ask, now: datetime) -> None:
    asks.mark_reminded(tx, ask.id, now)
    announce_asks(tx, ask.mentor.blog_id, now)


def _close(tx: Tx, ask: Ask, now: datetime) -> None:
    if end_ask(tx, ask, AskState.UNANSWERED, now):
        ask_mentors.record_unanswered(tx, ask.mentor)


def _end(tx: Tx, ask: Ask, now: datetime) -> None:
    end_ask(tx, ask, AskState.ENDED, now)


def _erase(tx: Tx, ask: Ask, now: datetime) -> None:
    erase_ask(tx, ask.id, now)


STEPS: Mapping[Step, Callable[[Tx, Ask, datetime], None]] = {
    Step.REMIND: _remind,
    Step.CLOSE: _close,
    Step.END: _end,
    Step.ERASE: _erase,
}
