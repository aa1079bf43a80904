"""A real `bridge` process on a free loopback port and a temporary home, ended by its pid."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bridge.cli.main import commands
from bridge.storage.core import migrate
from bridge.storage.core.database import Database

BRIDGE = str(Path(sys.executable).with_name("bridge"))  # the command as installed
HANG_SECONDS = 600  # seconds: nothing takes that long on the busiest machine, so what does has hung


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@cache
def migrated_file() -> Path:
    """A SQLite database with all tables, to be copied: migrating takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="mb-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = Database.open(f"sqlite:///{folder / 'bridge.sqlite'}")
    migrate.upgrade(database)
    database.close()
    return folder / "bridge.sqlite"


class RunningBridge:
    """`bridge serve` (or `web`, `worker`, `sweep`) in a process group of its own; use as a context manager."""

    def __init__(
        self,
        home: Path,
        command: str = "serve",
        port: int = 0,
        *,
        options: Sequence[str] = (),
        program: Sequence[str] = (BRIDGE,),
        **environment: str,
    ) -> None:
        self.home = home
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.command = command
        self._options = options
        self._program = program
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")},
            "BRIDGE_HOME": str(home),
            "PUBLIC_URL": self.url,
            "REGISTRATION": "open",
            "ALLOW_PRIVATE_ADDRESSES": "1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.is_migrated = True  # a new home, before the first start; else that makes the tables

    def start(self) -> RunningBridge:
        """Start and wait until it answers; a worker answers nobody and says that it is ready."""
        log_bytes = self.launch()
        assert self.process is not None
        until = time.monotonic() + HANG_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            if self._ready(log_bytes):
                return self
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"bridge {self.command} did not start:\n{self.log()[-4000:]}")

    def launch(self) -> int:
        """Start and do not wait; how much its log held before."""
        self.home.mkdir(parents=True, exist_ok=True)
        if self.is_migrated and "DATABASE_URL" not in self.environment and not (self.home / "bridge.sqlite").exists():
            shutil.copyfile(migrated_file(), self.home / "bridge.sqlite")  # as `bridge migrate` leaves a new home
        port = ["--port", str(self.port)] if self._serves else []
        with self._log.open("ab") as log:
            log_bytes = self._log.stat().st_size
            self.process = subprocess.Popen(
                [*self._program, self.command, *port, *self._options],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return log_bytes

    def _ready(self, log_bytes: int) -> bool:
        if not self._serves:
            return f"{self.command} ready".encode() in self._log.read_bytes()[log_bytes:]
        return self._listens()

    def _listens(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=HANG_SECONDS):
                return True
        except OSError:
            return False

    @property
    def _log(self) -> Path:
        return self.home / ("bridge.log" if self._serves else f"{'-'.join([self.command, *self._options])}.log")

    @property
    def _serves(self) -> bool:
        return self.command in ("serve", "web")

    def stop(self) -> None:
        """End it as an operator would, and whatever is left of its group after that."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(HANG_SECONDS)
        finally:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """SIGKILL the whole process group: no goodbye."""
        assert self.process is not None
        with suppress(ProcessLookupError):  # nobody of it is left
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(HANG_SECONDS)
        # Its children die a moment later, and until then their socket takes calls that nobody will answer.
        until = time.monotonic() + HANG_SECONDS
        while self._serves and self._listens() and time.monotonic() < until:
            time.sleep(0.02)

    def members(self) -> list[int]:
        """Who lives in its process group, in the order of their numbers."""
        assert self.process is not None
        members = []
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = entry.read_text().rpartition(")")[2].split()
            except OSError:  # it ended while we looked
                continue
            if int(fields[2]) == self.process.pid and fields[0] not in "ZX":
                members.append(int(entry.parent.name))
        return sorted(members)

    def parts(self) -> dict[str, int]:
        """The processes of `bridge serve` that are there now: "master", "web" and "worker"."""
        assert self.process is not None
        parts = {}
        for pid in self.members():
            with suppress(OSError):
                is_worker = b"bridge.cli.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
                parts["master" if pid == self.process.pid else "worker" if is_worker else "web"] = pid
        return parts

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        self.stop()

    def log(self) -> str:
        """What it said on stdout and stderr."""
        return self._log.read_text(errors="replace")

    def run(self, *arguments: str) -> str:
        """Another `bridge` command on the same home; its stdout."""
        done = subprocess.run(
            [BRIDGE, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """The JSON that a command answers; asked in this process, as tests ask again and again until it is so."""
        done = CliRunner().invoke(commands, [*arguments, "--json"], env=self.environment, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=HANG_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
