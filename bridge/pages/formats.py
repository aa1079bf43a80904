"""Dates, numbers and foreign values as the reader reads them.

What cannot be formatted is shown as it is: a value that some blog sent never breaks the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from datetime import date as date_type
from functools import wraps
from typing import Any, TypeVar, cast

from babel import Locale, UnknownLocaleError, dates, lists, numbers
from flask import Flask
from markupsafe import Markup, escape

from bridge import logs
from bridge.legible import legible, web_address
from bridge.pages.languages import gettext as _
from bridge.pages.languages import locale

FORMAT_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, UnknownLocaleError, ValueError)
Filter = TypeVar("Filter", bound=Callable[..., str])


def or_unchanged(filter_: Filter) -> Filter:
    """A filter that shows what it cannot format as it is, and nothing for nothing."""

    @wraps(filter_)
    def careful(value: Any, *args: Any, **options: Any) -> str:
        try:
            return filter_(value, *args, **options)
        except FORMAT_ERRORS:
            return "" if value is None else legible(str(value))

    return cast(Filter, careful)


@or_unchanged
def date(moment: datetime) -> str:
    """A moment as a day: ``4 mai 2026``."""
    return dates.format_date(moment.astimezone(UTC), "long", locale=locale())


@or_unchanged
def day(text: str) -> str:
    """A day given as ``2026-05-04``."""
    return dates.format_date(date_type.fromisoformat(text), "long", locale=locale())


@or_unchanged
def time(moment: datetime) -> Markup:
    """A moment with its time of day; a script puts it into the reader's zone, without one it is UTC."""
    text = dates.format_datetime(moment.astimezone(UTC), "medium", locale=locale())
    return Markup('<time datetime="{}" data-moment>{} UTC</time>').format(_wire(moment), text)


@or_unchanged
def ago(moment: datetime, now: datetime) -> Markup:
    """``3 minutes ago``, with the moment itself for whoever points at it."""
    passed = moment - now
    if abs(passed) < timedelta(seconds=5):
        text = _("just now")
    else:
        text = dates.format_timedelta(passed, add_direction=True, threshold=1.2, locale=locale())
    exact = dates.format_datetime(moment.astimezone(UTC), "medium", locale=locale())
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(_wire(moment), exact, text)


def _wire(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@or_unchanged
def number(value: float | int, digits: int = 1) -> str:
    """``1 204`` or ``1,204``; at most `digits` after the point."""
    return numbers.format_decimal(round(value, digits), locale=locale())


@or_unchanged
def percent(share: float) -> str:
    """A share of 1 as whole percent."""
    return numbers.format_percent(round(share, 2), locale=locale())


@or_unchanged
def percent_change(change: float) -> str:
    """How much more or less, in whole percent with its sign."""
    return f"{'+' if change >= 0 else '−'}{percent(abs(change))}"


@or_unchanged
def hours(value: float) -> str:
    """Hours as the unit in which people would say it."""
    return dates.format_timedelta(timedelta(hours=value), threshold=1.5, locale=locale())


@or_unchanged
def size(count: int) -> str:
    """A number of bytes, as kB from a thousand on."""
    if count < 1000:
        return _("%(count)s bytes", count=number(count))
    return _("%(count)s kB", count=number(count / 1000))


@or_unchanged
def listing(items: Iterable[str]) -> str:
    """Items as one enumeration: ``a, b and c``."""
    return lists.format_list([str(item) for item in items], locale=locale())


@or_unchanged
def language_name(code: str) -> str:
    """A language by its name in the reader's; of a tag with a script or region, with theirs."""
    name: str | None = locale().languages.get(code.lower())
    return name or Locale.parse(code.replace("-", "_")).get_display_name(locale()) or code


@or_unchanged
def country_name(code: str) -> str:
    """A country by its name in the reader's language; a part of it behind that: ``Canada (QC)``."""
    country, _dash, part = code.partition("-")
    name: str = locale().territories[country]
    return f"{name} ({part})" if part else name


@or_unchanged
def capitalised(text: str) -> str:
    """A text with a capital first letter; the others stay as they are."""
    return text[:1].upper() + text[1:]


@or_unchanged
def lines(text: str) -> Markup:
    """Plain text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in legible(text).splitlines())


def each(items: Iterable[Any], caller: Callable[[Any], str]) -> Markup:
    """What a macro or the block of a ``{% call(item) each(…) %}`` shows of each item.

    One whose values cannot be shown is left out, never the page.
    """
    return Markup("").join(logs.make_each(items, caller, "page"))


def each_numbered(items: Iterable[Any], caller: Callable[[Any, int], str]) -> Markup:
    """What the block of a ``{% call(item, number) each_numbered(…) %}`` shows of each item, counted from 1.

    One whose values cannot be shown is left out, never the page; it keeps its number.
    """
    return Markup("").join(logs.make_each(enumerate(items, 1), lambda pair: caller(pair[1], pair[0]), "page"))


TEMPLATE_FILTERS = (
    date,
    day,
    time,
    ago,
    number,
    percent,
    hours,
    size,
    listing,
    language_name,
    country_name,
    capitalised,
    lines,
)


def register(app: Flask) -> None:
    """Give them to the templates, of which whatever is shown is legible."""
    for filter_ in TEMPLATE_FILTERS:
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.filters["web"] = web_address
    app.jinja_env.globals |= {"each": each, "each_numbered": each_numbered}
    app.jinja_env.finalize = _shown


def _shown(value: Any) -> Any:
    return legible(value) if type(value) is str else "" if value is None else value
