"""No process outlives the master of a bridge, whenever it is killed: nothing keeps the locks, nothing works on."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.running import HANG_SECONDS, RunningBridge
from tests.trials import trials

KILLS = trials(6, 60)
LONGEST = 2.0  # seconds after the start: up to then everything is there on a quiet machine
GONE = 30.0  # seconds: far more than anybody needs


def has_child(leader: int) -> bool:
    """Whether any of its threads has started a process."""
    return any(entry.read_text() for entry in Path(f"/proc/{leader}/task").glob("*/children"))


def killed(running: RunningBridge, after: float, *, with_child: bool) -> list[int]:
    """Begin a bridge, kill its master alone some time later; who is left when there was time for all to go."""
    running.launch()
    assert running.process is not None
    leader = running.process.pid
    until = time.monotonic() + GONE
    while with_child and not has_child(leader) and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(after)
    os.kill(leader, signal.SIGKILL)
    running.process.wait(HANG_SECONDS)
    until = time.monotonic() + GONE
    while (left := running.members()) and time.monotonic() < until:
        time.sleep(0.02)
    for process in left:
        os.kill(process, signal.SIGKILL)
    return left


@pytest.mark.slow
@pytest.mark.faults
def test_nothing_is_left_of_a_bridge_whose_master_was_killed(tmp_path: Path) -> None:
    dice = random.Random(12)
    running = RunningBridge(tmp_path / "home")
    running.is_migrated = False  # it may be killed at that, too
    for n in range(KILLS):
        # Every second time just after a child was made, when it does not know yet whose it is.
        young = n % 2 == 0
        after = dice.uniform(0, 0.3) if young else LONGEST * (n + dice.random()) / KILLS
        assert killed(running, after, with_child=young) == [], f"kill {n}, after {after:.3f} s"
    with running:
        assert running.get("/healthz")[0] == 200
    assert "Traceback" not in running.log()
