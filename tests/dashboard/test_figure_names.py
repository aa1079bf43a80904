"""Dashboard, command line and wp-admin call each figure and each list by the same name, in every language."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from bridge.cli.statistics import say_statistics
from bridge.dashboard import labels
from bridge.engagement.catalogue import FIGURES, LIST_NAMES
from bridge.operations.statistics import report_statistics
from bridge.storage.blogs import blogs
from bridge.webhooks.service import Service
from bridge.words import translate
from tests.conftest import Clock
from tests.dashboard.conftest import OWNER
from tests.peer import PeerBlog

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "wp-plugin-stub"
STATISTICS = PLUGIN / "includes" / "statistics"
FRENCH = ("fr_FR", "fr_CA")
LISTS = ("waiting", "welcome", "alive", "silent")


def key_figures() -> dict[str, tuple[str, str]]:
    """Key → name and kind, as wp-admin shows them."""
    source = (STATISTICS / "class-key-figures.php").read_text("utf-8")
    return {
        key: (name, kind)
        for key, name, kind in re.findall(
            r"'(\w+)'\s*=> array\( \\__\( '([^']+)', 'mentor-bridge' \), '(\w+)' \)", source
        )
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_dashboard_and_command_line_call_every_figure_alike(
    language: str,
    house: PeerBlog,
    sign_in: Callable[..., FlaskClient],
    service: Service,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = sign_in(OWNER).get(f"/dashboard/alice/overview?lang={language}").text
    monkeypatch.setenv("COLUMNS", "400")
    with service.database.read() as tx:
        blog = blogs.get(tx, "alice")
        say_statistics(blog, report_statistics(tx, blog, clock(), ever=False), language)
    printed = [re.split(r"\s{2,}", line)[0] for line in capsys.readouterr().out.splitlines()]
    names = [translate(language, words.name) for words in FIGURES.values()]
    rows = re.findall(r'<th scope="row" class="long">([^<]+)<span[^>]*>([^<]+)<', page)
    assert [html.unescape(name) for name, _ in rows] == names
    assert [line for line in printed if line in names][: len(names)] == names
    assert [html.unescape(text) for _, text in rows] == [
        translate(language, words.meaning) for words in FIGURES.values()
    ]


def test_wp_admin_calls_figures_as_the_bridge_does() -> None:
    names = key_figures()
    assert set(labels.MAIN_FIGURES) <= set(names)
    assert names == {key: (FIGURES[key].name, str(FIGURES[key].kind)) for key in names}


@pytest.mark.parametrize("locale", FRENCH)
def test_wp_admin_calls_them_so_in_french(locale: str) -> None:
    with (PLUGIN / "languages" / f"mentor-bridge-{locale}.po").open("rb") as file:
        french = {message.id: message.string for message in read_po(file) if message.id}
    english = [name for name, _ in key_figures().values()] + [LIST_NAMES[key] for key in LISTS]
    assert {text: french[text] for text in english} == {text: translate("fr", text) for text in english}


def test_a_post_is_an_article_wherever_a_reader_or_a_blogger_is_told_in_french() -> None:
    bridge = ROOT / "bridge" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
    for path in (bridge, *(PLUGIN / "languages" / f"mentor-bridge-{locale}.po" for locale in FRENCH)):
        with path.open("rb") as file:
            texts = [str(message.string) for message in read_po(file) if message.id]
        assert any("article" in text for text in texts)
        assert [text for text in texts if "billet" in text.lower()] == [], path.name


def test_wp_admin_calls_lists_and_columns_as_the_bridge_does() -> None:
    lists = (STATISTICS / "class-follow-up-lists.php").read_text("utf-8")
    for key in LISTS:
        assert f"'{LIST_NAMES[key]}', 'mentor-bridge'" in lists
    chart = (STATISTICS / "class-trend-chart.php").read_text("utf-8")
    for key in ("comments", "unique_commenters"):
        assert f"esc_html_e( '{FIGURES[key].short}', 'mentor-bridge' )" in chart
