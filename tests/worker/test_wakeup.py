"""Who waits for work is woken one by one."""

from __future__ import annotations

import queue
import threading

import pytest

from bridge.worker.wakeup import WakeOne
from tests.running import HANG_SECONDS


@pytest.fixture
def awake() -> queue.Queue[int]:
    """Which of those who waited have woken."""
    return queue.Queue()


def waiting(bell: WakeOne, awake: queue.Queue[int], many: int) -> list[threading.Thread]:
    def wait(number: int) -> None:
        bell.wait()
        awake.put(number)

    threads = [threading.Thread(target=wait, args=(number,), daemon=True) for number in range(many)]
    for thread in threads:
        thread.start()
    while len(bell._condition._waiters) < many:  # type: ignore[attr-defined]
        threading.Event().wait(0.01)
    return threads


def test_one_ring_wakes_one_and_who_finds_work_the_next(awake: queue.Queue[int]) -> None:
    bell = WakeOne()
    waiting(bell, awake, 5)
    for _ in range(3):
        bell.ring()
        awake.get(timeout=HANG_SECONDS)
        with pytest.raises(queue.Empty):
            awake.get(timeout=0.1)


def test_a_ring_that_nobody_heard_is_heard_by_whoever_comes(awake: queue.Queue[int]) -> None:
    bell = WakeOne()
    bell.ring()
    bell.wait()
    threads = waiting(bell, awake, 2)
    bell.ring(for_all=True)
    for thread in threads:
        thread.join(HANG_SECONDS)
    assert awake.qsize() == 2
