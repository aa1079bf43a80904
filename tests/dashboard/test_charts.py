"""Charts: what is drawn where, in words too, and with nothing that a page may not hold."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

from flask import Flask, get_template_attribute

from bridge.dashboard import charts
from tests.dashboard.conftest import BROWSER


def draw(app: Flask, make: Callable[[], charts.Chart | None]) -> ElementTree.Element:
    """A chart as it stands on a page."""
    with app.test_request_context("/", headers=BROWSER):
        return ElementTree.fromstring(get_template_attribute("parts/chart.html", "draw")(make()))


def test_a_chart_carries_words_and_nothing_inline(app: Flask) -> None:
    words = 'Comments "by" week'
    root = draw(app, lambda: charts.line_chart(["a", "<b>", "c"], [[1, 0, 3], [1, 0, 2]], words))
    assert root.attrib["aria-label"] == words
    assert [text.text for text in root.iter("text") if text.text] == ["0", "1", "2", "3", "a", "<b>", "c"]
    assert {element.tag for element in root.iter()} <= {"svg", "g", "path", "polyline", "text", "circle"}
    assert not [name for element in root.iter() for name in element.attrib if name == "style" or name.startswith("on")]


def test_a_chart_has_everything_inside_and_in_its_place(app: Flask) -> None:
    pairs = [(0.0, 0.0), (1.0, 23.0), (0.5, 10.0)]
    waits = ["1 h", "2 h", "3 h"]
    for root, labels in (
        (
            draw(app, lambda: charts.dot_chart(pairs, "Lived", "Comments", "w")),
            ["0", "5", "10", "15", "20", "25"],
        ),
        (
            draw(app, lambda: charts.curve_chart([0, 1, 0.5], waits, "w")),
            ["0%", "25%", "50%", "75%", "100%"],
        ),
        (draw(app, lambda: charts.line_chart(["a", "b"], [[0, 0]], "w")), ["0", "1"]),
        (draw(app, lambda: charts.line_chart(["a", "b"], [[0, 12_345]], "w")), ["0", "5,000", "10,000", "15,000"]),
    ):
        upright = root.findall("text[@class='y']")
        assert [text.text for text in upright] == labels
        heights = [float(text.attrib["y"]) for text in upright]
        assert heights == sorted(heights, reverse=True), "more is above"
        for circle in root.iter("circle"):
            assert 0 < float(circle.attrib["cx"]) <= 600
            assert 12 <= float(circle.attrib["cy"]) <= 230
    first, second, third = draw(app, lambda: charts.dot_chart(pairs, "x", "y", "w")).iter("circle")
    assert float(first.attrib["cx"]) < float(third.attrib["cx"]) < float(second.attrib["cx"])
    assert float(first.attrib["cy"]) > float(third.attrib["cy"]) > float(second.attrib["cy"])


def test_a_single_point_is_no_chart() -> None:
    assert charts.line_chart(["a"], [[1]], "one point") is None
    assert charts.curve_chart([1], ["a"], "one point") is None
    assert charts.dot_chart([(1, 1)], "x", "y", "one point") is None
