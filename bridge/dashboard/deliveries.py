"""Deliveries, both ways: what came, what went, what did not work and how to repair it."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template, request

from bridge.dashboard import words
from bridge.dashboard.desk import Desk
from bridge.errors import NotFound
from bridge.pages.addresses import LARGEST, whole
from bridge.pages.languages import gettext as _
from bridge.storage import logbook, work
from bridge.storage.database import Tx

PAGE = 50
VIEWS = ("received", "calls", "held")
FILTERS = {"received": ("", "waiting", "absorbed", "quarantined"), "calls": ("", "failed"), "held": ("", "open")}
SECRET = {"commenter", "author_name", "consent_text", "nonce"}  # of people other than the reader, or of keys
LONGEST = 300  # characters of a text in a shown payload


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """The three lists, and one delivery."""

    @pages.get("/deliveries")
    def deliveries(blog_id: str) -> str:
        view, only = request.args.get("view", "received"), request.args.get("only", "")
        if view not in VIEWS or only not in FILTERS[view]:
            raise NotFound("no such list")
        before = whole(request.args.get("before"))
        with desk.database.read() as tx:
            rows = _rows(tx, blog_id, view, only, before)
            intake = logbook.intake(tx, blog_id)
            next_call = logbook.next_call(tx, blog_id)
            set_aside = len(work.list_set_aside(tx, blog_id))
        more = len(rows) > PAGE
        last = min(LARGEST, (before or 0) + PAGE) if view == "held" else rows[PAGE - 1].id if more else None
        return render_template(
            "dashboard/deliveries.html", active="deliveries", view=view, only=only, rows=rows[:PAGE],
            older=last if more else None, newest=before is None, intake=intake, next_call=next_call, words=words,
            filters=FILTERS[view], set_aside=set_aside,
        )  # fmt: skip

    @pages.get("/deliveries/<int:number>")
    def deliveries_one(blog_id: str, number: int) -> str:
        with desk.database.read() as tx:
            row = logbook.find_received(tx, blog_id, number)
        if row is None:
            raise NotFound("no such delivery")
        return render_template(
            "dashboard/delivery.html", active="deliveries", row=row, payload=redacted(row.body), words=words
        )


def _rows(tx: Tx, blog_id: str, view: str, only: str, before: int | None) -> list[Any]:
    """One more than a page holds, so that it shows whether there are older ones."""
    if view == "received":
        return logbook.list_received(tx, blog_id, only or None, before, PAGE + 1)
    if view == "calls":
        return logbook.list_calls(tx, blog_id, only == "failed", before, PAGE + 1)
    return logbook.list_held(tx, blog_id, only == "open", before or 0, PAGE + 1)


def redacted(body: bytes | None) -> str:
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
    if name in SECRET and value:
        return "…"
    if isinstance(value, str) and len(value) > LONGEST:
        return value[:LONGEST] + "…"
    return value
