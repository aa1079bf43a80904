"""Trying inputs one after the other, and what none of them may do: fail, take long, or stay in memory."""

from __future__ import annotations

import faulthandler
import gc
import signal
import sys
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tests.fuzz.chance import Chance

MAX_CPU_SECONDS = 2.0  # of one input, whoever else computes on this machine
HANG_CPU_SECONDS = 20.0  # after which it is broken off
STUCK_SECONDS = 300.0  # without computing: the process ends, and says where it stands
MAX_GROWTH_BYTES = 48 << 20  # of the second half of a run; what is kept for later is kept in the first
MAX_FAULTS = 8  # of one kind, each at another place
PAGE_BYTES = 4096


class Fault(AssertionError):
    """What an input must not bring about."""


class Hang(BaseException):
    """It has computed for so long that it is broken off; no `except Exception` may hold it up."""


class Trial(ABC):
    """One kind of input; made once, tried again and again."""

    name: str
    inputs: int  # how many by default
    tried: object = None  # the input in hand, for who reads of a fault

    def opened(self) -> AbstractContextManager[None]:
        """What all its inputs stand on."""
        return _nothing()

    @abstractmethod
    def try_one(self, chance: Chance, number: int) -> None:
        """Make an input, say it in `tried`, and try it.

        Raises:
            Fault, or whatever the program raises.
        """

    def settle(self) -> None:  # noqa: B027 - most have nothing more to look at
        """What is looked at now and then and at the end, not after each."""


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@dataclass
class Outcome:
    """How a run went."""

    kind: str
    seed: str
    inputs: int = 0
    slowest_seconds: float = 0.0
    slowest_number: int = 0
    growth_bytes: int = 0
    faults: dict[str, int] = field(default_factory=dict)  # what and where → number of its first input

    def line(self) -> str:
        """For whoever watches."""
        faults = "".join(f"\n  input {number}: {what}" for what, number in self.faults.items())
        return (
            f"{self.kind}: seed {self.seed}, {self.inputs} inputs, slowest {self.slowest_seconds:.2f} s of CPU "
            f"(input {self.slowest_number}), {self.growth_bytes / 2**20:+.1f} MiB, {len(self.faults)} faults{faults}"
        )


SETTLE_EVERY = 500


def run_trial(trial: Trial, seed: str, folder: Path, inputs: int = 0, first: int = 0) -> Outcome:
    """Try some inputs of a kind; each fault is kept in the folder as text.

    Args:
        inputs: how many; 0: as many as the kind has by default.
        first: number of the first: an input is made from the seed, its kind and its number alone.
    """
    outcome = Outcome(trial.name, seed)
    end = first + (inputs or trial.inputs)
    before = 0
    with trial.opened(), _broken_off():
        for number in range(first, end):
            if number == (first + end) // 2:
                before = _resident_bytes()
            _try(trial, Chance(f"{seed}/{trial.name}/{number}"), number, outcome, folder)
            if (number + 1) % SETTLE_EVERY == 0 or number + 1 == end:
                _settle(trial, number, outcome, folder)
            if len(outcome.faults) >= MAX_FAULTS:
                break
        outcome.growth_bytes = _resident_bytes() - before if before else 0
    if outcome.growth_bytes > MAX_GROWTH_BYTES:
        outcome.faults["memory grows with what is tried"] = end
    return outcome


def _try(trial: Trial, chance: Chance, number: int, outcome: Outcome, folder: Path) -> None:
    problem: BaseException | None = None
    signal.setitimer(signal.ITIMER_PROF, HANG_CPU_SECONDS)
    faulthandler.dump_traceback_later(STUCK_SECONDS, exit=True)
    began = time.process_time()
    try:
        trial.try_one(chance, number)
    except (Exception, Hang) as error:
        problem = error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()
    spent = time.process_time() - began
    outcome.inputs += 1
    if spent > outcome.slowest_seconds:
        outcome.slowest_seconds, outcome.slowest_number = spent, number
    if problem is None and spent > MAX_CPU_SECONDS:
        problem = Fault(f"takes {spent:.1f} s of the processor")
    if problem is not None:
        _note(outcome, number, problem, trial.tried, folder)


def _settle(trial: Trial, number: int, outcome: Outcome, folder: Path) -> None:
    try:
        trial.settle()
    except Exception as error:
        _note(outcome, number, error, "(what came before it)", folder)


def _note(outcome: Outcome, number: int, problem: BaseException, tried: object, folder: Path) -> None:
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if "/tests/fuzz/" not in frame.filename]
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    # Where it is a fault of ours there is a place; where it is a sentence there is none.
    what = f"{type(problem).__name__}{where}" if frames else f"{type(problem).__name__}: {str(problem)[:200]}"
    if what in outcome.faults:
        return
    outcome.faults[what] = number
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{outcome.kind}-{outcome.seed}-{number}.txt"
    trace = "".join(traceback.format_exception(problem))
    kept.write_text(f"{what}\n{trace}\n{tried!r}\n", "utf-8", "backslashreplace")
    print(f"  {outcome.kind}, input {number}: {what} ({kept})", file=sys.stderr, flush=True)


@contextmanager
def _broken_off() -> Iterator[None]:
    def hang(_signal: int, _frame: FrameType | None) -> None:
        raise Hang(f"computes for more than {HANG_CPU_SECONDS:.0f} s")

    before = signal.signal(signal.SIGPROF, hang)
    try:
        yield
    finally:
        signal.signal(signal.SIGPROF, before)


def _resident_bytes() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE_BYTES
