"""The stations by name."""

from __future__ import annotations

from collections.abc import Callable

from bridge.model import Station
from bridge.worker import nightly
from bridge.worker.absorb import absorb
from bridge.worker.context import Context
from bridge.worker.epoch import build
from bridge.worker.push import poke, push
from bridge.worker.refresh import refresh


def _of_the_bank(work: Callable[[Context], None], *, nightly_again: bool = False) -> Callable[[Context, str], None]:
    def run(context: Context, _entity: str) -> None:
        work(context)
        if nightly_again:
            nightly.schedule(context)

    return run


STATIONS: dict[Station, Callable[[Context, str], None]] = {
    Station.ABSORB: absorb,
    Station.REFRESH: refresh,
    Station.PUSH: push,
    Station.POKE: poke,
    Station.EPOCH: _of_the_bank(build),
    Station.SWEEP: _of_the_bank(nightly.sweep, nightly_again=True),
    Station.RETAIN: _of_the_bank(nightly.retain, nightly_again=True),
}
COMPUTING = (Station.ABSORB, Station.EPOCH, Station.REFRESH, Station.SWEEP, Station.RETAIN)
CALLING = (Station.PUSH, Station.POKE)
