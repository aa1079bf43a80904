"""`bridge load` on a real bridge: what it counts is there, and what a bridge breaks it says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bridge.cli.main import commands
from tests.running import BRIDGE, HANG_SECONDS, RunningBridge

SMALL = ("--blogs", "5", "--seconds", "2", "--rate", "12", "--backfills", "1", "--history", "60", "--bad-clients", "7")
TINY = ("--blogs", "2", "--seconds", "1", "--rate", "8", "--backfills", "0", "--bad-clients", "0", "--patience", "1")
# A bridge that says yes to what it throws away, once a file is there.
FORGETFUL = """
import os
from pathlib import Path
from bridge.storage.blogs import inbox

submit = inbox.GroupCommit.submit

def forget(self, delivery):
    if b'"post.published"' in delivery.body and Path(os.environ["BRIDGE_HOME"], "forget").exists():
        return inbox.Receipt(duplicate=False, highest=None, waiting=0)
    return submit(self, delivery)

inbox.GroupCommit.submit = forget
from bridge.cli.main import main
main()
"""


def load(bridge: RunningBridge, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit status and report."""
    done = subprocess.run(
        [BRIDGE, "load", bridge.url, *options, "--json"],
        env=bridge.environment,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.slow
def test_what_was_accepted_is_there_and_what_was_lost_is_said(tmp_path: Path) -> None:
    with RunningBridge(tmp_path, "serve", program=(sys.executable, "-c", FORGETFUL)) as bridge:
        status, report = load(bridge, *SMALL, "--keep")
        assert (status, report["broken_promises"], report["lost"]) == (0, [], 0)
        held = bridge.json("stats")
        assert report["accepted"] == held["posts"] + held["comments"] + held["authors"] == 5 + 24 + 60
        assert set(report["answers"]) == {"202"}
        refused = {kind: set(counts) for kind, counts in report["refused"].items()}
        assert refused == {
            "forged": {"401"},
            "not JSON": {"415"},
            "repeated": {"202"},
            "too large": {"413"},
            "unknown": {"404"},
            "unsigned": {"401"},
        }
        assert 0 < report["ack_ms"]["p50"] <= report["ack_ms"]["p99"]
        assert report["posts_listed"] > 0, "lists came back to the blogs"

        (tmp_path / "forget").touch()
        status, report = load(bridge, *TINY)
        assert status == 1
        assert report["lost"] > 0
        assert any("acknowledged events" in sentence for sentence in report["broken_promises"])
        states = Counter(blog["state"] for blog in bridge.json("blog", "list")["blogs"])
        assert states["connected"] == 5, f"those of the second load have left: {states}"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("https://bridge.example",), "--allow-remote"),
        (("http://127.0.0.1:8000/webhooks",), "a scheme, a host and a port"),
        (("http://127.0.0.1:8000", "--blogs-at", "0.0.0.0"), "one IPv4 address"),
        (("http://127.0.0.1:8000", "--blogs-at", "192.0.2.7"), "--allow-remote"),
        (("http://127.0.0.1:8000", "--seconds", "3600", "--rate", "5000"), "1000000 are the most"),
        (("http://127.0.0.1:1", "--blogs", "1", "--backfills", "0"), "answered nothing"),
    ],
)
def test_a_load_is_bounded_and_stays_on_this_machine(arguments: tuple[str, ...], sentence: str) -> None:
    done = CliRunner().invoke(commands, ["load", *arguments])
    assert done.exit_code != 0
    assert sentence in f"{done.output}{done.exception}"
