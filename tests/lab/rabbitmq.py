"""A real RabbitMQ on free loopback ports, in a temporary folder; ended by its pid."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.running import HANG_SECONDS, free_port

SERVER = Path("/usr/lib/rabbitmq/bin")


class RabbitMQ:
    """One broker; use as a context manager. What it holds is there again after `kill` and `start`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mb-mq-"))
        self.port, self._registry_port, distribution = free_port(), free_port(), free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        # The server is Erlang's: its nodes find each other by a small registry, of which this one has its own.
        self._environment = {
            "PATH": f"{SERVER}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self._registry_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"mb{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none",
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> RabbitMQ:
        """Start, and wait until clients can connect."""
        with (self.folder / "output").open("ab") as output:
            for command in ((shutil.which("epmd") or "epmd",), (str(SERVER / "rabbitmq-server"),)):
                self._processes.append(
                    subprocess.Popen(
                        command, env=self._environment, stdout=output, stderr=output, start_new_session=True
                    )
                )
        until = time.monotonic() + HANG_SECONDS
        while time.monotonic() < until and self._processes[-1].poll() is None:
            if "Server startup complete" in (self.folder / "output").read_text(errors="replace"):
                (self.folder / "output").rename(self.folder / f"output.{time.monotonic_ns()}")
                return self
            time.sleep(0.1)
        said = (self.folder / "output").read_text(errors="replace")
        self.stop()
        raise RuntimeError(f"RabbitMQ did not start:\n{said[-4000:]}")

    def pids(self) -> list[int]:
        """Its processes: the registry and the server, without what descends from them."""
        return [process.pid for process in self._processes]

    def kill(self) -> None:
        """SIGKILL: no goodbye, and what it had said is on its disk."""
        while self._processes:
            process = self._processes.pop()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(HANG_SECONDS)

    def stop(self) -> None:
        """Nothing of it is left."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        self.stop()
