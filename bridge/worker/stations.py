"""The stations by name. Each answers when it is due again by itself, or None: when something makes it so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bridge.operations.stations import Station
from bridge.worker import nightly
from bridge.worker.ask_timers import follow_asks
from bridge.worker.context import Context
from bridge.worker.engagement.tally import tally
from bridge.worker.intake.read_inbox import absorb
from bridge.worker.matching import epoch
from bridge.worker.matching.epoch import Steps, follow_epoch
from bridge.worker.matching.refresh import refresh
from bridge.worker.outbound.alert import alert
from bridge.worker.outbound.ask_mail import send_mails
from bridge.worker.outbound.poke import poke
from bridge.worker.outbound.publish import publish
from bridge.worker.outbound.push import push
from bridge.worker.turns import Turn, TurnOutcome

StationRun = Callable[[Context, str, Turn], TurnOutcome]


def _in_one_go(run: Callable[[Context, str], datetime | None]) -> StationRun:
    return lambda context, entity, _turn: run(context, entity)


def _when_told(run: Callable[[Context, str], None]) -> StationRun:
    def once(context: Context, entity: str, _turn: Turn) -> None:
        run(context, entity)

    return once


def _all_steps(begin: Callable[[Context], Steps]) -> StationRun:
    def whole(context: Context, _entity: str, _turn: Turn) -> datetime | None:
        steps = begin(context)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                again: datetime | None = end.value
                return again

    return whole


def _nightly(run: Callable[[Context], None]) -> StationRun:
    def every_night(context: Context, _entity: str, _turn: Turn) -> datetime:
        run(context)
        return nightly.next_night(context.clock())

    return every_night


# What goes over the whole bank: a worker leaves it between two steps and goes on later, in memory.
STATIONS_IN_STEPS: dict[str, Callable[[Context], Steps]] = {
    Station.EPOCH: epoch.build_epoch_in_steps,
    Station.SWEEP: nightly.sweep_in_steps,
}
STATIONS: dict[str, StationRun] = {
    Station.ABSORB: absorb,
    Station.REFRESH: refresh,
    Station.TALLY: tally,
    Station.PUSH: push,
    Station.POKE: _in_one_go(poke),
    Station.ALERT: _in_one_go(alert),
    Station.PUBLISH: _in_one_go(publish),
    Station.MAIL: _in_one_go(send_mails),
    Station.FOLLOW: _when_told(follow_epoch),
    Station.ASKS: _in_one_go(follow_asks),
    Station.RETAIN: _nightly(nightly.retain),
    **{station: _all_steps(begin) for station, begin in STATIONS_IN_STEPS.items()},
}
# In the order that computes least: refreshed in the new epoch at once, nobody is refreshed twice.
COMPUTING_STATIONS = (
    Station.ABSORB,
    Station.EPOCH,
    Station.REFRESH,
    Station.TALLY,
    Station.ASKS,
    Station.FOLLOW,
    Station.SWEEP,
    Station.RETAIN,
)
