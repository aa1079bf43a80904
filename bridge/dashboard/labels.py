"""Figures as a page says them, against the window before; and what deliveries, calls and events are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.engagement.catalogue import FIGURES, NOT_ENOUGH_DATA, FigureKind, FigureWords
from bridge.logs import make_each
from bridge.pages import formats
from bridge.pages.languages import gettext as _
from bridge.pages.languages import ngettext
from bridge.words import N_

MAIN_FIGURES = (  # on the first page
    "comments",
    "unique_commenters",
    "comments_per_post",
    "conversation_rate",
    "reply_rate",
    "reply_time_median_hours",
)


@dataclass(frozen=True, slots=True)
class FigureText:
    """A figure ready to be read."""

    key: str
    title: str
    meaning: str
    value: str
    basis: str  # how sure that is
    change: str  # against the window before
    main: bool
    direction: str = ""  # "better" | "worse" where it clearly changed
    is_known: bool = True  # there is enough data


def figure_texts(figures: Mapping[str, Mapping[str, Any]]) -> list[FigureText]:
    """All figures that have words, in the order in which they matter."""
    present = [(key, words, figures[key]) for key, words in FIGURES.items() if key in figures]
    return make_each(present, lambda item: _figure_text(*item), "figure")


def first_figures(figures: Sequence[FigureText]) -> list[FigureText]:
    """The six for the first page: those of MAIN_FIGURES that are known, then whatever else is, as they matter."""
    known_figures = [figure for figure in figures if figure.is_known]
    return sorted(known_figures, key=lambda figure: not figure.main)[: len(MAIN_FIGURES)]


def _figure_text(key: str, words: FigureWords, figure: Mapping[str, Any]) -> FigureText:
    value = _(NOT_ENOUGH_DATA) if figure["value"] is None else _shown(words.kind, figure["value"])
    return FigureText(
        key,
        _(words.name),
        _(words.meaning),
        value,
        _basis(words.kind, figure),
        _change(words.kind, figure),
        key in MAIN_FIGURES,
        _direction(words.kind, figure),
        figure["value"] is not None,
    )


def _shown(kind: FigureKind, value: float) -> str:
    if kind == FigureKind.SHARE:
        return formats.percent(value)
    return formats.hours(value) if kind == FigureKind.HOURS else formats.number(value, 2)


def _basis(kind: FigureKind, figure: Mapping[str, Any]) -> str:
    n = int(figure["n"])
    if figure["value"] is None:
        return ngettext("from %(num)s so far", "from %(num)s so far", n) if n else ""
    if figure.get("low") is None or kind == FigureKind.COUNT:
        return ""
    return _(
        "between %(low)s and %(high)s, from %(n)s",
        n=formats.number(n),
        low=_shown(kind, figure["low"]),
        high=_shown(kind, figure["high"]),
    )


def _change(kind: FigureKind, figure: Mapping[str, Any]) -> str:
    value, before = figure["value"], figure.get("previous")
    if value is None or before is None:
        return ""
    was = _shown(kind, before)
    if _shown(kind, value) == was:
        return _("same as in the 90 days before")
    if not _is_clear(figure):
        return _("no clear change (before: %(was)s)", was=was)
    sign = "▲" if value > before else "▼"
    if kind == FigureKind.SHARE or not before:
        return _("%(sign)s from %(was)s", sign=sign, was=was)
    return _(
        "%(sign)s %(percent)s, from %(was)s", sign=sign, percent=formats.percent_change(value / before - 1), was=was
    )


def _is_clear(figure: Mapping[str, Any]) -> bool:
    """Whether the value before lies outside of what the present one may be."""
    return not (figure.get("low") is not None and figure["low"] <= figure["previous"] <= figure["high"])


def _direction(kind: FigureKind, figure: Mapping[str, Any]) -> str:
    """Whether a clear change is welcome: of times less is, of the others more."""
    value, before = figure["value"], figure.get("previous")
    if value is None or before is None or _shown(kind, value) == _shown(kind, before) or not _is_clear(figure):
        return ""
    return "better" if (value > before) != (kind == FigureKind.HOURS) else "worse"


DELIVERY_STATE_LABELS: Mapping[str, tuple[str, str]] = {  # of a delivery → class, words
    "waiting": ("state-idle", N_("waits to be read")),
    "absorbed": ("", N_("read")),
    "quarantined": ("state-warn", N_("set aside")),
}
EVENT_LABELS: Mapping[str, str] = {
    "post.published": N_("a post"),
    "post.removed": N_("a post removed"),
    "comment.published": N_("a comment"),
    "comment.removed": N_("a comment removed"),
    "author.updated": N_("an author"),
    "author.removed": N_("an author removed"),
    "blog.updated": N_("the blog"),
    "blog.removed": N_("the blog removed"),
    "ping": N_("a sign of life"),
    "batch": N_("several together"),
}
CALL_LABELS: Mapping[str, str] = {
    "push": N_("related mentors and figures"),
    "poke": N_("asked for a sign of life"),
    "check": N_("asked to compare what both sides hold"),
    "rotate": N_("asked to fetch new keys"),
    "probe": N_("looked for a way in"),
    "handshake": N_("connection made"),
}
TRANSPORT_LABELS: Mapping[str, str] = {
    "xmlrpc": N_("by XML-RPC"),
    "rest": N_("by REST"),
    "pull": N_("fetched by your blog"),
}
OBJECT_LABELS: Mapping[str, str] = {
    "related": N_("mentors under a post"),
    "blog": N_("figures of the blog"),
    "post": N_("figures of a post"),
    "commenter": N_("figures of a reader"),
}
PASSAGE_LABELS: Mapping[str, str] = {  # text.experience.PassageLabel
    "failure": N_("a failure"),
    "lesson": N_("a lesson"),
    "success": N_("a success"),
    "turning point": N_("a turning point"),
}
EXCLUSION_LABELS: Mapping[str, str] = {
    "echo": N_("an echo from another site"),
    "author": N_("by the post’s author"),
    "staff": N_("by the blog’s staff"),
    "duplicate": N_("said twice"),
    "spam": N_("probable spam"),
}


def label_of(words: Mapping[str, str], key: str | None) -> str:
    """A key in words; itself when there are none."""
    if key is None:
        return _("not read yet")
    return _(words[key]) if key in words else key
