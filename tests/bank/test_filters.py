"""Narrowing a list down: closed lists in the reader's language with counts, and a way back from each of them."""

from __future__ import annotations

import html
import json
import re

import pytest

from tests.bank.conftest import BROWSER, FRENCH, House
from tests.bank.test_pages import seen
from tests.peer import PeerBlog


def says(house: House, peer: PeerBlog, **declared: object) -> None:
    """A mentor declares something of themself."""
    event, body = peer.author(1, peer.blog_id.title())
    data = json.loads(body)
    data["data"]["declared"] = declared
    house.bank.send(peer, (event, json.dumps(data).encode()))


@pytest.fixture
def both(house: House) -> House:
    """Alice and Bob say the same in two languages, and differ in one thing."""
    says(house, house.alice, stage="établie", formats=["appel", "courriel"], availability="En soirée", region="Estrie")
    says(house, house.bob, stage="Ten years", formats=["by phone"], availability="Any morning", region="estrie, QC")
    house.bank.clock.advance(minutes=1)
    house.bank.work()
    return house


def options(page: str, name: str) -> list[str]:
    """What can be chosen."""
    choice = page.split(f'name="{name}">')[1].split("</select>")[0]
    return [html.unescape(label) for label in re.findall(r"<option[^>]*>([^<]+)", choice)][1:]


def shown(page: str) -> set[str]:
    """Who is in the list."""
    return set(re.findall(r'class="p-name u-url" href="/mentors/([^"]+)"', page))


def test_what_authors_write_is_chosen_from_closed_lists_with_counts(both: House) -> None:
    page = both.client.get("/mentors", headers=FRENCH).text
    assert options(page, "stage") == ["établie ou établi (2)"]
    assert options(page, "format") == ["par téléphone (2)", "par écrit (1)"]
    assert options(page, "availability") == ["en journée (1)", "en soirée (1)"]
    assert options(page, "region") == ["Estrie (2)"]
    assert options(both.get("/mentors"), "stage") == ["established (2)"]


def test_a_kind_finds_who_wrote_it_in_whichever_words(both: House) -> None:
    assert shown(both.get("/mentors?stage=established&format=call&region=Estrie")) == {"alice", "bob"}
    assert shown(both.get("/mentors?format=written")) == {"alice"}
    assert shown(both.get("/mentors?availability=day")) == {"bob"}
    assert shown(both.get("/mentors?stage=établie")) == {"alice", "bob"}, "an address from before there were kinds"
    assert both.client.get("/api/v1/mentors?format=written").get_json()["total"] == 1
    assert "Ten years" in both.get("/mentors/bob"), "what is shown are their own words"


def test_who_wants_it_in_writing_only_finds_whoever_promises_that(both: House) -> None:
    says(both, both.alice, formats=["courriel", "lettres"])
    says(both, both.bob, formats=["by e-mail", "walks"])
    both.bank.work()
    page = both.client.get("/mentors?format=written-only", headers=FRENCH).text
    assert options(page, "format") == ["par écrit (2)", "en personne (1)", "par écrit seulement (1)"]
    assert shown(page) == {"alice"}
    assert "par écrit seulement" in page.split('class="tags chips"')[1].split("</ul>")[0]
    assert both.client.get("/api/v1/mentors?format=written-only").get_json()["total"] == 1
    assert 'id="in_writing"' not in both.get("/mentors/alice/ask"), "no choice: the page of the ask keeps to it"
    assert 'id="in_writing"' in both.get("/mentors/bob/ask")


def test_each_filter_in_force_can_be_taken_off(both: House) -> None:
    page = both.client.get("/mentors?need=facture&format=written&region=Estrie&personal=1", headers=FRENCH).text
    chips = page.split('class="tags chips"')[1].split("</ul>")[0]
    assert re.findall(r'<span dir="auto">([^<]+)', chips) == ["Estrie", "par écrit", "raconte son vécu"]
    ways = [html.unescape(way) for way in re.findall(r'href="([^"]+)"', chips)]
    assert ways[1] == "/mentors?need=facture&region=Estrie&personal=1"
    assert 'class="tags chips"' not in both.get("/mentors?need=facture")


def test_a_choice_waits_for_its_button(both: House) -> None:
    """WCAG 3.2.2: nothing is sent by choosing."""
    page = both.get("/mentors")
    form = page.split('<form class="filters"')[1].split("</form>")[0]
    assert "Show these mentors" in form


def test_who_finds_nobody_hears_what_there_is(both: House) -> None:
    page = both.get("/mentors?region=Estrie&format=video")
    assert "Nobody fits all of this. Without the filters there are 2 mentors." in seen(page)
    assert re.search(r'href="/skills/[^"]+"', page.split('id="starts"')[1])
    assert re.search(r'href="/skills/[^"]+"', both.get("/mentors?need=xylophone", **BROWSER).split("<main")[1])
