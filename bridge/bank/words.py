"""What authors declare by a code, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bridge.pages import formats
from bridge.pages.languages import N_


def as_is(value: str) -> str:
    """A value that its author wrote."""
    return value


SAID: Mapping[str, Callable[[str], str]] = {
    "language": formats.language_name, "region": as_is, "stage": as_is, "availability": as_is,
}  # fmt: skip

FACETS: Mapping[str, str] = {"personal": N_("tells what they have lived"), "in-depth": N_("goes into depth")}
