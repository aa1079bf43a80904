"""MariaDB without root services: its own folder, a socket, no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from tests.running import HANG_SECONDS

# Kernels of build machines allow little of it, or none.
NO_AIO = "--skip-innodb-use-native-aio"


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
            self._install(data, as_user)
        # A crash of the machine may lose test data: nothing waits for the disk, not even a new table.
        options = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--skip-log-bin", NO_AIO]
        log = (self.folder / "mariadb.log").open("ab")
        self.process = subprocess.Popen(
            [
                "eatmydata",
                "mariadbd",
                "--no-defaults",
                f"--datadir={data}",
                f"--socket={self.socket}",
                "--skip-networking",
                *as_user,
                *options,
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        until = time.monotonic() + HANG_SECONDS
        while not self.socket.exists() and time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "mariadb.log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)
        return self

    def _install(self, data: Path, as_user: list[str]) -> None:
        """The system tables, with nothing of this machine's own settings or names; what went wrong is told."""
        command = [
            "mariadb-install-db",
            "--no-defaults",
            "--force",
            "--skip-test-db",
            "--innodb-log-file-size=8M",
            NO_AIO,
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            *as_user,
        ]
        for attempt in (1, 2):
            data.mkdir(parents=True)
            if as_user:
                shutil.chown(self.folder, "mysql")
                shutil.chown(data, "mysql")
            done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
            if done.returncode == 0:
                return
            said = "\n".join(text[-1500:] for text in (done.stdout, done.stderr))
            print(f"MariaDB's tables, attempt {attempt}:\n{said}")
            shutil.rmtree(data)
        free = shutil.disk_usage(self.folder).free // 2**20
        raise RuntimeError(f"MariaDB could not make its tables ({free} MiB free in {self.folder}):\n{said}")

    def run(self, sql: str, database: str = "") -> str:
        """Rows as tab-separated lines."""
        command = ["mysql", "--no-defaults", "-N", "-S", str(self.socket), "-uroot", *([database] if database else [])]
        return subprocess.run(
            command, input=sql, capture_output=True, text=True, check=True, timeout=HANG_SECONDS
        ).stdout

    def stop(self) -> None:
        """End the server by its pid."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(HANG_SECONDS)
            self.process = None
