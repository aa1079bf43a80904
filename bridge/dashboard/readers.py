"""Readers: who comes back, who is new, who fell silent, how long they wait. Names as public on the blog, no address."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from flask import Blueprint, render_template

from bridge.dashboard import charts, links, words
from bridge.dashboard.desk import Desk, here
from bridge.engagement.blog import ENOUGH
from bridge.errors import NotFound
from bridge.logs import each
from bridge.pages import formats
from bridge.pages.languages import gettext as _
from bridge.pages.languages import locale
from bridge.storage import cohorts, conversations, sums, tallies
from bridge.storage.database import Tx

KEY = re.compile(r"[0-9a-f]{64}")
MONTHS = 12  # cohorts shown
LATER = 7  # months after the first
HOURS = (1, 3, 6, 12, 24, 48, 72, 168)
SHADES = 5


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """All readers, and one."""

    @pages.get("/readers")
    def readers(blog_id: str) -> str:
        with desk.database.read() as tx:
            tally = tallies.find(tx, blog_id)
            data = tally.figures if tally else {}
            lists = _lists(tx, blog_id, data)
            answered = sums.of_figure(tx, blog_id, "answered")
            waiting = sum(sums.of_figure(tx, blog_id, "unanswered").values())
            months = cohorts.list_of(tx, blog_id)
        waits = reply_times(answered, waiting)
        return render_template(
            "dashboard/readers.html", active="readers", tally=tally, cohorts=shaded(months), waits=waits,
            curve=_curve(waits), later=range(LATER), **lists,
        )  # fmt: skip

    @pages.get("/readers/<key>")
    def readers_one(blog_id: str, key: str) -> str:
        if not KEY.fullmatch(key):
            raise NotFound("no such reader")
        with desk.database.read() as tx:
            said = conversations.said_by(tx, blog_id, key, 100)
            figures = tallies.commenter_figures(tx, blog_id, [key])[key]
            posts = conversations.titles(tx, blog_id, {row.post_id for row in said})
        if not said:
            raise NotFound("no such reader")
        lines = [(row, posts[row.post_id], links.reply(posts[row.post_id].url, row.remote_id))
                 for row in said if row.post_id in posts]  # fmt: skip
        return render_template(
            "dashboard/reader.html", active="readers", name=said[0].author_name, lines=lines, figures=figures,
            excluded=words.EXCLUDED, visitor=here(),
        )  # fmt: skip


def _lists(tx: Tx, blog_id: str, data: dict[str, Any] | Any) -> dict[str, list[dict[str, Any]]]:
    """Regulars, newcomers and silent ones, with their public names."""
    lists = {name: list(data.get(key, [])) for name, key in
             (("regulars", "regulars"), ("newcomers", "welcome"), ("silent", "silent"))}  # fmt: skip
    said = conversations.spoken(tx, blog_id, {item["comment"] for items in lists.values() for item in items})
    return {
        name: [{**item, "said": said[str(item["comment"])]} for item in items if str(item["comment"]) in said]
        for name, items in lists.items()
    }


def reply_times(answered: dict[int, int], waiting: int) -> list[tuple[int, float]]:
    """(hours, share answered within); of all that began a thread in the window, answered or not. [] for few."""
    n = sum(answered.values()) + waiting
    if n < ENOUGH:
        return []
    return [(hours, sum(c for minutes, c in answered.items() if minutes <= hours * 60) / n) for hours in HOURS]


def _curve(waits: list[tuple[int, float]]) -> Any:
    """The same over a scale on which each step is about twice the one before."""
    if not waits:
        return ""
    told = _(
        "Share of comments answered, by hours waited: %(day)s within a day, %(week)s within a week.",
        day=formats.percent(dict(waits)[24]), week=formats.percent(dict(waits)[168]),
    )  # fmt: skip
    points = [(float(n), share) for n, (_hours, share) in enumerate(waits)]
    return charts.curve(points, [(float(n), formats.hours(hours)) for n, (hours, _share) in enumerate(waits)], told)


def shaded(months: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest cohorts as rows of (text, shade 0 … 4); a number is in each cell, so the shade says nothing alone."""
    return each(months[-MONTHS:], _row, "cohort")


def _row(month: dict[str, Any]) -> dict[str, Any]:
    year, number = (int(part) for part in month["month"].split("-"))
    cells = [
        None if share is None else (formats.percent(share), min(SHADES - 1, int(share * SHADES)))
        for share in month["retained"][:LATER]
    ]
    return {"month": _month(year, number), "people": month["people"], "cells": cells}


def _month(year: int, number: int) -> str:
    return format_skeleton("yMMM", date(year, number, 1), locale=locale())
