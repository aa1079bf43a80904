"""Asks in words, for whoever asks and whoever is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from babel.dates import format_date

from bridge.asks.openness import MentorLoad, Openness
from bridge.asks.states import AskState, DeclineReason
from bridge.pages import formats
from bridge.pages.languages import gettext as _
from bridge.pages.languages import locale, ngettext
from bridge.words import N_

STATE_LABELS: Mapping[AskState, str] = {
    AskState.OPEN: N_("waits for an answer"),
    AskState.ACCEPTED: N_("accepted"),
    AskState.NOT_NOW: N_("not now"),
    AskState.DECLINED: N_("declined"),
    AskState.REDIRECTED: N_("somebody else is nearer"),
    AskState.UNANSWERED: N_("closed without an answer"),
    AskState.LEFT: N_("the mentor has left"),
    AskState.WITHDRAWN: N_("withdrawn"),
    AskState.ENDED: N_("ended"),
}
DECLINE_LABELS: Mapping[DeclineReason, str] = {
    DeclineReason.FIELD: N_("This is not what I know best; somebody else can help you better."),
    DeclineReason.EXPERIENCE: N_("I have not lived this myself, and would only be guessing."),
    DeclineReason.TIME: N_("I cannot give it the time that it deserves."),
    DeclineReason.EXPECTATIONS: N_("I believe that you look for something else than what I can give."),
}
FORMAT_LABELS: Mapping[str, str] = {
    "call": N_("by telephone"),
    "video": N_("by video"),
    "written": N_("in writing"),
    "in-person": N_("in person"),
    "event": N_("at events"),
}


def openness_sentence(name: str, load: MentorLoad, now: datetime) -> str:
    """Why a mentor takes no new asks; "" when they do."""
    match load.openness(now):
        case Openness.PAUSED:
            day = formats.date(load.paused_until) if load.paused_until else ""
            return _("%(name)s takes no new asks until %(day)s.", name=name, day=day)
        case Openness.FULL if load.free_at is not None and load.free_at > now:
            month = format_date(load.free_at, "LLLL yyyy", locale=locale())
            return _("%(name)s has no free place now; the next one is free in %(month)s.", name=name, month=month)
        case Openness.FULL:
            return _("%(name)s has no free place now.", name=name)
        case Openness.BUSY:
            return _("Many asks wait for %(name)s already: whoever asks now would wait for long.", name=name)
        case Openness.SILENT:
            return _("%(name)s has not answered the last asks, and takes no new ones for now.", name=name)
        case _:
            return ""


def usual_sentence(load: MentorLoad) -> str:
    """How soon a mentor usually answers; "" as long as there is too little to say so."""
    days = load.usual_days
    return ngettext("Usually answers within %(num)s day.", "Usually answers within %(num)s days.", days) if days else ""
