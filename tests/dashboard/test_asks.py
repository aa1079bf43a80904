"""A mentor's asks in the dashboard: answered in one click, by the mentor alone, and written to after a yes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from bridge.asks.openness import Openness
from bridge.asks.states import AskState
from bridge.model import AuthorKey
from bridge.storage.asks import ask_counts, ask_mentors, ask_messages, asks
from bridge.storage.asks.asks import Ask, AskTexts
from bridge.webhooks.service import Service
from tests.asks.mentors import CALLER, TEXTS, make_ask
from tests.conftest import Clock
from tests.dashboard.conftest import BROWSER, OWNER, WRITER, app, csrf, deliver, sign_in, work
from tests.peer import PeerBlog
from tests.webhooks.conftest import alice, service

__all__ = ["alice", "app", "deliver", "service", "sign_in", "work"]
MENTOR = AuthorKey("alice", "2")


@pytest.fixture
def mentor(
    service: Service,
    alice: PeerBlog,
    deliver: Callable[[PeerBlog, list[tuple[str, bytes]]], None],
    work: Callable[[], None],
    sign_in: Callable[..., FlaskClient],
) -> FlaskClient:
    """Aline, who writes on Alice's blog and takes one person at once."""
    deliver(alice, [alice.author(1, "Alice"), alice.author(2, "Aline", capacity=1)])
    work()
    return sign_in(WRITER)


def again(service: Service, ask: Ask) -> Ask:
    with service.database.read() as tx:
        now = asks.find(tx, service.vault, ask.id)
    assert now is not None
    return now


def press(browser: FlaskClient, ask: Ask, act: str, **fields: str) -> str:
    """Send a form of an ask's page; the page after it."""
    address = f"/dashboard/alice/asks/{ask.id}"
    token = csrf(browser.get(address, headers=BROWSER).text)
    answer = browser.post(f"{address}/{act}", data={"csrf_token": token, **fields}, headers=BROWSER)
    assert answer.status_code == 303
    return browser.get(address, headers=BROWSER).text


def test_an_ask_is_the_mentors_alone(
    mentor: FlaskClient, service: Service, clock: Clock, sign_in: Callable[..., FlaskClient]
) -> None:
    _, ask = make_ask(service.database, service.vault, MENTOR, clock())
    assert "Apprendre à fixer mes prix." in mentor.get("/dashboard/alice/asks", headers=BROWSER).text
    owner = sign_in(OWNER)
    assert "Apprendre" not in owner.get("/dashboard/alice/asks", headers=BROWSER).text
    assert owner.get(f"/dashboard/alice/asks/{ask.id}", headers=BROWSER).status_code == 404
    assert mentor.get(f"/dashboard/alice/asks/{'9' * 30}", headers=BROWSER).status_code == 404
    make_ask(service.database, service.vault, AuthorKey("alice", "1"), clock())
    assert "1 person asks you for mentoring" in owner.get("/dashboard/alice/overview", headers=BROWSER).text


def test_a_yes_opens_a_page_for_both_and_takes_the_place(mentor: FlaskClient, service: Service, clock: Clock) -> None:
    _, ask = make_ask(service.database, service.vault, MENTOR, clock())
    _, second = make_ask(service.database, service.vault, MENTOR, clock())
    page = press(mentor, ask, "accept", words="Avec plaisir", contact="par Signal")
    assert "What you write to each other" in page
    assert (again(service, ask).state, again(service, ask).reply.contact) == (AskState.ACCEPTED, "par Signal")
    assert "All your places are taken" in press(mentor, second, "accept")
    assert again(service, second).state is AskState.OPEN
    assert "Bonjour Léa" in press(mentor, ask, "message", text="Bonjour Léa")
    press(mentor, ask, "agreement", rhythm="tous les mardis", format="call", until="2026-09-01")
    agreed = again(service, ask)
    assert (agreed.agreement.rhythm, agreed.agreement.format) == ("tous les mardis", "call")
    assert agreed.times.until is not None
    archive = mentor.get("/dashboard/alice/settings/export.zip", headers=BROWSER).data
    taken = json.loads(zipfile.ZipFile(io.BytesIO(archive)).read("asks.json"))
    assert [item["lives"] for item in taken] == [TEXTS.lives] * 2
    assert "Bonjour Léa" in taken[-1]["messages"][0]
    press(mentor, ask, "end")
    assert again(service, ask).state is AskState.ENDED


def test_who_asked_in_writing_only_gets_no_call_and_no_contact(
    mentor: FlaskClient, service: Service, clock: Clock
) -> None:
    _, ask = make_ask(service.database, service.vault, MENTOR, clock(), in_writing=True)
    page = press(mentor, ask, "accept", contact="par téléphone")
    assert again(service, ask).reply.contact == ""
    assert 'name="format"' not in page


def test_not_now_pauses_in_the_same_click(mentor: FlaskClient, service: Service, clock: Clock) -> None:
    _, ask = make_ask(service.database, service.vault, MENTOR, clock())
    press(mentor, ask, "not-now", pause="90")
    with service.database.read() as tx:
        load = ask_mentors.get_load(tx, MENTOR)
    assert (again(service, ask).state, load.openness(clock())) == (AskState.NOT_NOW, Openness.PAUSED)
    assert load.paused_until == clock() + timedelta(days=90)
    token = csrf(mentor.get("/dashboard/alice/asks", headers=BROWSER).text)
    mentor.post("/dashboard/alice/asks/pause", data={"csrf_token": token, "pause": ""}, headers=BROWSER)
    with service.database.read() as tx:
        assert ask_mentors.get_load(tx, MENTOR).openness(clock()) is Openness.OPEN


def test_a_no_says_why(mentor: FlaskClient, service: Service, clock: Clock) -> None:
    _, ask = make_ask(service.database, service.vault, MENTOR, clock())
    assert "Choose a reason" in press(mentor, ask, "decline", reason="")
    assert again(service, ask).state is AskState.OPEN
    press(mentor, ask, "decline", reason="field")
    assert (again(service, ask).state, again(service, ask).reply.reason) == (AskState.DECLINED, "field")
    assert "has been answered or closed meanwhile" in press(mentor, ask, "accept")


def test_block_and_report_are_told_to_the_operator_alone(mentor: FlaskClient, service: Service, clock: Clock) -> None:
    _, ask = make_ask(service.database, service.vault, MENTOR, clock())
    press(mentor, ask, "report")
    press(mentor, ask, "block")
    with service.database.read() as tx:
        assert ask_mentors.is_blocked(tx, MENTOR, [CALLER], clock())
        assert [row.reported_by for row in ask_counts.list_reported(tx)] == ["mentor"]


def test_what_a_seeker_writes_is_text_and_nothing_else(mentor: FlaskClient, service: Service, clock: Clock) -> None:
    evil = AskTexts("<script>1</script>", "cherche", "", "Léa <b>", "https://lea.example")
    _, ask = make_ask(service.database, service.vault, MENTOR, clock(), texts=evil)
    page = mentor.get(f"/dashboard/alice/asks/{ask.id}", headers=BROWSER).text
    assert "<script>1" not in page
    assert 'href="https://lea.example"' not in page, "a link only after a yes"
    assert 'href="https://lea.example"' in press(mentor, ask, "accept")


def test_what_a_mentor_wrote_goes_with_them(
    mentor: FlaskClient,
    service: Service,
    clock: Clock,
    alice: PeerBlog,
    deliver: Callable[[PeerBlog, list[tuple[str, bytes]]], None],
    work: Callable[[], None],
) -> None:
    _, ask = make_ask(service.database, service.vault, MENTOR, clock())
    press(mentor, ask, "accept")
    press(mentor, ask, "message", text="Bonjour")
    deliver(alice, [alice.event("author.removed", id=2)])
    work()
    with service.database.read() as tx:
        assert ask_messages.list_by_ask(tx, service.vault, ask.id) == []
    assert again(service, ask).state is AskState.LEFT
