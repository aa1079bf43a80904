"""A real PgBouncer on a free loopback port before a PostgreSQL, few sessions for all; ended by its pid."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import make_url

from tests.running import HANG_SECONDS, free_port

SESSIONS = 4  # with the server, for a database
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin") or "pgbouncer"


class PgBouncer:
    """In transaction mode, before the server of an address; use as a context manager."""

    def __init__(self, server: str) -> None:
        """`server`: an address of a PostgreSQL that listens on a Unix socket, as SQLAlchemy spells it."""
        self._sockets = Path(str(make_url(server).query["host"]))
        self._port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="mb-pool-"))
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, direct: str) -> str:
        """The address of a database of that server through here."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/{make_url(direct).database}"

    def __enter__(self) -> PgBouncer:
        """Start, and wait until clients can connect."""
        settings = {
            "listen_addr": "127.0.0.1",
            "listen_port": self._port,
            "unix_socket_dir": "",
            "auth_type": "any",
            "pool_mode": "transaction",
            "default_pool_size": SESSIONS,
        }
        if os.geteuid() == 0:  # it does not run as root; who owns the server's folder may enter it
            settings["user"] = self._sockets.owner()
        lines = [f"{name} = {value}" for name, value in settings.items()]
        configuration = self._folder / "pgbouncer.ini"
        configuration.write_text(
            "\n".join(["[databases]", f"* = host={self._sockets} user=postgres", "[pgbouncer]", *lines, ""])
        )
        self._folder.chmod(0o755)
        with (self._folder / "log").open("wb") as output:
            self._process = subprocess.Popen([PROGRAM, str(configuration)], stdout=output, stderr=output)
        until = time.monotonic() + HANG_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            if b"process up" in (self._folder / "log").read_bytes():
                return self
            time.sleep(0.02)
        log = (self._folder / "log").read_text(errors="replace")
        self.__exit__()
        raise RuntimeError(f"PgBouncer did not start:\n{log[-2000:]}")

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(HANG_SECONDS)
        shutil.rmtree(self._folder, ignore_errors=True)
