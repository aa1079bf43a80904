"""No e-mail address is shown as a name, however it was disguised; a name that is none stays as it is."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from bridge.text.addresses import reveals_address, without_address

SAMPLES = json.loads((Path(__file__).parent.parent / "samples" / "names" / "held-by-both.json").read_text("utf-8"))


@pytest.mark.parametrize(("name", "shown"), SAMPLES["names"])
def test_a_name_without_its_address(name: str, shown: str) -> None:
    assert without_address(name) == shown
    assert without_address(shown) == shown, "what is shown needs no second look"


@pytest.mark.parametrize(("url", "revealing"), SAMPLES["urls"])
def test_an_address_of_a_page_that_gives_one_away(url: str, revealing: bool) -> None:
    assert reveals_address(url) is revealing


@pytest.mark.parametrize("part", ["a.", "a@", "a at ", "a dot ", "a-", "a_at_", "(at)", '"', " ", "gmail"])
def test_a_hostile_name_is_read_quickly(part: str) -> None:
    begun = time.thread_time()
    without_address((part * 300)[:299] + "!")
    assert time.thread_time() - begun < 0.5
