"""Whatever ends the worker, and however soon: it is started again."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

from tests.running import HANG_SECONDS

LIVES = 50
# Like gunicorn's master: another thread waits for all children of the process, so that a worker that ended is nobody's
# at once, and processes are forked that live on. The worker ends as soon as it runs, and at first there is none to run.
MASTER = """
import os, signal, sys, threading, time
from pathlib import Path
from bridge.server import keeper

FORKS = 100

def reap():
    while True:
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            pass

worker, lives, seconds, enough = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
keeper.FIRST_PAUSE_SECONDS = keeper.MAX_PAUSE_SECONDS = 0.001
threading.Thread(target=reap, daemon=True).start()
kept = keeper.Keeper([str(worker)])
kept.start()
time.sleep(0.05)  # some tries in vain
worker.with_suffix(".new").write_text(f"#!/bin/sh\\necho >> {lives}\\n")
worker.with_suffix(".new").chmod(0o700)
worker.with_suffix(".new").rename(worker)
forked = []
until = time.monotonic() + seconds
while kept.is_alive() and time.monotonic() < until:
    if len(forked) < FORKS:
        child = os.fork()
        if not child:
            signal.pause()
        forked.append(child)
    if len(forked) == FORKS and lives.exists() and lives.stat().st_size >= enough:
        kept.stop()
        print("started again and again")
        break
for child in forked:
    os.kill(child, signal.SIGKILL)
"""


def test_a_worker_that_ends_as_soon_as_it_runs_or_cannot_be_started_is_started_again(tmp_path: Path) -> None:
    arguments = [str(tmp_path / "worker"), str(tmp_path / "lives"), str(HANG_SECONDS / 10), str(LIVES)]
    ended = run([sys.executable, "-c", MASTER, *arguments], capture_output=True, text=True, check=False)
    assert ended.stdout.endswith("started again and again\n"), ended.stderr[-2000:]
    assert "Traceback" not in ended.stderr
