"""What the plugin directory shows beside the plugin is there, of the sizes that it takes."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parent.parent.parent / "wp-plugin-stub"
ASSETS = PLUGIN / ".wordpress-org"
LARGEST = {
    "icon": 1_000_000,
    "banner": 4_000_000,
    "screenshot": 300_000,
}  # bytes


@pytest.mark.parametrize("name", ["icon-128x128", "icon-256x256", "banner-772x250", "banner-1544x500"])
def test_icon_and_banner_are_as_large_as_their_names_say(name: str) -> None:
    picture = (ASSETS / f"{name}.png").read_bytes()
    assert struct.unpack(">II", picture[16:24]) == tuple(map(int, name.partition("-")[2].split("x")))
    assert len(picture) < LARGEST[name.partition("-")[0]]


def test_each_screenshot_that_the_readme_announces_is_there() -> None:
    captions = re.search(r"== Screenshots ==\n\n(.*?)\n\n", (PLUGIN / "readme.txt").read_text("utf-8"), re.DOTALL)
    assert captions is not None
    numbers = re.findall(r"^(\d)\. \S", captions[1], re.MULTILINE)
    pictures = sorted(ASSETS.glob("screenshot-*.png"))
    assert [path.stem.rpartition("-")[2] for path in pictures] == numbers
    assert [path.name for path in pictures if path.stat().st_size > LARGEST["screenshot"]] == []


def test_the_blueprint_opens_the_settings_screen_of_this_plugin() -> None:
    blueprint = json.loads((ASSETS / "blueprints" / "blueprint.json").read_text("utf-8"))
    assert blueprint["landingPage"].endswith("?page=mentor-bridge")
    steps = {step["step"]: step for step in blueprint["steps"]}
    assert steps["installPlugin"]["pluginData"]["slug"] == "mentor-bridge"
