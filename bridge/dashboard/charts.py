"""Charts as SVG: drawn by pygal, coloured by our style sheet, so that they follow dark mode, print and high contrast.

pygal would bring its own style and script; both are taken out: a page of ours allows neither. Each chart says in words
what it shows, and the page has its figures as a table.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import tostring

import pygal
from markupsafe import Markup

from bridge.pages import formats

# pygal hooks itself into every import of the process, in a form Python gives up; it is for plugins, and we have none.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != pygal.__name__]
CHART_WIDTH, CHART_HEIGHT = 640, 260
MAX_AXIS_LABELS = 6


def line_chart(labels: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], words: str) -> Markup:
    """Series over the same points; `words` tell what is seen. "" with fewer than two points."""
    if len(labels) < 2:
        return Markup("")
    chart = pygal.Line(**_options(), show_minor_x_labels=False, dots_size=2)
    chart.x_labels = list(labels)
    step = max(1, -(-len(labels) // MAX_AXIS_LABELS))
    chart.x_labels_major = list(labels[::step])
    for name, values in series:
        chart.add(name, list(values))
    return _drawn(chart, words)


def curve_chart(points: Sequence[tuple[float, float]], x_labels: Sequence[tuple[float, str]], words: str) -> Markup:
    """Shares (0 … 1) over a scale, with the labels of the scale at their places."""
    if len(points) < 2:
        return Markup("")
    chart = pygal.XY(**_options(), dots_size=0, range=(0, 1), xrange=(points[0][0], points[-1][0]))
    names = dict(x_labels)
    chart.x_labels = [place for place, _ in x_labels]
    chart.x_value_formatter = lambda place: names.get(place, "")
    chart.y_labels = [0, 0.25, 0.5, 0.75, 1]
    chart.value_formatter = formats.percent
    chart.add("", list(points))
    return _drawn(chart, words)


def dot_chart(points: Sequence[tuple[float, float]], x_title: str, y_title: str, words: str) -> Markup:
    """One dot for each pair of a share (0 … 1) and a count."""
    if len(points) < 2:
        return Markup("")
    scale = _round_numbers(max(1, *(count for _, count in points)))
    options = _options() | {"show_minor_y_labels": True}
    chart = pygal.XY(
        **options, stroke=False, dots_size=4, x_title=x_title, y_title=y_title, range=(0, scale[-1]), xrange=(0, 1)
    )
    chart.x_labels = [0, 0.25, 0.5, 0.75, 1]
    chart.x_value_formatter = formats.percent
    chart.y_labels = scale
    chart.value_formatter = formats.number
    chart.add("", list(points))
    return _drawn(chart, words)


def _round_numbers(most: float) -> list[int]:
    """From 0 to just above `most`, in at most six steps of 1, 2 or 5 times a power of ten."""
    step = next(n * 10**power for power in range(12) for n in (1, 2, 5) if most <= n * 10**power * 5)
    return list(range(0, -(-int(most) // step) * step + step, step))


def _options() -> dict[str, Any]:
    return {
        "width": CHART_WIDTH,
        "height": CHART_HEIGHT,
        "show_legend": False,
        "js": (),
        "margin": 8,
        "margin_right": 40,
        "show_y_guides": True,
        "truncate_label": -1,
        "pretty_print": False,
        "include_x_axis": True,
        "y_labels_major_count": 3,
        "show_minor_y_labels": False,
        "max_scale": 5,
        "order_min": 0,
    }


def _drawn(chart: Any, words: str) -> Markup:
    root: Any = chart.render_tree()
    for parent in root.iter():
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in ("style", "script", "title", "desc"):
                parent.remove(child)
    _strip(root)
    root.attrib.clear()
    root.attrib |= {
        "viewBox": f"0 0 {CHART_WIDTH} {CHART_HEIGHT}",
        "class": "chart",
        "role": "img",
        "aria-label": words,
    }
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704 - escaped by the serialiser


def _strip(root: Any) -> None:
    """Nothing inline, nothing to point at: the table has the values."""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for name in [name for name in element.attrib if name in ("style", "id") or name.startswith(("on", "{"))]:
            del element.attrib[name]
