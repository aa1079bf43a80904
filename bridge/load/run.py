"""A load from beginning to end: connect, send, wait until all of it has come to something, compare, leave."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from bridge.errors import BridgeError
from bridge.load.bad_clients import BadClients
from bridge.load.blogs import BlogServer, LoadBlog
from bridge.load.http import Target
from bridge.load.plan import BATCH_EVENTS, LoadPlan, plan_events
from bridge.load.report import LoadReport
from bridge.load.senders import Courier, run_each, send_events

CONNECTING = 3  # handshakes at the same time; a web process has four turns
BUSY_SECONDS = 0.5
LOOK_SECONDS = 0.5  # between two looks at whether all is read
Say = Callable[[str], None]


class CannotConnect(BridgeError):
    """The bridge does not take the blogs of a load."""


def run_load(targets: Sequence[Target], blogs_at: str, plan: LoadPlan, say: Say, *, keep: bool) -> LoadReport:
    """Put a load on web processes of one bridge. `keep`: the blogs stay connected, with all that they said.

    Raises:
        CannotConnect: the bridge takes no blog of ours.
    """
    report = LoadReport()
    couriers = [Courier(targets, report) for _ in range(plan.connections)]
    with BlogServer(blogs_at, plan.blogs) as server:
        try:
            _connect_all(server.blogs, couriers[:CONNECTING], plan)
            say(f"{plan.blogs} blogs are connected.")
            _send_all(server.blogs, couriers, targets[0], plan, report)
            say(f"{report.accepted} events were accepted; waiting until they are read.")
            _wait_until_read(server.blogs, couriers, plan.patience, report)
            _wait_until_quiet(server.blogs, plan.quiet, plan.patience)
            _note_effects(server.blogs, report)
        finally:
            if not keep:
                _leave(server.blogs, couriers)
            for courier in couriers:
                courier.close()
    return report


class _Turns:
    """Blogs of which each is taken by one thread; what one of them raised is raised where they are waited for."""

    def __init__(self, blogs: Sequence[LoadBlog]) -> None:
        self._left = list(reversed(blogs))
        self._lock = threading.Lock()
        self._failure: BridgeError | None = None

    def each(self, couriers: Sequence[Courier], act: Callable[[Courier, LoadBlog], None]) -> None:
        """Do something with each of them."""

        def take(courier: Courier) -> None:
            while blog := self._next():
                try:
                    act(courier, blog)
                except BridgeError as error:
                    self._failure = error

        run_each(couriers, take)
        if self._failure is not None:
            raise self._failure

    def _next(self) -> LoadBlog | None:
        with self._lock:
            return self._left.pop() if self._left and self._failure is None else None


def _connect_all(blogs: Sequence[LoadBlog], couriers: Sequence[Courier], plan: LoadPlan) -> None:
    def connect(courier: Courier, blog: LoadBlog) -> None:
        until = time.monotonic() + plan.patience
        while True:
            answer = courier.post("/v1/connections", blog.wish(), {})
            if answer.status == 201:
                break
            if answer.status != 503 or time.monotonic() > until:
                reason = answer.data.get("error", {}).get("message", "")
                raise CannotConnect(
                    f"The bridge answered {answer.status or 'nothing'} to a blog of the load. {reason} It needs "
                    "REGISTRATION=open and ALLOW_PRIVATE_ADDRESSES=1, so it is none that real blogs use."
                )
            time.sleep(BUSY_SECONDS)
        courier.deliver(blog, blog.author(), time.monotonic())

    _Turns(blogs).each(couriers, connect)


def _send_all(
    blogs: Sequence[LoadBlog], couriers: Sequence[Courier], target: Target, plan: LoadPlan, report: LoadReport
) -> None:
    """Backfills first, on a thread each beside everything else; bad clients all the time."""
    bad = BadClients(plan.bad_clients, target, blogs[-1], report)
    filling = [
        threading.Thread(target=_backfill, args=(blog, courier, plan.history), daemon=True)
        for blog, courier in zip(blogs[: plan.backfills], couriers, strict=False)
    ]
    began = time.monotonic()
    bad.start()
    for thread in filling:
        thread.start()
    send_events(plan_events(plan), blogs, couriers[len(filling) :], began)
    for thread in filling:
        thread.join()
    report.seconds = time.monotonic() - began
    bad.stop()


def _backfill(blog: LoadBlog, courier: Courier, posts: int) -> None:
    for begun in range(0, posts, BATCH_EVENTS):
        courier.deliver(blog, blog.history(min(BATCH_EVENTS, posts - begun)), time.monotonic())


def _wait_until_read(
    blogs: Sequence[LoadBlog], couriers: Sequence[Courier], patience: float, report: LoadReport
) -> None:
    """Ask of each blog whether what was acknowledged is held, as its plugin does every night."""
    began = time.monotonic()
    left = list(blogs)
    while True:
        differing: dict[int, int] = {}
        waiting: list[LoadBlog] = []

        def compare(courier: Courier, blog: LoadBlog) -> None:
            answer = courier.ask(blog, "digests", blog.comparison())
            if answer.status != 200 or answer.data.get("waiting"):
                waiting.append(blog)  # noqa: B023 - of this round
            else:
                ranges = sum(kind["differing"] for kind in answer.data["kinds"])
                differing.update({blog.number: ranges} if ranges else {})  # noqa: B023 - of this round

        _Turns(left).each(couriers, compare)
        is_over = time.monotonic() - began > patience
        left = [blog for blog in left if blog in waiting or blog.number in differing]
        if not left or is_over:
            report.lost, report.unread = sum(differing.values()), len(waiting)
            report.caught_up = time.monotonic() - began
            return
        time.sleep(LOOK_SECONDS)


def _wait_until_quiet(blogs: Sequence[LoadBlog], quiet: float, patience: float) -> None:
    """Until no list comes any more, once some have come."""
    began = time.monotonic()
    count, counted_at = -1, began
    while (count < 1 or time.monotonic() - counted_at < quiet) and time.monotonic() - began < patience:
        listed = sum(len(blog.listed_at) for blog in blogs)
        if listed != count:
            count, counted_at = listed, time.monotonic()
        time.sleep(LOOK_SECONDS)


def _note_effects(blogs: Sequence[LoadBlog], report: LoadReport) -> None:
    for blog in blogs:
        for post, at in blog.acknowledged_at.items():
            if post in blog.listed_at:
                report.effects.append(max(0.0, blog.listed_at[post] - at))
            else:
                report.unlisted += 1


def _leave(blogs: Sequence[LoadBlog], couriers: Sequence[Courier]) -> None:
    """Everything that was said is removed; the bridge does the rest by itself."""

    def leave(courier: Courier, blog: LoadBlog) -> None:
        if blog.id:
            courier.ask(blog, "", blog.farewell())

    _Turns(blogs).each(couriers, leave)
