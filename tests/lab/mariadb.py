"""MariaDB without root services: its own folder, a socket, no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path


class MariaDB:
    """One server for all blogs of a test run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "s.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> MariaDB:
        """Make the data folder if there is none, and serve."""
        for program in ("mariadbd", "eatmydata"):
            if shutil.which(program) is None:
                raise RuntimeError(f"{program} is missing: run `.ci/setup test`")
        as_user = ["--user=mysql"] if os.geteuid() == 0 else []
        data = self.folder / "data"
        if not data.exists():
            data.mkdir(parents=True)
            if as_user:
                shutil.chown(self.folder, "mysql")
                shutil.chown(data, "mysql")
            install = ["mariadb-install-db", f"--datadir={data}", "--auth-root-authentication-method=normal", *as_user]
            subprocess.run(["eatmydata", *install], check=True, capture_output=True, timeout=120)
        # A crash of the machine may lose test data: nothing waits for the disk, not even a new table.
        options = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--skip-log-bin"]
        log = (self.folder / "mariadb.log").open("ab")
        self.process = subprocess.Popen(
            ["eatmydata", "mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={self.socket}",
             "--skip-networking", *as_user, *options], stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        until = time.monotonic() + 30
        while not self.socket.exists() and time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "mariadb.log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)
        return self

    def run(self, sql: str, database: str = "") -> str:
        """Rows as tab-separated lines."""
        command = ["mysql", "--no-defaults", "-N", "-S", str(self.socket), "-uroot", *([database] if database else [])]
        return subprocess.run(command, input=sql, capture_output=True, text=True, check=True, timeout=60).stdout

    def stop(self) -> None:
        """End the server by its pid."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self.process = None
