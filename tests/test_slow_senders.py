"""Senders that drip, on a real server: they hold its threads for some seconds, not for ever, however it was started."""

from __future__ import annotations

import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bridge.model import BlogFacts
from bridge.runtime import utc_now
from bridge.storage.blogs import blogs
from bridge.storage.core.database import Database
from bridge.storage.people import sessions
from bridge.storage.people.sessions import Person
from tests.running import HANG_SECONDS, RunningBridge

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
THREADS = 4
# How to start the web side → the arguments of gunicorn, None: our own command.
DOORS: dict[str, tuple[str, ...] | None] = {
    "web": None,
    "serve": None,
    "wsgi:app as documented": ("--threads", str(THREADS)),
    "wsgi:app with gthread": ("--worker-class", "gthread", "--threads", str(THREADS)),
}
ONE_AT_A_TIME = "wsgi:app without threads"
DELIVERY = b"POST /webhooks/alice HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n"


class ForeignServer(RunningBridge):
    """A gunicorn of the operator's own that serves `wsgi:app`."""

    def __init__(self, home: Path, *arguments: str) -> None:
        super().__init__(home, "web")
        self.arguments = arguments

    def launch(self) -> int:
        """Start and do not wait; how much its log held before."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            before = self._log.stat().st_size
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *self.arguments, "--bind", f"127.0.0.1:{self.port}", "wsgi:app"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return before


def web_side(door: str, home: Path) -> RunningBridge:
    """The web side, started by one of the doors."""
    arguments = DOORS.get(door, ())
    return RunningBridge(home, door, THREADS=str(THREADS)) if arguments is None else ForeignServer(home, *arguments)


class Dripper(threading.Thread):
    """A byte now and then, as long as anybody listens."""

    def __init__(self, port: int, start: bytes) -> None:
        super().__init__()
        self.port = port
        self.start_of_request = start
        self.cut_off = threading.Event()

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=HANG_SECONDS) as sender:
            try:
                sender.sendall(self.start_of_request)
                while True:
                    time.sleep(0.1)
                    sender.sendall(b"x")
            except OSError:
                self.cut_off.set()


def drip(port: int, *starts: bytes) -> list[Dripper]:
    """Begin requests that never end."""
    drippers = [Dripper(port, start) for start in starts]
    for dripper in drippers:
        dripper.start()
    return drippers


def assert_cut_off(drippers: list[Dripper]) -> None:
    """All of them, in the end."""
    for dripper in drippers:
        dripper.join(HANG_SECONDS)
        assert dripper.cut_off.is_set()


@pytest.fixture(scope="module")
def dripped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[RunningBridge, list[Dripper]]]]:
    """Each way to start with senders that drip, all beside each other: what takes long is waited for once."""
    folder = tmp_path_factory.mktemp("doors")
    with ExitStack() as doors:
        started = {}
        for number, door in enumerate((*DOORS, ONE_AT_A_TIME)):
            running = doors.enter_context(web_side(door, folder / f"home{number}"))
            assert running.get("/healthz")[0] == 200, door
            if door == ONE_AT_A_TIME:
                starts: tuple[bytes, ...] = (DELIVERY, DELIVERY[:60])
            else:
                # A server that waits for them cuts all off before it answers each time, a busy machine now and then.
                assert any(_answers_beside_the_silent(running) for _ in range(5)), door
                # Two that drip heads, two that drip bodies: one for each thread.
                starts = DELIVERY[:60], DELIVERY[:60], DELIVERY, form_of_somebody_signed_in(running)
            started[door] = (running, drip(running.port, *starts))
        yield started


@pytest.mark.parametrize("door", DOORS)
def test_slow_senders_hold_threads_for_some_seconds_only(
    door: str, dripped: dict[str, tuple[RunningBridge, list[Dripper]]]
) -> None:
    running, drippers = dripped[door]
    assert running.get("/healthz")[0] == 200
    assert_cut_off(drippers)
    assert "Traceback" not in running.log()
    assert "worker_class" not in running.log(), "there is nothing to warn of"


def form_of_somebody_signed_in(running: RunningBridge) -> bytes:
    """The head of a form, which the web side reads to see whether it is its own."""
    database = Database.open(f"sqlite:///{running.home / 'bridge.sqlite'}")
    facts = BlogFacts("Alice", "", "en-US", "https://alice.example", "https://alice.example/wp-json/", "", "u")
    with database.begin() as tx:
        blogs.upsert(tx, "alice", "connected", facts, utc_now())
        token = sessions.record_link(tx, Person("alice", "1", "subscriber", False, "Ann"), utc_now())
    database.close()
    with socket.create_connection(("127.0.0.1", running.port), timeout=HANG_SECONDS) as browser:
        browser.sendall(f"GET /sign-in?token={token} HTTP/1.0\r\n\r\n".encode())
        cookie = browser.makefile().read().partition("Set-Cookie: ")[2].partition(";")[0]
    assert cookie
    head = f"POST /dashboard/alice/settings/erase HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nCookie: {cookie}\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\n"
    return (head + form).encode()


def test_a_server_of_one_request_at_a_time_cuts_them_off_and_says_what_it_lacks(
    dripped: dict[str, tuple[RunningBridge, list[Dripper]]],
) -> None:
    running, drippers = dripped[ONE_AT_A_TIME]
    warnings = [line for line in running.log().splitlines() if "SyncWorker" in line]
    assert len(warnings) == 1
    assert "--threads" in warnings[0]
    assert_cut_off(drippers)
    assert running.get("/healthz")[0] == 200
    assert "WORKER TIMEOUT" not in running.log()


def test_a_server_that_cannot_be_right_ends_with_one_sentence(tmp_path: Path) -> None:
    forking = ForeignServer(tmp_path / "forking", "--preload", "--threads", "2")
    mistaken = ForeignServer(tmp_path / "mistaken", "--threads", "2")
    mistaken.environment["THREADS"] = "many"
    for running, named in ((forking, "--preload"), (mistaken, "THREADS")):
        running.launch()
        assert running.process is not None
        assert running.process.wait(HANG_SECONDS) == 3
        (sentence,) = (line for line in running.log().splitlines() if line.startswith("bridge: "))
        assert named in sentence
        assert "Traceback" not in running.log()
    assert not (tmp_path / "forking" / "bridge.sqlite").exists(), "nothing was opened"


def _answers_beside_the_silent(running: RunningBridge) -> bool:
    with ExitStack() as silent:
        sockets = [
            silent.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=HANG_SECONDS))
            for _ in range(2 * THREADS)
        ]
        assert running.get("/healthz")[0] == 200
        return any(_is_open(connection) for connection in sockets)


def _is_open(connection: socket.socket) -> bool:
    """Whether the server has not closed it: it says nothing, so what can be read is the end."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return not selector.select(0)
