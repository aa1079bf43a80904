"""alert(bank): what an operator should look at goes to the address that they gave for it, once a day of each kind."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import structlog

from bridge.errors import DeliveryFailed
from bridge.operations import alerts, due
from bridge.operations.alerts import Alert
from bridge.worker.context import Context

log = structlog.get_logger("calls")

FIRST_LOOK_AFTER = timedelta(minutes=10)  # what a worker that starts finds waiting is no alert
INTERVAL = timedelta(minutes=10)  # between two looks; a failed call is tried again with the next


def alert(context: Context, _entity: str) -> datetime | None:
    """Say what is wrong and was not said today.

    Returns:
        When to look again; None without an address.
    """
    operator = context.operator
    if operator is None:
        return None
    now = context.clock()
    with context.database.read() as tx:
        untold = alerts.list_not_told(tx, alerts.list_alerts(tx, now), now.date())
    for news in untold:
        try:
            operator.tell(alert_line(news, context.config.public_url, now))
        except DeliveryFailed as failure:
            log.warning("the operator was not told", alert=news.kind, error=str(failure))
            break  # the others would meet the same
        with context.database.begin() as tx:
            alerts.record_told(tx, news, now.date())
    return context.clock() + INTERVAL


def alert_line(news: Alert, bridge: str, now: datetime) -> str:
    """An alert as one line of JSON; chat rooms show its `text`."""
    fields = {
        "alert": news.kind,
        "count": news.count,
        "bridge": bridge,
        "at": now.isoformat(timespec="seconds"),
        "text": f"{bridge}: {news.text}",
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"


def schedule_alerts(context: Context) -> None:
    """Have what is wrong looked for, if there is somebody to tell; safe to repeat."""
    if context.operator is not None:
        with context.database.begin() as tx:
            due.operator_told(tx, context.clock() + FIRST_LOOK_AFTER)
