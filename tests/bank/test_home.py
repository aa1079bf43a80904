"""The first page: what it is good for, who is met here, and needs to press."""

from __future__ import annotations

import re

import pytest

from bridge.bank.example_needs import MAX_EXAMPLES
from tests.bank.conftest import BROWSER, FRENCH, House, publish
from tests.lab.texts import ENGLISH


def examples(page: str) -> list[str]:
    """The addresses of the needs under the field."""
    return re.findall(r'href="([^"]+)"', page.split('aria-labelledby="examples"')[1].split("</ul>")[0])


def test_the_first_page_says_what_it_is_good_for(house: House) -> None:
    assert "<h1>Ce que vous traversez, quelqu’un l’a déjà vécu et l’a raconté.</h1>" in house.get("/", **FRENCH)


@pytest.mark.parametrize("headers", [BROWSER, FRENCH])
def test_each_need_to_press_finds_somebody(house: House, headers: dict[str, str]) -> None:
    addresses = examples(house.get("/", **headers))
    assert len(addresses) == MAX_EXAMPLES
    for address in addresses:
        assert 'class="mentor-name"' in house.get(address, **headers), address


def test_cards_on_the_first_page_are_of_whom_search_engines_may_list(house: House) -> None:
    """That page is for search engines, too."""
    assert 'class="mentor-name"' not in house.get("/")
    house.bank.send(house.alice, house.alice.author(1, "Alice", search_engines=True))
    nora = publish(house.bank, "nora", "Nora", ENGLISH)
    house.bank.send(nora, nora.author(1, "Nora", search_engines=True))
    house.bank.clock.advance(minutes=1)
    house.bank.work()
    for headers, first in ((BROWSER, "nora"), (FRENCH, "alice")):
        shown = re.findall(r'class="p-name u-url" href="/mentors/([^"]+)"', house.get("/", **headers))
        assert shown == [first, *sorted({"alice", "nora"} - {first})]
