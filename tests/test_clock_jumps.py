"""The machine's clock is wrong by hours, and put right again, while the processes run: all goes on within seconds."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge import signing
from tests.lab.fixtures import wait_until
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.running import RunningBridge
from tests.trials import trials

pytestmark = [pytest.mark.slow, pytest.mark.faults]

# The clock that a process has at its edge, and is asked by nobody else; one that is wrong is looked for more often.
SHIFTED = """
import datetime, os, pathlib
from bridge import runtime
from bridge.worker import leases

class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        hours = float(pathlib.Path(os.environ["CLOCK_FILE"]).read_text())
        return datetime.datetime.now(tz) + datetime.timedelta(hours=hours)

runtime.datetime = Shifted
leases.CLOCK_CHECK_INTERVAL_SECONDS = 0.5
from bridge.cli import main
main()
"""


class HeedfulBlog(PeerBlog):
    """A blog that signs, as the plugin does, with the time of the bridge, once it was told how far it is off."""

    hours = 0.0

    def sign(self, message_id: str, body: bytes) -> dict[str, str]:
        """The three headers of a delivery."""
        return signing.headers(self.key_to_bridge, message_id, datetime.now(UTC) + timedelta(hours=self.hours), body)


def turn(clock: Path, hours: float) -> None:
    """Set the clock, at once for all who look."""
    draft = clock.with_suffix(".new")
    draft.write_text(str(hours))
    draft.replace(clock)


def test_a_clock_that_jumps_ahead_or_back_delays_nothing(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    turn(clock, 0)
    shifted = (sys.executable, "-c", SHIFTED)
    home = tmp_path / "home"
    alice = HeedfulBlog("Alice")
    with (
        alice,
        PeerBlog("Bob") as bob,
        RunningBridge(home, "web", program=shifted, CLOCK_FILE=str(clock)) as web,
        RunningBridge(home, "worker", web.port, program=shifted, CLOCK_FILE=str(clock)) as worker,
    ):
        for blog, texts in ((alice, CASH), (bob, HIRING)):
            assert blog.connect(web.url).status == 201
            assert blog.send(*blog.author(1, blog.name)).status == 202
            for number, (title, text) in enumerate(texts, 1):
                assert blog.send(*blog.post(number, 1, title, text, number)).status == 202
        wait_until(lambda: "Bob" in str(alice.lists), "each shows the other")
        for number, hours in enumerate([2, 0, -2, 0] * trials(1, 5), 100):
            turn(clock, hours)
            event = alice.post(number, 1, *CASH[number % len(CASH)], number)
            refused = alice.send(*event)
            assert refused.status == 401
            alice.hours += refused.body["error"]["offset_seconds"] / -3600
            assert alice.send(*event).status == 202
            wait_until(
                lambda number=number: web.json("stats")["blogs"][alice.blog_id]["posts"] > number - 100 + len(CASH),  # type: ignore[misc]
                f"what comes is read at {hours:+} h",
            )
        # Its calls were refused while the time was wrong; with its hourly sign of life a blog is called again.
        assert alice.send(*alice.event("ping")).status == 202
        wait_until(lambda: {"101", "103"} <= alice.lists.keys(), "lists arrive once the time is right")
        wait_until(lambda: web.get("/healthz")[0] == 200, "it calls itself healthy")
        assert "Traceback" not in web.log() + worker.log()
