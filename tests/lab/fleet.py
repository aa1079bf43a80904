"""A fleet as an operator starts it: the commands of docs/deploy/compose.yaml, each a process of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from re import MULTILINE, findall

from tests.lab.rabbitmq import RabbitMQ
from tests.lab.redis_server import RedisServer
from tests.running import BRIDGE, RunningBridge

COMPOSE = (Path(__file__).parents[2] / "docs" / "deploy" / "compose.yaml").read_text("utf-8")
COMMANDS = [line.split() for line in findall(r"^    command: bridge (.+)$", COMPOSE, MULTILINE)]


class Fleet:
    """A broker, a Redis, two web processes, a sweep and workers on one database of PostgreSQL."""

    def __init__(self, home: Path, url: str, reader: tuple[str, ...] = (BRIDGE,)) -> None:
        """`reader`: the program that the workers are which read what blogs sent."""
        self.broker, self.limits = RabbitMQ(), RedisServer()
        self.settings = {"DATABASE_URL": url, "BROKER_URL": self.broker.url, "LIMITS_URL": self.limits.url}
        self.settings["SECRET_KEY"] = "k" * 40
        self.processes: list[RunningBridge] = []
        for command, *options in COMMANDS:
            is_web = command == "web"
            program = reader if "absorb,refresh,tally" in options else (BRIDGE,)
            for _ in range(2 if is_web else 1):
                place = home / str(len(self.processes))
                chosen = [] if is_web else options  # where it listens is the test's own
                self.processes.append(
                    RunningBridge(place, command, 0, options=chosen, program=program, **self.settings)
                )
        self.web, self.other_web, self.computing, _, self.sweep = self.processes

    def start(self) -> Fleet:
        """All of it at once, but a web process first: it makes the tables."""
        with ThreadPoolExecutor() as starting:
            servers = [starting.submit(server.start) for server in (self.broker, self.limits)]
            self.web.start()
            for started in servers:
                started.result()
            list(starting.map(RunningBridge.start, self.processes[1:]))
        return self

    def stop(self) -> None:
        """As an operator would, the broker last."""
        with ThreadPoolExecutor() as ending:
            list(ending.map(RunningBridge.stop, self.processes))
        self.broker.stop()
        self.limits.stop()
