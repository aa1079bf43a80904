"""What an operator should look at, and which of it they were told of today."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bridge.operations.stations import Station
from bridge.storage import health
from bridge.storage.blogs import deliveries
from bridge.storage.core import counters, set_aside_jobs
from bridge.storage.core.database import Tx

# The promises of docs/alerts.yml, for who has no Prometheus.
WORK_LATE_AFTER = timedelta(minutes=10)
NIGHT_WORK_LATE_AFTER = timedelta(hours=6)
NIGHT_STATIONS = (Station.FOLLOW, Station.SWEEP, Station.RETAIN, Station.EPOCH)
PUSHES_LATE_AFTER = timedelta(minutes=15)
FEW_BLOGS, MANY_PERCENT = 5, 30  # out of reach: more than so many, and more than this of all
TOLD_PREFIX = "alert told: "  # of the day, by kind


@dataclass(frozen=True, slots=True)
class Alert:
    """One kind of thing that is wrong, how much of it there is, and what to do, in a sentence."""

    kind: str
    count: int
    text: str


def list_alerts(tx: Tx, now: datetime) -> list[Alert]:
    """What is wrong now."""
    quarantined = deliveries.count_by_state(tx).get("quarantined", 0)
    aside = len(set_aside_jobs.list_set_aside(tx))
    late = _late_work(health.list_oldest_due_ages(tx, now))
    oldest = health.find_oldest_change(tx)
    waits = (now - oldest) // timedelta(minutes=1) if oldest is not None and now - oldest > PUSHES_LATE_AFTER else 0
    away, blogs = _out_of_reach(health.count_blogs(tx))
    alerts = [
        Alert("quarantine", quarantined, f"{quarantined} deliveries did not fit: bridge deliveries list."),
        Alert("set_aside", aside, f"{aside} pieces of work ended their process and are not tried: bridge work list."),
        Alert("work_late", len(late), f"Work is late ({', '.join(late)}): see the worker and its log, bridge doctor."),
        Alert("pushes_late", waits, f"A blog in reach has waited {waits} minutes for its lists: bridge doctor."),
        Alert("out_of_reach", away, f"{away} of {blogs} blogs are out of reach: look at the bridge's own way out."),
    ]
    return [alert for alert in alerts if alert.count]


def list_not_told(tx: Tx, alerts: Collection[Alert], today: date) -> list[Alert]:
    """Those of whose kind nothing was said today."""
    return [alert for alert in alerts if counters.get_text(tx, TOLD_PREFIX + alert.kind) != today.isoformat()]


def record_told(tx: Tx, alert: Alert, today: date) -> None:
    """Of this kind nothing more is said today."""
    counters.upsert_text(tx, TOLD_PREFIX + alert.kind, today.isoformat())


def _late_work(ages: dict[str, float]) -> list[str]:
    limits = dict.fromkeys(NIGHT_STATIONS, NIGHT_WORK_LATE_AFTER)
    return sorted(
        station
        for station, seconds in ages.items()
        if seconds > limits.get(Station(station), WORK_LATE_AFTER).total_seconds()
    )


def _out_of_reach(by_state: dict[str, int]) -> tuple[int, int]:
    """How many blogs, and of how many; 0 where they are few."""
    away, blogs = by_state["failing"] + by_state["paused"], sum(by_state.values())
    return (away if away > FEW_BLOGS and 100 * away > MANY_PERCENT * blogs else 0), blogs
