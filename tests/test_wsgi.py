"""`wsgi:app` under gunicorn: nothing but the environment is needed, and on SQLite it is alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.lab.fixtures import wait_until
from tests.running import HANG_SECONDS, free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SERVER = [sys.executable, "-m", "gunicorn", "--threads", "4", "wsgi:app"]


def answers(url: str) -> bool:
    """Whether the web side is there and its database can be read."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=HANG_SECONDS) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def soon(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for it to answer."""
    wait_until(lambda: process.poll() is not None or answers(url), "the web side answers", seconds=60)
    assert process.poll() is None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """gunicorn on an empty home."""
    port = free_port()
    env = {**os.environ, "BRIDGE_HOME": str(tmp_path / "home"), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(
        [*SERVER, "--bind", f"127.0.0.1:{port}"], cwd=ROOT, env=env, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(HANG_SECONDS)


def test_it_makes_its_database_keeps_others_out_and_begins_anew(
    server: tuple[str, subprocess.Popen[bytes]], run_bridge: Callable[..., CompletedProcess[str]]
) -> None:
    url, process = server
    soon(url, process)
    second = run_bridge("web", "--port", str(free_port()))
    assert second.returncode == 1
    assert "already running" in second.stderr
    process.send_signal(signal.SIGHUP)  # the next process is started before this one has ended
    time.sleep(1)
    soon(url, process)
    time.sleep(3)
    assert answers(url)
    assert process.poll() is None


def test_a_wrong_setting_is_one_sentence_and_the_server_ends(tmp_path: Path) -> None:
    env = {**os.environ, "BRIDGE_HOME": str(tmp_path / "home"), "TRUSTED_PROXIES": "many"}
    server = subprocess.run(
        [*SERVER, "--bind", f"127.0.0.1:{free_port()}"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert server.returncode != 0
    assert [line for line in server.stderr.splitlines() if "TRUSTED_PROXIES" in line] == [
        "bridge: TRUSTED_PROXIES: 'many' is neither how many proxies stand before the bridge (0 to 20) nor their "
        "addresses or networks, such as 127.0.0.1,10.0.0.0/8."
    ]
    assert "Traceback" not in server.stderr
    assert not (tmp_path / "home").exists()
