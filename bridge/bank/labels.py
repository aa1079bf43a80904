"""What authors declare by a code, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.bank.query import FILTER_NAMES, BankQuery
from bridge.mentors.declared_kinds import ONLY_WRITTEN
from bridge.pages import formats
from bridge.pages.ask_labels import FORMAT_LABELS
from bridge.pages.languages import gettext
from bridge.words import N_


def as_is(value: str) -> str:
    """A value that its author wrote."""
    return value


FILTER_VALUE_LABELS: Mapping[str, Callable[[str], str]] = {
    "language": formats.language_name,
    "region": as_is,
    "stage": lambda kind: gettext(STAGE_LABELS.get(kind, kind)),
    "availability": lambda kind: gettext(AVAILABILITY_LABELS.get(kind, kind)),
    "format": lambda kind: gettext(FORMAT_CHOICE_LABELS.get(kind, kind)),
}
STAGE_LABELS: Mapping[str, str] = {
    "starting": N_("starting out"),
    "growing": N_("in the first five years"),
    "established": N_("established"),
    "taking-over": N_("taking over"),
    "handing-over": N_("handing on"),
}
FORMAT_CHOICE_LABELS: Mapping[str, str] = {**FORMAT_LABELS, ONLY_WRITTEN: N_("in writing only")}
AVAILABILITY_LABELS: Mapping[str, str] = {
    "day": N_("in the daytime"),
    "evening": N_("in the evening"),
    "weekend": N_("at weekends"),
    "arranged": N_("by arrangement"),
}

FACET_LABELS: Mapping[str, str] = {
    "personal": N_("tells what they have lived"),
    "in-depth": N_("goes into depth"),
    "responsive": N_("answers within two days"),
}
AREA_LABELS: Mapping[str, str] = {  # areas of mentors/skills.tsv, in the order of the page of all skills
    "strategy": N_("Starting, growing, handing on"),
    "money": N_("Money"),
    "customers": N_("Customers and sales"),
    "marketing": N_("Marketing and communication"),
    "online": N_("Websites, shops and tools"),
    "product": N_("Trade and product"),
    "operations": N_("Running things"),
    "people": N_("Working with people"),
    "self": N_("Oneself"),
    "law": N_("Law and rules"),
}
DETAIL_LABELS: Mapping[str, str] = {  # declared, in the order of a card, without what stands under the name
    "stage": N_("Stage"),
    "availability": N_("Availability"),
    "motives": N_("Why I do it"),
    "limits": N_("Limits"),
    "outside_own_sector": N_("Rather outside my own sector"),
}


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter that narrows a list down, in words, and the question without it."""

    label: str
    without: Mapping[str, Any]


def active_filters(asked: BankQuery, skill: str) -> list[ActiveFilter]:
    """What a list is narrowed down by; `skill`: the name of the skill that was asked for, "" if it is unknown."""
    named = {name: value for name in FILTER_NAMES if (value := getattr(asked.filters, name))}
    says: Mapping[str, Callable[[str], str]] = {**FILTER_VALUE_LABELS, "skill": lambda value: skill or value}
    labels = {name: says[name](value) for name, value in named.items()}
    labels |= {name: gettext(label) for name, label in FACET_LABELS.items() if name in asked.filters.facets}
    return [ActiveFilter(label, asked.address(**{name: None, "page": None})) for name, label in labels.items()]
