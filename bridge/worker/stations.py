"""The stations by name. Each answers when it is due again by itself, or None: when something makes it so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bridge.model import Station
from bridge.worker import epoch, nightly
from bridge.worker.calls import poke
from bridge.worker.context import Context
from bridge.worker.epoch import Steps, follow
from bridge.worker.inbox import absorb
from bridge.worker.push import push
from bridge.worker.refresh import refresh
from bridge.worker.tally import tally
from bridge.worker.turns import Outcome, Turn

Run = Callable[[Context, str, Turn], Outcome]


def _in_one_go(run: Callable[[Context, str], datetime | None]) -> Run:
    return lambda context, entity, _turn: run(context, entity)


def _when_told(run: Callable[[Context, str], None]) -> Run:
    def once(context: Context, entity: str, _turn: Turn) -> None:
        run(context, entity)

    return once


def _all_steps(begin: Callable[[Context], Steps]) -> Run:
    def whole(context: Context, _entity: str, _turn: Turn) -> datetime | None:
        steps = begin(context)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                again: datetime | None = end.value
                return again

    return whole


def _nightly(run: Callable[[Context], None]) -> Run:
    def every_night(context: Context, _entity: str, _turn: Turn) -> datetime:
        run(context)
        return nightly.next_night(context.clock())

    return every_night


# What goes over the whole bank: a worker leaves it between two steps and goes on later, in memory.
STEPS: dict[Station, Callable[[Context], Steps]] = {
    Station.EPOCH: epoch.steps,
    Station.SWEEP: nightly.sweep_in_steps,
}
STATIONS: dict[Station, Run] = {
    Station.ABSORB: absorb,
    Station.REFRESH: refresh,
    Station.TALLY: tally,
    Station.PUSH: _when_told(push),
    Station.POKE: _in_one_go(poke),
    Station.FOLLOW: _when_told(follow),
    Station.RETAIN: _nightly(nightly.retain),
    **{station: _all_steps(begin) for station, begin in STEPS.items()},
}
# In the order that computes least: refreshed in the new epoch at once, nobody is refreshed twice.
COMPUTING = (
    Station.ABSORB, Station.EPOCH, Station.REFRESH, Station.TALLY, Station.FOLLOW, Station.SWEEP, Station.RETAIN,
)  # fmt: skip
CALLING = (Station.PUSH, Station.POKE)
