"""What blogs promise to those who comment holds on every bridge, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.config import RETENTION_BOUNDS

PLUGIN = Path(__file__).resolve().parents[2] / "wp-plugin-stub"
WORDS = {"seven": 7, "thirty": 30, "sept": 7, "trente": 30}
MOST = {RETENTION_BOUNDS[name][2] for name in ("payloads_days", "quarantine_days")}
ENGLISH = r"after (\w+) days at the latest\W.{1,50}?\b(seven|thirty)\b"
PLACES = (
    "readme.txt",
    "includes/privacy/class-privacy.php",
    "includes/admin/class-disclosure.php",
    "includes/frontend/class-comment-notice.php",
)
FRENCH = r"au plus tard après (\w+) jours\W.{1,50}?\b(sept|trente)\b"


@pytest.mark.parametrize("place", PLACES)
def test_no_bridge_keeps_a_comment_for_longer_than_its_blog_says(place: str) -> None:
    promise = re.search(ENGLISH, (PLUGIN / place).read_text("utf-8"))
    assert promise, "it says for how long"
    assert {WORDS[word] for word in promise.groups()} == MOST


@pytest.mark.parametrize("locale", ["fr_FR", "fr_CA"])
def test_french_promises_the_same(locale: str) -> None:
    text = (PLUGIN / "languages" / f"mentor-bridge-{locale}.po").read_text("utf-8")
    promises = re.findall(FRENCH, text)
    assert len(promises) == len(PLACES) - 1, "all but the English readme"
    assert all({WORDS[word] for word in promise} == MOST for promise in promises)


def test_by_default_a_bridge_keeps_for_as_long_as_is_promised() -> None:
    for name in ("payloads_days", "quarantine_days"):
        default, _, most = RETENTION_BOUNDS[name]
        assert default == most
