"""The engagement on one blog, for machines and for people, in the language of the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from babel.dates import format_timedelta
from babel.numbers import format_decimal, format_percent

from bridge.cli.common import say_line, say_table
from bridge.contract.pushes import json_value, wire_time
from bridge.engagement.blog import MIN_SAMPLE
from bridge.engagement.catalogue import (
    FIGURES,
    LIST_NAMES,
    NOT_ENOUGH_DATA,
    FigureKind,
    figure_definition,
    figure_name,
)
from bridge.operations.statistics import StatisticsReport
from bridge.storage.blogs.blogs import Blog
from bridge.words import N_, translate

FIGURE_COLUMNS = (N_("figure"), N_("value"), N_("interval (95%)"), N_("cases"), N_("before"))
COHORT_COLUMNS = (N_("month"), N_("people"), N_("retained"))
ITEM_LABELS = {
    "comment": N_("comment"),
    "post": N_("post"),
    "commenter": N_("person"),
    "since": N_("waiting since"),
    "question": N_("question"),
    "first": N_("first comment"),
    "words": N_("words"),
    "last": N_("last comment"),
    "at": N_("written on"),
    "posts": N_("posts"),
    "comments": N_("comments"),
    "commenters": N_("people"),
}
LIST_COLUMNS = {
    "waiting": ("comment", "post", "since", "question", "first", "words"),
    "welcome": ("comment", "post", "at"),
    "silent": ("commenter", "posts", "last"),
    "alive": ("post", "comments", "commenters", "last"),
    "regulars": ("commenter", "posts"),
}


def statistics_data(blog: Blog, report: StatisticsReport, window: str, language: str) -> dict[str, Any]:
    """For machines: an object a metric by its key, and what lies below."""
    figures = {
        key: {**figure, "window": window, "definition": figure_definition(key, language)}
        for key, figure in report.figures.items()
    }
    start = None if window == "all" else report.window.start
    above = {"blog": blog.id, "as_of": report.window.as_of, "from": start, "to": report.window.as_of}
    below = {"cohorts": report.cohorts, "per_post": report.posts, "per_commenter": report.commenters}
    data: dict[str, Any] = json_value({**above, **figures, **below, "lists": report.lists})
    return data


def say_statistics(blog: Blog, report: StatisticsReport, language: str) -> None:
    """For people: figures with their intervals, what to do next, cohorts."""
    if not report.posts and not report.figures["held_out_spam"]["value"]:
        say_line(
            translate(
                language,
                "No comments yet. They come when the blog’s owner switches statistics on, or with `bridge import`.",
            )
        )
        return
    say_line(_heading(blog, report, language))
    say_line()
    rows = [_row(key, report.figures[key], language) for key in FIGURES]
    say_table(_labels(FIGURE_COLUMNS, language), rows, "")
    for key, columns in LIST_COLUMNS.items():
        items = report.lists.get(key) or []
        if items:
            say_line()
            say_line(translate(language, LIST_NAMES[key]))
            labels = _labels([ITEM_LABELS[name] for name in columns], language)
            say_table(labels, [_cells(item, columns, language) for item in items[:10]], "")
    if report.cohorts:
        say_line()
        say_line(translate(language, "First comment in a month: share that commented 0, 1, 2 … months later"))
        lines = [_cohort(cohort, language) for cohort in report.cohorts[-12:]]
        say_table(_labels(COHORT_COLUMNS, language), lines, "")
    say_line()
    say_line(translate(language, "`--json` adds definitions, all posts and all commenters."))


def _heading(blog: Blog, report: StatisticsReport, language: str) -> str:
    window, name = report.window, blog.facts.name or blog.id
    as_of = wire_time(window.as_of)
    if window.previous.start == window.start:
        return translate(language, "%(name)s: all time, as of %(as_of)s", name=name, as_of=as_of)
    return translate(
        language,
        "%(name)s: %(start)s to %(end)s (UTC), as of %(as_of)s",
        name=name,
        start=f"{window.start:%Y-%m-%d}",
        end=f"{window.as_of:%Y-%m-%d}",
        as_of=as_of,
    )


def _labels(msgids: Iterable[str], language: str) -> list[str]:
    return [translate(language, msgid) for msgid in msgids]


def _row(key: str, figure: Mapping[str, Any], language: str) -> list[str]:
    low, high = figure["low"], figure["high"]
    between = "" if low is None else f"{_shown(key, low, language)} – {_shown(key, high, language)}"
    return [
        figure_name(key, language),
        _value(key, figure, language),
        between,
        str(figure["n"]),
        "–" if figure["previous"] is None else _shown(key, figure["previous"], language),
    ]


def _value(key: str, figure: Mapping[str, Any], language: str) -> str:
    if figure["value"] is None and FIGURES[key].kind == FigureKind.HOURS and figure["n"] >= MIN_SAMPLE:
        return translate(language, "too many still wait")  # the time is longer than anybody has waited
    return _shown(key, figure["value"], language)


def _shown(key: str, value: float | None, language: str) -> str:
    if value is None:
        return translate(language, NOT_ENOUGH_DATA)
    if FIGURES[key].kind == FigureKind.SHARE:
        return str(format_percent(value, locale=language))
    if FIGURES[key].kind == FigureKind.HOURS:
        return str(format_timedelta(timedelta(hours=value), threshold=1.5, locale=language))
    return str(format_decimal(value, "#,##0.##", locale=language))


def _cells(item: Mapping[str, Any], columns: Iterable[str], language: str) -> list[str]:
    def cell(value: Any) -> str:
        if isinstance(value, bool):
            return translate(language, "yes") if value else ""
        text = str(value)
        return text[:10] if len(text) in (20, 64) else text  # a day of a moment, the beginning of a key

    return [cell(item[name]) for name in columns]


def _cohort(cohort: Mapping[str, Any], language: str) -> list[str]:
    shares = [
        "·" if share is None else str(format_percent(share, locale=language)) for share in cohort["retained"][:12]
    ]
    while shares and shares[-1] == "·":
        shares.pop()
    retained = " ".join(shares) if cohort["complete"] else translate(language, "history begins here")
    return [cohort["month"], str(cohort["people"]), retained]
