"""Charts: where each line, dot and label stands in a picture; `parts/chart.html` draws it in the colours of the sheet.

They follow dark mode, print and high contrast, and need no script. Each says in words what it shows, and the page has
its figures as a table. Fewer than two points are no chart: None.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bridge.pages import formats

PICTURE_HEIGHT = 260  # its units are those of all that follows
PLOT_TOP, PLOT_RIGHT = 12, 600
PLOT_PADDING = 10  # from its edges to the first and the last place on the level axis
LETTER_WIDTH, LABEL_HEIGHT, TITLE_HEIGHT = 11, 36, 28
MAX_AXIS_LABELS = 6
Point = tuple[float, float]
Tick = tuple[float, str]  # where on its axis, and the label


class Chart(NamedTuple):
    """A picture ready to be drawn; `words` tell what is seen."""

    words: str
    left: int  # where the plot begins, and where it ends below
    bottom: int
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    series: Sequence[Sequence[Point]]
    titles: tuple[str, str] = ("", "")  # of the axes; with titles dots stand alone, without a line joins them


def line_chart(labels: Sequence[str], series: Sequence[Sequence[float]], words: str) -> Chart | None:
    """A chart of one or several series over the same points; None for fewer than two."""
    if len(labels) < 2:
        return None
    step = -(-len(labels) // MAX_AXIS_LABELS)
    x_ticks = [(float(n), labels[n]) for n in range(0, len(labels), step)]
    y_ticks = _round_numbers(max(max(values) for values in series))
    return _place(words, len(labels) - 1, x_ticks, y_ticks, [list(enumerate(values)) for values in series])


def curve_chart(shares: Sequence[float], labels: Sequence[str], words: str) -> Chart | None:
    """Shares (0 … 1), each with its label."""
    if len(shares) < 2:
        return None
    x_ticks = [(float(n), label) for n, label in enumerate(labels)]
    return _place(words, len(shares) - 1, x_ticks, _quarters(), [list(enumerate(shares))])


def dot_chart(points: Sequence[Point], x_title: str, y_title: str, words: str) -> Chart | None:
    """One dot for each pair of a share (0 … 1) and a count."""
    if len(points) < 2:
        return None
    y_ticks = _round_numbers(max(count for _, count in points))
    return _place(words, 1, _quarters(), y_ticks, [points], (x_title, y_title))


def _quarters() -> list[Tick]:
    return [(n / 4, formats.percent(n / 4)) for n in range(5)]


def _round_numbers(most: float) -> list[Tick]:
    """From 0 to `most` or just above, in at most five steps of 1, 2 or 5 times a power of ten."""
    step = next(n * 10**power for power in range(12) for n in (1, 2, 5) if most <= n * 10**power * 5)
    end = max(1, -(-int(most) // step)) * step
    return [(float(n), formats.number(n)) for n in range(0, end + 1, step)]


def _place(
    words: str,
    x_end: float,
    x_ticks: Sequence[Tick],
    y_ticks: Sequence[Tick],
    series: Sequence[Sequence[Point]],
    titles: tuple[str, str] = ("", ""),
) -> Chart:
    """Everything at its place: both axes begin at 0, and the upright one ends at its last label."""
    room = TITLE_HEIGHT if any(titles) else 0
    left = LETTER_WIDTH * max(len(label) for _, label in y_ticks) + PLOT_PADDING + room
    bottom = PICTURE_HEIGHT - LABEL_HEIGHT - room

    def across(x: float) -> float:
        return round(left + PLOT_PADDING + x / x_end * (PLOT_RIGHT - left - 2 * PLOT_PADDING), 1)

    def up(y: float) -> float:
        return round(bottom - y / y_ticks[-1][0] * (bottom - PLOT_TOP), 1)

    x_places = [(across(x), label) for x, label in x_ticks]
    y_places = [(up(y), label) for y, label in y_ticks]
    placed = [[(across(x), up(y)) for x, y in points] for points in series]
    return Chart(words, left, bottom, x_places, y_places, placed, titles)
