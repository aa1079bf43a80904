"""What machines ask: does it work, may it be asked, what are the figures."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import accumulate

from flask import Blueprint, Request, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from bridge.config import Config
from bridge.errors import BridgeError
from bridge.operations.stations import CALLING_STATIONS
from bridge.pages.cached_figure import CachedFigure
from bridge.proxies import is_loopback, parse_host
from bridge.runtime import Runtime
from bridge.storage import health
from bridge.storage.blogs import calls, deliveries
from bridge.storage.content import shown_times
from bridge.storage.content.shown_times import ShownTimes
from bridge.storage.core import migrate, set_aside_jobs
from bridge.storage.matching import epochs

AGES = {
    "bridge_push_age_seconds": "Age of the oldest change that a blog in reach has not taken",
    "bridge_quarantine_age_seconds": "Age of the oldest delivery in quarantine",
    "bridge_epoch_age_seconds": "Since when the weights of words are in force",
}
WAITING_AGES = tuple(timedelta(seconds=seconds) for seconds in (0, 60, 900, 3600, 86_400))
STALLED_AFTER = timedelta(seconds=60)  # that due work may wait while nothing moves


def may_see_figures(config: Config, request: Request) -> bool:
    """Whoever brings the token; without a proxy also whoever calls on this machine, by its own name.

    Through a proxy everybody connects from where it stands, and one that was set up badly does not say for whom.
    """
    given = request.headers.get("Authorization", "").encode()
    if config.metrics_token and hmac.compare_digest(given, f"Bearer {config.metrics_token}".encode()):
        return True
    remote = request.remote_addr or ""
    passed_on = config.proxies.trusts(remote) or bool(
        {"X-Forwarded-For", "Forwarded", "Via"} & {*request.headers.keys()}
    )
    return not passed_on and is_loopback(remote) and is_loopback(parse_host(request.headers.get("Host", "")))


def blueprint(runtime: Runtime) -> Blueprint:
    """``/healthz`` and ``/readyz``, for everybody, and ``/metrics``, for who runs the bridge."""
    database, clock = runtime.database, runtime.clock
    machines = Blueprint("machines", __name__)

    def figures() -> bytes:
        with database.read() as tx:
            aside = Counter(str(station) for station, _ in set_aside_jobs.list_set_aside(tx))
            registry = _figures(
                health.list_oldest_due_ages(tx, clock()),
                deliveries.count_by_state(tx),
                calls.count_by_result(tx),
                aside,
            )
            epoch = epochs.find_current(tx)
            now = clock()
            began = {
                "bridge_push_age_seconds": health.find_oldest_change(tx),
                "bridge_quarantine_age_seconds": health.find_oldest_quarantined(tx),
                "bridge_epoch_age_seconds": epoch.made_at if epoch else None,
            }
            _add_ages(registry, now, began)
            _add_waiting(registry, health.count_waiting_changes(tx, now, WAITING_AGES))
            _add_blogs(registry, health.count_blogs(tx))
            registry.register(ShownTimesCollector(shown_times.get_all(tx)))
        return generate_latest(registry)

    def still() -> bool:
        with database.read() as tx:
            return health.is_stalled(tx, clock(), STALLED_AFTER, CALLING_STATIONS)

    def ready() -> str:
        """Why nobody should be sent here now; "": anybody may."""
        try:
            return "" if migrate.is_current(database) else "the database is of another version"
        except BridgeError:
            return "the database does not answer"

    read, stuck, hindrance = CachedFigure(figures), CachedFigure(still), CachedFigure(ready)

    @machines.get("/healthz")
    def alive() -> Response:
        """Alive means: due work gets done. What one blog has heaped up is no illness, nor is its own backoff."""
        ill = stuck.get()
        response = jsonify({"status": "late" if ill else "ok"})
        response.status_code = 503 if ill else 200
        return response

    @machines.get("/readyz")
    def answers() -> Response:
        """Ready means: this process reaches a database that it knows. How the work goes is no reason to stay away."""
        why = hindrance.get()
        response = jsonify({"status": why or "ready"})
        response.status_code = 503 if why else 200
        return response

    @machines.get("/metrics")
    def metrics() -> Response:
        if not may_see_figures(runtime.config, request):
            abort(404)
        return Response(generate_latest(REGISTRY) + read.get(), content_type=CONTENT_TYPE_LATEST)

    return machines


class ShownTimesCollector(Collector):
    """What the database has counted, as a histogram."""

    def __init__(self, times: ShownTimes) -> None:
        self._times = times

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """The one family."""
        bounds = (*map(str, shown_times.UPPER_BOUNDS), "+Inf")
        buckets = list(zip(bounds, accumulate(self._times.counts), strict=True))
        yield HistogramMetricFamily(
            "bridge_publish_to_shown_seconds",
            "From the word of a new post to its first list on its blog",
            buckets=buckets,
            sum_value=self._times.seconds,
        )


def _figures(
    waits: dict[str, float], states: dict[str, int], attempts: dict[tuple[str, str], int], aside: dict[str, int]
) -> CollectorRegistry:
    """What the database says, the same from whichever process it is asked."""
    registry = CollectorRegistry()
    due = Gauge(
        "bridge_due_age_seconds", "Age of the oldest due work that waits for the bridge", ["station"], registry=registry
    )
    for station, seconds in waits.items():
        due.labels(station).set(seconds)
    deliveries_held = Gauge("bridge_deliveries", "Deliveries held, by state", ["state"], registry=registry)
    for state, count in states.items():
        deliveries_held.labels(state).set(count)
    calls = Gauge("bridge_calls", "Calls to blogs in the log, by act and result", ["act", "result"], registry=registry)
    ended = Gauge(
        "bridge_set_aside", "Work that ended its process and is not tried any more", ["station"], registry=registry
    )
    for station, count in aside.items():
        ended.labels(station).set(count)
    for (act, result), count in attempts.items():
        calls.labels(act, result).set(count)
    return registry


def _add_ages(registry: CollectorRegistry, now: datetime, since: Mapping[str, datetime | None]) -> None:
    """How long ago something began, of those named in `AGES`; 0: there is nothing of it."""
    for name, meaning in AGES.items():
        began = since[name]
        Gauge(name, meaning, registry=registry).set(0 if began is None else (now - began).total_seconds())


def _add_waiting(registry: CollectorRegistry, counts: list[int]) -> None:
    waiting = Gauge(
        "bridge_pushes_waiting",
        "Changes that blogs in reach have not taken, by how many seconds they have waited at least",
        ["older_than"],
        registry=registry,
    )
    for age, count in zip(WAITING_AGES, counts, strict=True):
        waiting.labels(str(round(age.total_seconds()))).set(count)


def _add_blogs(registry: CollectorRegistry, counts: dict[str, int]) -> None:
    blogs = Gauge("bridge_blogs", "Blogs that are connected, by how they are reached", ["state"], registry=registry)
    for state, count in counts.items():
        blogs.labels(state).set(count)
