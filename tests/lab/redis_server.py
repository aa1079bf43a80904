"""A real Redis on a free loopback port that writes nothing to disk; ended by its pid."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.running import HANG_SECONDS, free_port

PASSWORD = "password-of-the-lab"


class RedisServer:
    """One server; use as a context manager. After `kill` and `start` it is there again, and empty."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mb-redis-"))
        self.port = free_port()
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> RedisServer:
        """Start, and wait until it answers."""
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server is missing: run `.ci/setup test`")
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
            "requirepass": PASSWORD,
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen([program, *arguments], stdout=output, stderr=output)
        until = time.monotonic() + HANG_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            if self.ask("PING").startswith("+PONG"):
                return self
            time.sleep(0.02)
        said = (self.folder / "output").read_text(errors="replace")
        self.stop()
        raise RuntimeError(f"Redis did not start:\n{said[-2000:]}")

    def ask(self, command: str) -> str:
        """What it answers to one command, as it travels; "" while it does not listen."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=HANG_SECONDS) as connection:
                connection.sendall(f"AUTH {PASSWORD}\r\n{command}\r\nQUIT\r\n".encode())
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
        except OSError:
            return ""
        return answer.decode().removeprefix("+OK\r\n")

    def freeze(self) -> None:
        """It takes connections and says nothing."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if nothing had been."""
        self._send(signal.SIGCONT)

    def _send(self, number: int) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(HANG_SECONDS)
            self._process = None

    def stop(self) -> None:
        """Nothing of it is left."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        self.stop()
