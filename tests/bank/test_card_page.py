"""The page of one mentor: who they are at a glance, in their own words, and how to follow them."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest

from bridge.app import create_app
from bridge.bank_settings import Contact
from bridge.mentors.skills import bundled_skills
from bridge.pages.person_marks import GROUNDS, ground, initials
from bridge.webhooks.service import Service
from tests.bank.conftest import BROWSER, FRENCH, House
from tests.bank.test_pages import declare, seen


def head(page: str) -> str:
    """What stands above the columns."""
    return page.split("<h1")[1].split('class="card-columns"')[0]


def test_the_line_under_the_name_says_where_in_which_languages_how_and_for_how_many(house: House) -> None:
    event, body = house.alice.author(1, "Alice")
    data = json.loads(body)
    data["data"] |= {"languages": ["en-CA"], "declared": {"region": "Gaspésie", "capacity": 2, "formats": ["appel"]}}
    house.bank.send(house.alice, (event, json.dumps(data).encode()))
    house.bank.clock.advance(minutes=1)
    house.bank.work()
    line = html.unescape(house.get("/mentors/alice")).split('class="facts-line')[1].split("</ul>")[0]
    assert re.findall(r"<li[^>]*>([^<]+)", line)[:4] == ["Gaspésie", "English and French", "2 people at once", "appel"]
    listed = html.unescape(house.client.get("/mentors", headers=FRENCH).text)
    assert "anglais et français" in listed
    assert "2 personnes à la fois" in listed


def test_a_sentence_the_author_chose_comes_first_and_once(house: House) -> None:
    assert "<blockquote" not in head(house.get("/mentors/alice"))
    declare(house)
    page = html.unescape(house.get("/mentors/alice"))
    assert house.quoted in head(page)
    assert house.from_post in head(page)
    assert page.count(f">{house.quoted}<") == 1


def test_what_somebody_offers_is_a_sentence_whose_words_can_be_looked_for(house: House) -> None:
    declare(house)
    sentence = head(html.unescape(house.get("/mentors/alice")))
    assert "Alice can help you with:" in seen(sentence)
    assert re.search(r'href="/mentors\?need=la\+tr%C3%A9sorerie">la trésorerie<', sentence)


def test_a_blog_is_followed_in_words_and_a_link_is_copied(house: House) -> None:
    page = house.client.get("/mentors/alice", headers=FRENCH).text
    assert '<a class="btn btn-outline-secondary" href="https://alice.example/feed/">Suivre ce blogue</a>' in page
    assert "Suivre seulement ce qu’écrit Alice" in page
    assert re.search(r'data-copy="http[^"]+/mentors/alice"[^>]* hidden>', page)


def test_a_mark_has_the_first_and_the_last_initial_and_stays(house: House) -> None:
    names = {"Karim Benali": "KB", "Élise de la Roche": "ÉR", "admin": "A", "« Zoé »": "Z", "李 明": "李明", "42 !": ""}
    assert {name: initials(name) for name in names} == names
    assert {ground(skill.id) for skill in bundled_skills()} == set(range(GROUNDS))
    mark = f'<span class="mark mark-{ground("alice")}" aria-hidden="true">A</span>'
    for address in ("/mentors/alice", "/mentors", "/mentors?need=facture"):
        assert mark in house.get(address), address


@pytest.mark.parametrize(
    ("contact", "way"),
    [
        (
            "us@bank.example",
            r"mailto:us@bank\.example\?subject=Report[^\"]+/mentors/alice&amp;body=[^\"]+bridge%20author%20hide%20[^\"]+/mentors/alice[^\"]+",
        ),
        ("https://b.example/x", None),
    ],
)
def test_a_card_is_reported_to_whoever_runs_the_bank(
    house: House, service: Service, contact: str, way: str | None
) -> None:
    assert "Report this card" not in house.get("/mentors/alice"), "nobody to report it to"
    object.__setattr__(service.config, "bank", replace(service.config.bank, contact=Contact(contact)))
    page = create_app(service).test_client().get("/mentors/alice", headers=BROWSER).text
    assert re.search(rf'href="{way or re.escape(contact)}">Report this card<', page)


@pytest.mark.slow
def test_a_card_names_where_else_its_author_is_followed_until_they_withdraw(house: House) -> None:
    def said(**declared: str) -> str:
        house.bank.send(house.alice, house.alice.author(1, "Alice", **declared))
        house.bank.clock.advance(minutes=1)
        house.bank.work()
        return head(house.get("/mentors/alice"))

    assert 'rel="me"' not in said()
    named = said(fediverse="@alice@alice.example", newsletter="https://alice.example/lettre/")
    assert re.search(r'rel="me" [^>]*href="https://alice.example/@alice"><bdi>@alice@alice.example<', named)
    assert re.search(r'rel="me" href="https://alice.example/lettre/"', named)
    french = house.client.get("/mentors/alice", headers=FRENCH).text
    assert "Dans le Fédivers" in french
    assert "Infolettre de ce blogue" in french
    assert "alice@" not in house.get("/mentors/bob")
    wrong = said(fediverse="alice@alice.example", newsletter="https://letters.example/alice")
    assert 'rel="me"' not in wrong
    assert "letters.example" not in wrong
    said(fediverse="@alice@alice.example")
    house.leaves(house.alice)
    assert house.client.get("/mentors/alice", headers=BROWSER).status_code == 410
    with house.bank.database.read() as tx:
        documents = tx.exec_driver_sql("SELECT declared FROM authors WHERE blog_id = 'alice'").all()
    assert documents == [], "nothing of it is held"
