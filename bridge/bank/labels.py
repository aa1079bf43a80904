"""What authors declare by a code, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bridge.pages import formats
from bridge.words import N_


def as_is(value: str) -> str:
    """A value that its author wrote."""
    return value


FILTER_VALUE_LABELS: Mapping[str, Callable[[str], str]] = {
    "language": formats.language_name,
    "region": as_is,
    "stage": as_is,
    "availability": as_is,
}

FACET_LABELS: Mapping[str, str] = {
    "personal": N_("tells what they have lived"),
    "in-depth": N_("goes into depth"),
    "responsive": N_("answers within two days"),
}
DETAIL_LABELS: Mapping[str, str] = {  # declared, in the order of a card, without what stands under the name
    "stage": N_("Stage"),
    "availability": N_("Availability"),
    "motives": N_("Why I do it"),
    "limits": N_("Limits"),
    "outside_own_sector": N_("Rather outside my own sector"),
}
