"""`mentors exposure`: in how many places mentors stand, so that an operator sees whether lists are fair."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import click

from bridge.cli.common import open_for_reading, say_json, say_table
from bridge.cli.mentors import json_option
from bridge.evaluation.figures import gini
from bridge.storage.matching import impressions
from bridge.storage.matching.impressions import MonthlyImpressions

NO_COUNTS_MESSAGE = "Nothing is counted yet: the worker counts at night, in how many lists each mentor stands."


@click.command("exposure")
@json_option
def exposure(as_json: bool) -> None:
    """By month and language: how evenly mentors are shown, and how many never were. Counts no reader of anything."""
    with open_for_reading() as (_, database), database.read() as tx:
        shown = impressions.list_since(tx, "")
    groups: dict[tuple[str, str], list[MonthlyImpressions]] = defaultdict(list)
    for row in shown:
        groups[row.month, row.language].append(row)
    data = [_data(month, language, groups[month, language]) for month, language in sorted(groups, reverse=True)]
    if as_json:
        say_json({"exposure": data})
        return
    rows = [[f"{value:.2f}" if isinstance(value, float) else str(value) for value in row.values()] for row in data]
    say_table(["month", "language", "mentors", "places a night", "Gini", "never shown"], rows, NO_COUNTS_MESSAGE)


def _data(month: str, language: str, shown: list[MonthlyImpressions]) -> dict[str, Any]:
    places = [night.places / night.nights for night in shown]
    return {
        "month": month,
        "language": language,
        "mentors": len(shown),
        "places_a_night": round(sum(places) / len(places), 3),
        "gini": round(gini([round(1000 * count) for count in places]), 3),
        "never_shown": sum(not count for count in places),
    }
