"""Is that you? What an author answers about their card, as the bank, its API, searches and other blogs then show it."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile

import pytest
from flask.testing import FlaskClient

from bridge.mentors.corrections import MAX_STRUCK_WORDS
from bridge.model import AuthorKey
from bridge.storage.blogs import blogs
from bridge.storage.matching import card_corrections, pairing, profiles, skills
from bridge.webhooks.service import Service
from bridge.worker.outbound.list_wording import compile_objects
from tests.dashboard.conftest import BROWSER, GUEST, OTHER, OWNER, WRITER
from tests.dashboard.test_pages import HOME, Enter, Work, press
from tests.peer import PeerBlog

pytestmark = pytest.mark.slow

ALICE = AuthorKey("alice", "1")
FRENCH = {**BROWSER, "Accept-Language": "fr-CA"}


def inferred(service: Service) -> list[str]:
    with service.database.read() as tx:
        return pairing.list_inferred_skills(tx, ALICE)


def label_of(service: Service, skill: str, language: str = "en") -> str:
    with service.database.read() as tx:
        return skills.list_labels(tx, [skill], language)[skill]


def chips(page: str) -> dict[str, int]:
    """The skills to begin with, and how many mentors each is said to be offered by."""
    return {
        skill: int(count) for skill, count in re.findall(r'href="/skills/([^"]+)">[^<]*</a> <span[^>]*>(\d+)<', page)
    }


def said_of_alice(browser: FlaskClient, service: Service, skill: str) -> dict[str, bool]:
    """Where it is said that she has a skill."""
    label = label_of(service, skill)
    card = browser.get("/api/v1/mentors/alice").get_json()
    offering = browser.get(f"/api/v1/mentors?skill={skill}").get_json()["mentors"]
    found = browser.get("/api/v1/search", query_string={"need": label, "limit": 50}).get_json()
    both = len(offering) + ("alice" not in [mentor["slug"] for mentor in offering])
    with service.database.read() as tx:
        pushed = str(compile_objects(tx, blogs.get(tx, "bob")))
        offered = pairing.find(tx, ALICE)
    return {
        "card": f"/skills/{skill}" in browser.get("/mentors/alice", headers=BROWSER).text,
        "API": skill in [offer["id"] for offer in card["skills"]],
        "page of the skill": "/mentors/alice" in browser.get(f"/skills/{skill}", headers=BROWSER).text,
        "filter": "alice" in [mentor["slug"] for mentor in offering],
        "home page": chips(browser.get("/", headers=BROWSER).text).get(skill, 0) == both,
        "search": "alice" in [mentor["slug"] for mentor in found["mentors"] + found["newcomers"]],
        "pairings": offered is not None and skill in offered.offers,
        "pushes": label in pushed,
    }


def test_no_is_heeded_everywhere_at_once_and_remembered(
    sign_in: Enter, house: PeerBlog, service: Service, work: Work
) -> None:
    alice = sign_in(OWNER)
    skill = inferred(service)[0]
    label = label_of(service, skill)
    assert all(value for place, value in said_of_alice(alice, service, skill).items() if place != "pushes")
    page = html.unescape(alice.get(f"{HOME}/card", headers=BROWSER).text)
    assert "Is that you?" in page
    assert label.casefold() in page.casefold()
    assert "Est-ce bien vous" in alice.get(f"{HOME}/card?lang=fr", headers=FRENCH).text
    alice.get(f"{HOME}/card?lang=en", headers=BROWSER)
    assert press(alice, "card/skill", page="card", skill=skill, answer="refused") == 303
    assert not any(said_of_alice(alice, service, skill).values()), "before anything was worked out anew"
    work()
    assert not any(said_of_alice(alice, service, skill).values())
    assert "You said no" in alice.get(f"{HOME}/card", headers=BROWSER).text
    assert press(alice, "card/skill", page="card", skill=skill, answer="undo") == 303
    work()
    assert said_of_alice(alice, service, skill)["card"]


def test_yes_counts_as_declared(sign_in: Enter, house: PeerBlog, service: Service, work: Work) -> None:
    alice = sign_in(OWNER)
    skill = inferred(service)[-1]
    label = label_of(service, skill)

    def known_about() -> list[str]:
        page = alice.get("/mentors/alice", headers=BROWSER).text
        data = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
        return list(data["mainEntity"]["knowsAbout"])

    def declared() -> bool:
        offers = alice.get("/api/v1/mentors/alice").get_json()["skills"]
        return next(bool(offer["declared"]) for offer in offers if offer["id"] == skill)

    assert not declared()
    assert known_about() == [], "machines are told what its author says, not what was read"
    assert press(alice, "card/skill", page="card", skill=skill, answer="confirmed") == 303
    assert declared()
    work()
    assert declared()
    assert known_about() == [label]
    text = alice.get("/mentors/alice", headers=BROWSER).text
    assert f"/skills/{skill}" in text.split('id="offers"')[1].split('id="written"')[0]
    with service.database.read() as tx:
        side = pairing.find(tx, ALICE)
    assert side is not None
    assert side.offers[skill] >= 0.5


def test_only_the_author_answers_and_only_what_is_asked(sign_in: Enter, house: PeerBlog, service: Service) -> None:
    skill = inferred(service)[0]
    alice = sign_in(OWNER)
    for fields in (
        {"skill": "no-such-skill", "answer": "confirmed"},
        {"skill": "archery", "answer": "refused"},
        {"skill": skill, "answer": "maybe"},
        {"skill": skill, "answer": "undo"},
    ):
        assert press(alice, "card/skill", page="card", **fields) == 404, fields
    assert alice.post(f"{HOME}/card/skill", data={"skill": skill, "answer": "refused"}).status_code == 400
    for person in (GUEST, OTHER):
        browser = sign_in(person)
        for path in ("card/skill", "card/word"):
            data = {"skill": skill, "answer": "refused", "word": "x", "act": "strike"}
            assert browser.post(f"{HOME}/{path}", data=data, headers=BROWSER).status_code == 404
    aline = sign_in(WRITER)
    press(aline, "card/word", page="card", word="trésorerie", act="strike")
    with service.database.read() as tx:
        assert card_corrections.list_by_author(tx, ALICE) == []
        assert [row.value for row in card_corrections.list_by_author(tx, AuthorKey("alice", "2"))] == ["tresorerie"]


def words_of_alice(browser: FlaskClient, service: Service) -> str:
    """All words by which she is shown: on her card and row, and the reasons for her in lists and pushes."""
    card = browser.get("/api/v1/mentors/alice").get_json()
    near = browser.get("/api/v1/mentors/bob/related").get_json()["mentors"]
    texts: list[object] = [card["profile"]]
    texts += [[one["themes"], one["shared"]] for one in near if one["slug"] == "alice"]
    texts += [one["shared"] for one in browser.get("/api/v1/mentors/alice/related").get_json()["mentors"]]
    with service.database.read() as tx:
        pushed = [shown for made in compile_objects(tx, blogs.get(tx, "bob")) for shown in made.mentors]
    texts += [[shown.why, shown.topics] for shown in pushed if shown.name == "Alice"]
    page = browser.get("/mentors/alice", headers=BROWSER).text
    themes = page.partition('id="themes"')[2].partition("</section>")[0]
    return html.unescape(f"{texts} {themes}").casefold()


def test_a_struck_word_never_returns_and_is_no_reason_any_more(
    sign_in: Enter, house: PeerBlog, service: Service, work: Work
) -> None:
    alice = sign_in(OWNER)
    with service.database.read() as tx:
        bob = profiles.list_by_blog(tx, "bob", "1")[0].key.id
        line = profiles.list_related(tx, bob)[0]
    word = line.reason.topics[0]
    assert word.casefold() in words_of_alice(alice, service)
    assert press(alice, "card/word", page="card", word=word, act="strike") == 303
    for _ in range(2):
        assert not re.search(rf"\b{re.escape(word)}\b", words_of_alice(alice, service))
        found = alice.get("/api/v1/search", query_string={"need": word}).get_json()["mentors"]
        why = [mentor["why"] for mentor in found if mentor["slug"] == "alice"]
        assert [(one["votes"], one["words"]) for one in why] in ([], [(0, [])]), "by a skill of that name, if at all"
        page = alice.get(f"{HOME}/card", headers=BROWSER).text
        assert f'<s dir="auto" class="theme-word">{word}</s>' in page
        assert f'<span dir="auto" class="theme-word">{word}</span>' not in page
        work()
    assert press(alice, "card/word", page="card", word=word, act="undo") == 303
    work()
    assert word.casefold() in words_of_alice(alice, service)


def test_words_of_ones_own_come_first_on_the_card(
    sign_in: Enter, house: PeerBlog, service: Service, work: Work
) -> None:
    alice = sign_in(OWNER)
    for text in ("apiculture urbaine", "Miel <b>", "https://spam.example", "miel", "ruches", "cire"):
        assert press(alice, "card/word", page="card", word=text, act="add") == 303
    work()
    card = alice.get("/api/v1/mentors/alice").get_json()
    assert [theme["word"] for theme in card["profile"]][:3] == ["apiculture urbaine", "miel", "ruches"]
    assert alice.get("/api/v1/mentors").get_json()["mentors"][0]["themes"] != []
    page = alice.get(f"{HOME}/card", headers=BROWSER).text
    assert "spam" not in page
    assert 'name="act" value="add"' not in page, "three are enough"
    assert press(alice, "card/word", page="card", word="miel", act="undo") == 303
    assert "miel" not in alice.get("/mentors/alice", headers=BROWSER).text
    assert 'name="act" value="add"' in alice.get(f"{HOME}/card", headers=BROWSER).text


def test_a_card_loses_so_many_words_and_no_more(sign_in: Enter, house: PeerBlog, service: Service) -> None:
    alice = sign_in(OWNER)
    for number in range(MAX_STRUCK_WORDS + 2):
        press(alice, "card/word", page="card", word=f"mot{number}x", act="strike")
    with service.database.read() as tx:
        assert len(card_corrections.get_by_author(tx, ALICE).struck) == MAX_STRUCK_WORDS


def test_what_was_corrected_is_taken_along_and_erased_with_the_author(
    sign_in: Enter, house: PeerBlog, service: Service, work: Work
) -> None:
    alice = sign_in(OWNER)
    skill = inferred(service)[0]
    press(alice, "card/skill", page="card", skill=skill, answer="refused")
    press(alice, "card/word", page="card", word="acompte", act="strike")
    with zipfile.ZipFile(io.BytesIO(alice.get(f"{HOME}/settings/export.zip").data)) as archive:
        told = json.loads(archive.read("corrections.json"))
    assert {(row["kind"], row["value"], row["verdict"]) for row in told} == {
        ("skill", skill, "refused"),
        ("word", "acompte", "refused"),
    }
    press(alice, "settings/erase", sure="yes")
    work()
    with service.database.read() as tx:
        assert card_corrections.list_by_author(tx, ALICE) == []
