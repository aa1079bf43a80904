"""Deliveries, both ways: what came, what went, what did not work and how to repair it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request

from bridge.dashboard import labels
from bridge.dashboard.delivery_names import name_held, name_received, name_sent
from bridge.errors import NotFound
from bridge.operations.stations import Station
from bridge.pages.languages import gettext as _
from bridge.pages.url_converters import MAX_COLUMN_INTEGER, parse_whole_number
from bridge.runtime import Runtime
from bridge.storage.blogs import calls, delivery_log
from bridge.storage.blogs.delivery_log import HeldObject, OutgoingCall, ReceivedDelivery
from bridge.storage.core import jobs, set_aside_jobs
from bridge.storage.core.database import Tx

PAGE_ROWS = 50
Row = ReceivedDelivery | OutgoingCall | HeldObject
DELIVERY_VIEWS = ("received", "calls", "held")
VIEW_FILTERS = {"received": ("", "waiting", "absorbed", "quarantined"), "calls": ("", "failed"), "held": ("", "open")}
REDACTED_FIELDS = {"commenter", "author_name", "consent_text", "nonce"}  # of people other than the reader, or of keys
MAX_TEXT_CHARACTERS = 300  # characters of a text in a shown payload


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """Add the pages of deliveries, calls and pushes, and of one delivery."""

    @pages.get("/deliveries")
    def deliveries(blog_id: str) -> str:
        view, only = request.args.get("view", "received"), request.args.get("only", "")
        if view not in DELIVERY_VIEWS or only not in VIEW_FILTERS[view]:
            raise NotFound("no such list")
        before = parse_whole_number(request.args.get("before"))
        with runtime.database.read() as tx:
            rows = _rows(tx, blog_id, view, only, before)
            subjects = _subjects(tx, blog_id, rows)
            intake = delivery_log.count_received(tx, blog_id)
            next_call = jobs.find_plan(tx, Station.PUSH, blog_id)
            set_aside = len(set_aside_jobs.list_set_aside(tx, blog_id))
        more = len(rows) > PAGE_ROWS
        last = rows[PAGE_ROWS - 1] if more else None
        return render_template(
            "dashboard/deliveries.html",
            active="deliveries",
            view=view,
            only=only,
            rows=rows[:PAGE_ROWS],
            subjects=subjects,
            older=_mark_of(last, before or 0) if last is not None else None,
            newest=before is None,
            intake=intake,
            next_call=next_call,
            labels=labels,
            filters=VIEW_FILTERS[view],
            set_aside=set_aside,
        )

    @pages.get("/deliveries/<int:number>")
    def deliveries_one(blog_id: str, number: int) -> str:
        with runtime.database.read() as tx:
            received = delivery_log.find_received(tx, blog_id, number)
            subjects = name_received(tx, blog_id, [number]).get(number, [])
        if received is None:
            raise NotFound("no such delivery")
        row, body = received
        return render_template(
            "dashboard/delivery.html",
            active="deliveries",
            row=row,
            subjects=subjects,
            payload=redact_payload(body),
            labels=labels,
        )

    @pages.get("/deliveries/calls/<int:number>")
    def deliveries_call(blog_id: str, number: int) -> str:
        with runtime.database.read() as tx:
            details = calls.find(tx, blog_id, number)
            if details is None:
                raise NotFound("no such call")
            plan = jobs.find_plan(tx, Station.PUSH if details.call.act == "push" else Station.POKE, blog_id)
            sent = name_sent(tx, blog_id, details.sent)
        return render_template(
            "dashboard/call.html",
            active="deliveries",
            row=details.call,
            details=details,
            sent=sent,
            next_call=plan if details.next_id is None else None,
            labels=labels,
        )


def _rows(tx: Tx, blog_id: str, view: str, only: str, before: int | None) -> Sequence[Row]:
    """One more than a page holds, so that it shows whether there are older ones."""
    if view == "received":
        return delivery_log.list_received(tx, blog_id, only or None, before, PAGE_ROWS + 1)
    if view == "calls":
        return delivery_log.list_calls(tx, blog_id, only == "failed", before, PAGE_ROWS + 1)
    return delivery_log.list_pushed(tx, blog_id, only == "open", before or 0, PAGE_ROWS + 1)


def _subjects(tx: Tx, blog_id: str, rows: Sequence[Row]) -> Mapping[Any, Any]:
    """What rows are about: of deliveries by number, of what a blog shows by kind and object."""
    shown = [row for row in rows if isinstance(row, HeldObject)]
    if shown:
        return name_held(tx, blog_id, shown)
    return name_received(tx, blog_id, [row.id for row in rows if isinstance(row, ReceivedDelivery)])


def _mark_of(row: Row, offset: int) -> int:
    """Where a page goes on after a row: behind its id, or behind so many where rows have none."""
    return min(MAX_COLUMN_INTEGER, offset + PAGE_ROWS) if isinstance(row, HeldObject) else row.id


def redact_payload(body: bytes | None) -> str:
    """A payload for the eye: other people's names and keys are left out, texts are cut. "" when it is not kept."""
    if not body:
        return ""
    try:
        return json.dumps(_redacted(json.loads(body)), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return _("%(count)s bytes that are no JSON", count=len(body))


def _redacted(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _redacted(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_redacted(inner, name) for inner in value]
    if name in REDACTED_FIELDS and value:
        return "…"
    if isinstance(value, str) and len(value) > MAX_TEXT_CHARACTERS:
        return value[:MAX_TEXT_CHARACTERS] + "…"
    return value
