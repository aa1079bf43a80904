"""The stations by name. Each answers when it is due again by itself, or None: when something makes it so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bridge.model import Station
from bridge.worker import nightly
from bridge.worker.absorb import absorb
from bridge.worker.calls import poke
from bridge.worker.context import Context
from bridge.worker.epoch import build, follow
from bridge.worker.push import push
from bridge.worker.refresh import refresh
from bridge.worker.tally import tally

Run = Callable[[Context, str], datetime | None]


def _when_told(run: Callable[[Context, str], None]) -> Run:
    def once(context: Context, entity: str) -> None:
        run(context, entity)

    return once


def _of_the_bank(run: Callable[[Context], None]) -> Run:
    return _when_told(lambda context, _entity: run(context))


def _nightly(run: Callable[[Context], None]) -> Run:
    def every_night(context: Context, _entity: str) -> datetime:
        run(context)
        return nightly.next_night(context.clock())

    return every_night


STATIONS: dict[Station, Run] = {
    Station.ABSORB: _when_told(absorb),
    Station.REFRESH: _when_told(refresh),
    Station.TALLY: tally,
    Station.PUSH: _when_told(push),
    Station.POKE: poke,
    Station.EPOCH: _of_the_bank(build),
    Station.FOLLOW: _when_told(follow),
    Station.SWEEP: _nightly(nightly.sweep),
    Station.RETAIN: _nightly(nightly.retain),
}
# In the order that computes least: refreshed in the new epoch at once, nobody is refreshed twice.
COMPUTING = (
    Station.ABSORB, Station.EPOCH, Station.REFRESH, Station.TALLY, Station.FOLLOW, Station.SWEEP, Station.RETAIN,
)  # fmt: skip
CALLING = (Station.PUSH, Station.POKE)
