"""A test run that is killed leaves no server behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import reaper
from tests.lab.fixtures import wait_until

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow

RUN = """
    import signal
    import sys
    from pathlib import Path
    from tests import reaper
    from tests.running import RunningBridge

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    reaper.watch(sys.argv[1])
    RunningBridge(Path(sys.argv[2])).start()
    print("started", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A run with a bridge at work, and its name."""
    name = f"reaped-{os.getpid()}"
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(RUN), name, str(tmp_path / "home")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    yield process, name
    process.kill()
    process.communicate()
    reaper.end(name)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_leaves_no_server_behind(
    sign: signal.Signals, run: tuple[subprocess.Popen[str], str]
) -> None:
    process, name = run
    assert len(reaper.list_left(name)) >= 2, "the bridge and its worker run"
    process.send_signal(sign)
    process.wait(60)
    wait_until(lambda: not reaper.list_left(name), "all servers of the run are gone")
