"""Whom to call when it is about more than mentoring: one file with country, number, source and the day of checking."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

HELP_LINES_FILE = Path(__file__).with_name("help_lines.tsv")


class HelpLine(NamedTuple):
    """Somebody who answers day and night."""

    country: str  # ISO 3166, with a subdivision where it is of that alone
    language: str  # ISO 639-1; "": several
    name: str
    number: str
    page: str  # their own, from which it was taken
    checked: date

    @property
    def dialled(self) -> str:
        """The number as a telephone dials it."""
        return "".join(sign for sign in self.number if sign.isdigit())


@cache
def help_lines() -> tuple[HelpLine, ...]:
    """All of the file, in its order."""
    lines = HELP_LINES_FILE.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple(
        HelpLine(country, language, name, number, page, date.fromisoformat(checked))
        for country, language, name, number, page, checked in rows
    )
