"""Blogs send at planned moments over a few connections, each delivery again until it is acknowledged, as plugins do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

from bridge.load.blogs import LoadBlog, Message
from bridge.load.http import Connection, HttpAnswer, Target
from bridge.load.plan import PlannedEvent
from bridge.load.report import LoadReport

TRIES = 6
MAX_PAUSE_SECONDS = 2.0  # between two tries, whatever the bridge asks for: a load does not last for hours


class Courier:
    """Hands deliveries over, at one web process after the other; of one thread."""

    def __init__(self, targets: Sequence[Target], report: LoadReport) -> None:
        self._connections = [Connection(target) for target in targets]
        self._report = report
        self._turn = 0

    def deliver(self, blog: LoadBlog, message: Message, planned_at: float) -> bool:
        """Until it is acknowledged; False: after the last try it is not. Latency counts from when it should leave."""
        for attempt in range(TRIES):
            answer = self.ask(blog, "", message)
            self._report.note_answer(answer.status)
            if answer.status in (200, 202):
                now = time.monotonic()
                blog.note_acknowledged(message, now)
                self._report.note_accepted(max(1, len(message.states)), now - planned_at)
                return True
            time.sleep(min(answer.retry_after or 0.1 * 2**attempt, MAX_PAUSE_SECONDS))
        blog.note_given_up(message)
        self._report.note_given_up()
        return False

    def ask(self, blog: LoadBlog, question: str, message: Message) -> HttpAnswer:
        """One try, signed."""
        path = f"/webhooks/{blog.id}{question and '/'}{question}"
        return self.post(path, message.body, blog.sign(message))

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> HttpAnswer:
        """One POST to the web process whose turn it is."""
        self._turn += 1
        return self._connections[self._turn % len(self._connections)].post(path, body, headers)

    def close(self) -> None:
        """Give all connections up."""
        for connection in self._connections:
            connection.close()


def send_events(
    events: Iterator[PlannedEvent], blogs: Sequence[LoadBlog], couriers: Sequence[Courier], began: float
) -> None:
    """All events, none before its moment; as many at the same time as there are couriers."""
    lock = threading.Lock()

    def carry(courier: Courier) -> None:
        while True:
            with lock:
                event = next(events, None)
            if event is None:
                return
            planned_at = began + event.at
            time.sleep(max(0.0, planned_at - time.monotonic()))
            blog = blogs[event.blog]
            courier.deliver(blog, blog.comment() if event.is_comment else blog.post(), planned_at)

    run_each(couriers, carry)


def run_each(couriers: Sequence[Courier], act: Callable[[Courier], None]) -> None:
    """Let each do something in a thread of its own, and wait for all."""
    threads = [threading.Thread(target=act, args=(courier,), daemon=True) for courier in couriers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
