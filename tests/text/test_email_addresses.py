"""No e-mail address is shown as a name, however it was disguised; a name that is none stays as it is."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from bridge.text.email_addresses import MAX_NAME_CHARACTERS, reveals_address, without_address

SAMPLES = json.loads((Path(__file__).parent.parent / "samples" / "names" / "held-by-both.json").read_text("utf-8"))


@pytest.mark.parametrize(("name", "shown"), SAMPLES["names"])
def test_a_name_without_its_address(name: str, shown: str) -> None:
    assert without_address(name) == shown
    assert without_address(shown) == shown, "what is shown needs no second look"


@pytest.mark.parametrize(("url", "revealing"), SAMPLES["urls"])
def test_an_address_of_a_page_that_gives_one_away(url: str, revealing: bool) -> None:
    assert reveals_address(url) is revealing


PARTS = ["a", "a.", "a@", "a at ", "a dot ", "a-", "a_at_", "(at)", "(dot)", "a (dot) ", "a.free", '"', " ", "gmail"]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("end", ["!", *PARTS[:3]])
def test_what_is_hostile_is_read_quickly(part: str, end: str) -> None:
    """A blog sends a hundred of them in a delivery, and what it says of itself is as long as that."""
    begun = time.thread_time()
    without_address((part * MAX_NAME_CHARACTERS)[: MAX_NAME_CHARACTERS - 1] + end)
    assert time.thread_time() - begun < 0.1
