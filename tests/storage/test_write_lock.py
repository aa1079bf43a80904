"""Whoever writes on SQLite learns that a delivery waits, whichever process it waits in."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bridge.storage.core.write_lock import Priority, WriteLock
from tests.lab.fixtures import wait_until
from tests.running import HANG_SECONDS


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same process", "another process"])
@pytest.mark.parametrize("priority", ["ingest", "work"])
def test_a_holder_of_the_lock_sees_who_is_not_to_be_kept(tmp_path: Path, elsewhere: bool, priority: Priority) -> None:
    lock = WriteLock(tmp_path / "lock")
    # A lock of its own opens the files anew: to the kernel that is another process.
    other = WriteLock(tmp_path / "lock") if elsewhere else lock
    ended, trying = threading.Event(), threading.Event()

    def write() -> None:
        trying.set()
        with other.hold(priority):
            ended.set()

    with lock.hold("work"):
        assert not lock.is_awaited()
        waiting = threading.Thread(target=write, daemon=True)
        waiting.start()
        assert trying.wait(HANG_SECONDS)
        if priority == "ingest":
            wait_until(lock.is_awaited, "the holder sees a delivery wait")
        else:
            assert not lock.is_awaited(), "other work waits its turn"
        assert not ended.is_set()
    assert ended.wait(HANG_SECONDS)
    waiting.join(HANG_SECONDS)
    with lock.hold("work"):
        assert not lock.is_awaited(), "nobody waits any more"
    for opened in {lock, other}:
        opened.close()
