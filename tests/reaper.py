"""Ends the servers of a test run that cannot end them itself, because it was killed or interrupted.

Every server that a test starts inherits the run's name in its environment. A small process beside the run waits until
the run is gone, however it ended, and then ends whatever still carries that name.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

NAME = "MENTOR_BRIDGE_TEST_RUN"
GOODBYE_SECONDS = 5.0  # between SIGTERM and SIGKILL


def watch(run: str) -> subprocess.Popen[bytes]:
    """Name this run, and start its reaper; it acts when this process has ended, or closed its standard input."""
    os.environ[NAME] = run
    # It must not carry the name itself, nor hear the Ctrl-C that ends the run.
    without = {name: value for name, value in os.environ.items() if name != NAME}
    return subprocess.Popen(
        [sys.executable, __file__, run], stdin=subprocess.PIPE, env=without, start_new_session=True, close_fds=True
    )


def list_left(run: str, *, but: frozenset[int] = frozenset()) -> dict[int, str]:
    """Processes that carry a run's name, with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) in but:
            continue
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:  # it has ended meanwhile, or is another user's
            continue
        if f"{NAME}={run}".encode() in environment and command:
            found[int(entry.name)] = command
    return found


def end(run: str) -> None:
    """SIGTERM, and after a while SIGKILL, for all that is left."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for pid in list_left(run):
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                continue
        until = time.monotonic() + GOODBYE_SECONDS
        while list_left(run) and time.monotonic() < until:
            time.sleep(0.05)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    end(sys.argv[1])
