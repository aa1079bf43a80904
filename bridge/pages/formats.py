"""Dates and numbers as the reader writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import date as date_type
from typing import Literal

from babel import Locale, dates, lists, numbers
from flask import Flask
from markupsafe import Markup, escape

from bridge.pages.languages import gettext as _
from bridge.pages.languages import locale


def date(moment: datetime, width: Literal["short", "medium", "long", "full"] = "long") -> str:
    """``4 mai 2026``."""
    return dates.format_date(moment.astimezone(UTC), width, locale=locale())


def day(text: str) -> str:
    """A day given as ``2026-05-04``."""
    return dates.format_date(date_type.fromisoformat(text), "long", locale=locale())


def time(moment: datetime) -> Markup:
    """A moment with its time of day; a script puts it into the reader's zone, without one it is UTC."""
    said = dates.format_datetime(moment.astimezone(UTC), "medium", locale=locale())
    return Markup('<time datetime="{}" data-moment>{} UTC</time>').format(_wire(moment), said)


def ago(moment: datetime, now: datetime) -> Markup:
    """``3 minutes ago``, with the moment itself for whoever points at it."""
    passed = moment - now
    if abs(passed) < timedelta(seconds=5):
        said = _("just now")
    else:
        said = dates.format_timedelta(passed, add_direction=True, threshold=1.2, locale=locale())
    exact = dates.format_datetime(moment.astimezone(UTC), "medium", locale=locale())
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(_wire(moment), exact, said)


def _wire(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def number(value: float | int, digits: int = 1) -> str:
    """``1 204`` or ``1,204``; at most `digits` after the point."""
    return numbers.format_decimal(round(value, digits), locale=locale())


def percent(share: float) -> str:
    """A share of 1 as whole percent."""
    return numbers.format_percent(round(share, 2), locale=locale())


def hours(value: float) -> str:
    """Hours as the unit in which people would say it."""
    return dates.format_timedelta(timedelta(hours=value), threshold=1.5, locale=locale())


def size(count: int) -> str:
    """Bytes as kB."""
    if count < 1000:
        return _("%(count)s bytes", count=number(count))
    return _("%(count)s kB", count=number(count / 1000))


def listing(items: list[str]) -> str:
    """``a, b and c``."""
    return lists.format_list(items, locale=locale())


def language_name(code: str) -> str:
    """A language by its name in the reader's."""
    try:
        return Locale.parse(code.replace("-", "_")).get_display_name(locale()) or code
    except (ValueError, LookupError):
        return code


def capitalised(text: str) -> str:
    """With a capital first letter; the others stay as they are."""
    return text[:1].upper() + text[1:]


def lines(text: str) -> Markup:
    """Plain text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


def register(app: Flask) -> None:
    """Give them to the templates."""
    for filter_ in (date, day, time, ago, number, percent, hours, size, listing, language_name, capitalised, lines):
        app.jinja_env.filters[filter_.__name__] = filter_
