"""Readers: who comes back, who is new, who fell silent, how long they wait. Names as public on the blog, no address."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from flask import Blueprint, render_template

from bridge.dashboard import charts, labels, links
from bridge.dashboard.access import current_visitor
from bridge.engagement.blog import MIN_SAMPLE
from bridge.engagement.catalogue import LIST_NAMES
from bridge.errors import NotFound
from bridge.logs import make_each
from bridge.pages import formats
from bridge.pages.languages import gettext as _
from bridge.pages.languages import locale
from bridge.runtime import Runtime
from bridge.storage.core.database import Tx
from bridge.storage.engagement import statistics, totals
from bridge.storage.engagement.records import Cohort
from bridge.storage.people import conversations

COMMENTER_KEY_PATTERN = re.compile(r"[0-9a-f]{64}")
COHORT_MONTHS = 12  # cohorts shown
LATER_MONTHS = 7  # months after the first
REPLY_HOURS = (1, 3, 6, 12, 24, 48, 72, 168)
COHORT_SHADES = 5


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """Add the pages of all readers and of one."""

    @pages.get("/readers")
    def readers(blog_id: str) -> str:
        with runtime.database.read() as tx:
            tally = statistics.find_by_blog(tx, blog_id)
            data = tally.figures if tally else {}
            people = _lists(tx, blog_id, data)
            answered = totals.get_figure_bins(tx, blog_id, "answered")
            waiting = sum(totals.get_figure_bins(tx, blog_id, "unanswered").values())
            months = totals.list_cohorts(tx, blog_id)
        waits = reply_time_curve(answered, waiting)
        return render_template(
            "dashboard/readers.html",
            active="readers",
            tally=tally,
            cohorts=shade_cohorts(months),
            waits=waits,
            curve=_curve(waits),
            later=range(LATER_MONTHS),
            lists=LIST_NAMES,
            **people,
        )

    @pages.get("/readers/<key>")
    def readers_one(blog_id: str, key: str) -> str:
        if not COMMENTER_KEY_PATTERN.fullmatch(key):
            raise NotFound("no such reader")
        with runtime.database.read() as tx:
            comments = conversations.list_comments_by_commenter(tx, blog_id, key, 100)
            figures = statistics.list_commenter_figures(tx, blog_id, [key])[key]
            posts = conversations.list_posts_by_ids(tx, blog_id, {row.post_id for row in comments})
        if not comments:
            raise NotFound("no such reader")
        lines = [
            (row, posts[row.post_id], links.reply_link(posts[row.post_id].url, row.remote_id))
            for row in comments
            if row.post_id in posts
        ]
        return render_template(
            "dashboard/reader.html",
            active="readers",
            name=comments[0].author_name,
            lines=lines,
            figures=figures,
            excluded=labels.EXCLUSION_LABELS,
            visitor=current_visitor(),
        )


def _lists(tx: Tx, blog_id: str, data: dict[str, Any] | Any) -> dict[str, list[dict[str, Any]]]:
    """Regulars, newcomers and silent ones, with their public names."""
    lists = {
        name: list(data.get(key, []))
        for name, key in (("regulars", "regulars"), ("newcomers", "welcome"), ("silent", "silent"))
    }
    comments = conversations.list_comments_by_ids(
        tx, blog_id, {item["comment"] for items in lists.values() for item in items}
    )
    return {
        name: [{**item, "said": comments[str(item["comment"])]} for item in items if str(item["comment"]) in comments]
        for name, items in lists.items()
    }


def reply_time_curve(answered: dict[int, int], waiting: int) -> list[tuple[int, float]]:
    """(hours, share answered within); of all that began a thread in the window, answered or not. [] for few."""
    n = sum(answered.values()) + waiting
    if n < MIN_SAMPLE:
        return []
    return [(hours, sum(c for minutes, c in answered.items() if minutes <= hours * 60) / n) for hours in REPLY_HOURS]


def _curve(waits: list[tuple[int, float]]) -> charts.Chart | None:
    """The curve of reply times, over a scale on which each step is about twice the one before; None for few."""
    if not waits:
        return None
    description = _(
        "Share of comments answered, by hours waited: %(day)s within a day, %(week)s within a week.",
        day=formats.percent(dict(waits)[24]),
        week=formats.percent(dict(waits)[168]),
    )
    return charts.curve_chart([share for _, share in waits], [formats.hours(hours) for hours, _ in waits], description)


def shade_cohorts(months: list[Cohort]) -> list[dict[str, Any]]:
    """The newest cohorts as rows of (text, shade 0 … 4); a number is in each cell, so the shade says nothing alone."""
    return make_each(months[-COHORT_MONTHS:], _row, "cohort")


def _row(month: Cohort) -> dict[str, Any]:
    year, number = (int(part) for part in month["month"].split("-"))
    cells = [
        None if share is None else (formats.percent(share), min(COHORT_SHADES - 1, int(share * COHORT_SHADES)))
        for share in month["retained"][:LATER_MONTHS]
    ]
    return {"month": _month(year, number), "people": month["people"], "cells": cells}


def _month(year: int, number: int) -> str:
    return format_skeleton("yMMM", date(year, number, 1), locale=locale())
