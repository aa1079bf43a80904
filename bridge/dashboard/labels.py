"""Figures in words: what each is called, what it means, how it compares with the window before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.logs import make_each
from bridge.pages import formats
from bridge.pages.languages import gettext as _
from bridge.pages.languages import ngettext
from bridge.words import N_

COUNT, SHARE, MEAN, HOURS = "count", "share", "mean", "hours"


@dataclass(frozen=True, slots=True)
class FigureLabel:
    """How a figure is spoken of. `main`: among the few on the first page."""

    title: str
    meaning: str
    kind: str
    main: bool = False


FIGURE_LABELS: Mapping[str, FigureLabel] = {
    "comments": FigureLabel(
        N_("Comments"),
        N_("By readers; without yours, repetitions and probable spam."),
        COUNT,
        True,
    ),
    "unique_commenters": FigureLabel(
        N_("People who commented"), N_("Each counted once, by the blog’s own key."), COUNT, True
    ),
    "comments_per_post": FigureLabel(
        N_("Comments per post"),
        N_("Within 14 days of publication, so that each post had the same time."),
        MEAN,
        True,
    ),
    "conversation_rate": FigureLabel(
        N_("Posts that were answered"), N_("Share of posts with at least one comment within 14 days."), SHARE, True
    ),
    "reply_rate": FigureLabel(
        N_("Comments you answered"), N_("Of those that began a thread, within 7 days."), SHARE, True
    ),
    "reply_time_median_hours": FigureLabel(
        N_("Time to your answer"), N_("Half were answered by then; those still waiting are counted too."), HOURS, True
    ),
    "new_commenters": FigureLabel(N_("Newcomers"), N_("Whose first comment ever fell in this window."), COUNT),
    "returning_commenters": FigureLabel(
        N_("People who came back"), N_("With an earlier comment, a day or more before, on another post."), COUNT
    ),
    "regulars": FigureLabel(N_("Regulars"), N_("On three posts or more, on three days or more."), COUNT),
    "substance": FigureLabel(
        N_("Comments of substance"),
        N_("At least 25 words with something lived, a question, a source or a theme of the post."),
        SHARE,
    ),
    "thread_depth": FigureLabel(N_("Depth of threads"), N_("Levels of answers, in threads with at least one."), MEAN),
    "back_and_forth": FigureLabel(
        N_("True exchanges"), N_("Threads in which you, somebody else and you again spoke."), SHARE
    ),
    "reply_time_p90_hours": FigureLabel(
        N_("Nine of ten answered within"), N_("Those still waiting are counted too."), HOURS
    ),
    "waiting": FigureLabel(N_("Comments waiting for you"), N_("Not answered yet."), COUNT),
    "posts": FigureLabel(N_("Posts published"), N_("By authors who take part."), COUNT),
    "h_index_commenters": FigureLabel(
        N_("Faithfulness"), N_("The largest h with h people on at least h posts each."), COUNT
    ),
    "h_index_posts": FigureLabel(
        N_("Reach of posts"), N_("The largest h with h posts of at least h people each."), COUNT
    ),
    "gini": FigureLabel(N_("Unevenness"), N_("0: all write as much; near 1: a few write nearly all."), MEAN),
    "top_decile_share": FigureLabel(N_("Written by the most active tenth"), N_("Their share of the comments."), SHARE),
    "disclosure_resonance": FigureLabel(
        N_("Experience and comments"),
        N_("How telling of something lived goes with comments, from −1 to 1; 0: no difference. No word on causes."),
        MEAN,
    ),
    "disclosure_relevance": FigureLabel(
        N_("Experience and relevance"),
        N_("The same for how close the comments are to the post."),
        MEAN,
    ),
    "held_out_spam": FigureLabel(
        N_("Left out as probable spam"), N_("Approved comments with two or more signs of spam."), COUNT
    ),
}


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


def figure_texts(figures: Mapping[str, Mapping[str, Any]]) -> list[FigureText]:
    """All figures that have words, in the order in which they matter."""
    known = [(figures[key], words, key) for key, words in FIGURE_LABELS.items() if key in figures]
    return make_each(known, lambda one: _told(one[2], one[1], one[0]), "figure")


def _told(key: str, words: FigureLabel, figure: Mapping[str, Any]) -> FigureText:
    value = _("not enough data") if figure["value"] is None else _shown(words.kind, figure["value"])
    return FigureText(
        key,
        _(words.title),
        _(words.meaning),
        value,
        _basis(words.kind, figure),
        _change(words.kind, figure),
        words.main,
    )


def _shown(kind: str, value: float) -> str:
    if kind == SHARE:
        return formats.percent(value)
    return formats.hours(value) if kind == HOURS else formats.number(value, 2)


def _basis(kind: str, figure: Mapping[str, Any]) -> str:
    n = int(figure["n"])
    if figure["value"] is None:
        return ngettext("from %(num)s so far", "from %(num)s so far", n) if n else ""
    if figure.get("low") is None or kind == COUNT:
        return ""
    return _(
        "from %(n)s; with 95 %% certainty between %(low)s and %(high)s",
        n=formats.number(n),
        low=_shown(kind, figure["low"]),
        high=_shown(kind, figure["high"]),
    )


def _change(kind: str, figure: Mapping[str, Any]) -> str:
    value, before = figure["value"], figure.get("previous")
    if value is None or before is None:
        return ""
    was = _shown(kind, before)
    if _shown(kind, value) == was:
        return _("as in the 90 days before")
    if figure.get("low") is not None and figure["low"] <= before <= figure["high"]:
        return _("no clear change (before: %(was)s)", was=was)
    if value > before:
        return _("more than in the 90 days before (%(was)s)", was=was)
    return _("less than in the 90 days before (%(was)s)", was=was)


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
    "rotate": N_("asked to fetch new keys"),
    "probe": N_("looked for a way in"),
    "handshake": N_("connection made"),
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
