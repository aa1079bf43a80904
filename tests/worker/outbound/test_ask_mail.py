"""News of an ask by mail: asked for first, said once, stopped at one click, and sent by nobody but the worker.

The seeker's side is the web application, the mail server a real one on loopback.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from structlog.testing import capture_logs

from bridge.app import create_app
from bridge.asks.states import AskState
from bridge.mail_settings import MailSettings
from bridge.operations.ask_answers import answer_ask, leave_asks, write_message
from bridge.operations.stations import CALLING_STATIONS, Station
from bridge.storage.asks import ask_mails
from bridge.storage.asks.asks import Reply
from bridge.storage.core import jobs
from bridge.webhooks.service import Service
from bridge.wordpress.mail_server import MailServer
from bridge.worker import restore_detection
from bridge.worker.context import Context
from bridge.worker.loop import run_until_idle
from bridge.worker.outbound.ask_mail import send_mails
from tests.asks.mentors import add_mentors
from tests.bank.conftest import BROWSER, FRENCH
from tests.bank.test_asking import ANN, WORDS, ask, hidden, open_form, stored
from tests.conftest import NOW, Clock
from tests.lab.mail import Letters, mail_server
from tests.webhooks.conftest import service
from tests.worker.conftest import RecordingClient

__all__ = ["service"]
LEA = "lea@example.org"
pytestmark = pytest.mark.slow


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def context(service: Service, letters: Letters) -> Iterator[Context]:
    """A bank with a mail server, and its worker."""
    with mail_server(letters) as port:
        settings = MailSettings("127.0.0.1", port, "bank@bank.example", "no")
        service.config = replace(service.config, mail=settings)
        with service.database.begin() as tx:
            add_mentors(tx, ["ann", "bea", "cid", "dan", "eve"], NOW)
        yield Context(service, RecordingClient(), mailer=MailServer(settings))


@pytest.fixture
def client(service: Service, context: Context) -> FlaskClient:
    """The browser of a seeker."""
    return create_app(service).test_client()


def link(letters: Letters) -> str:
    """The way to confirm and to stop, as the newest mail has it."""
    match = re.search(r"http://127\.0\.0\.1:8000(/ask-mail/\S+)", letters.texts[-1])
    assert match
    return match[1]


def confirm(client: FlaskClient, path: str, name: str = "léa ") -> int:
    token = hidden(client.get(path, headers=BROWSER).text, "csrf_token")
    return client.post(f"{path}/confirm", data={"csrf_token": token, "first_name": name}, headers=BROWSER).status_code


def confirmed_ask(client: FlaskClient, clock: Clock, context: Context, letters: Letters) -> str:
    """An ask whose news go to Léa's address."""
    address = ask(client, clock, mail=LEA)
    send_mails(context, jobs.BANK)
    assert confirm(client, link(letters)) == 303
    return address


def answer(context: Context, clock: Clock, address: str, state: AskState = AskState.ACCEPTED) -> None:
    with context.database.begin() as tx:
        answer_ask(tx, context.vault, stored(context, address), state, Reply(words="Geheimnis"), clock.now)  # type: ignore[arg-type]


def is_waiting(context: Context) -> bool:
    with context.database.read() as tx:
        return jobs.find_plan(tx, Station.MAIL, jobs.BANK) is not None


def test_without_a_mail_server_nobody_is_asked_for_an_address(service: Service, clock: Clock) -> None:
    with service.database.begin() as tx:
        add_mentors(tx, ["ann"], NOW)
    client = create_app(service).test_client()
    assert 'name="mail"' not in client.get("/mentors/ann/ask", headers=BROWSER).text
    assert "one exception" not in client.get("/privacy", headers=BROWSER).text
    address = ask(client, clock, mail=LEA)
    assert "News by mail" not in client.get(address, headers=BROWSER).text
    with service.database.read() as tx:
        assert ask_mails.find_next_due(tx) is None


def test_an_address_is_confirmed_first_and_then_hears_that_there_is_something(
    client: FlaskClient, clock: Clock, context: Context, letters: Letters
) -> None:
    assert 'name="mail"' in client.get("/mentors/ann/ask", headers=BROWSER).text
    assert "seule exception" in client.get("/privacy", headers=FRENCH).text
    address = ask(client, clock, mail=f" {LEA}")
    assert letters.received == [], "never while somebody waits for a page"
    assert is_waiting(context)
    assert Station.MAIL in CALLING_STATIONS, "its threads wait for others"
    send_mails(context, jobs.BANK)
    ((sender, to, mail),) = letters.received
    assert (sender, to, mail["Content-Language"]) == ("bank@bank.example", [LEA], "fr")
    question = letters.texts[0]
    assert "Si c’était vous" in question
    assert "Ann" not in question
    assert address.rpartition("/")[2] not in question, "who is not asked yet does not get the key"
    way = link(letters)
    for _ in range(2):  # programs that check mails open links
        assert client.get(way, headers=BROWSER).status_code == 200
    answer(context, clock, address)
    send_mails(context, jobs.BANK)
    assert len(letters.received) == 1, "whoever has not confirmed gets nothing else"
    assert confirm(client, way, "Zoé") == 400
    assert confirm(client, way) == 303
    assert "There is an answer" not in client.get(way, headers=BROWSER).text
    with context.database.begin() as tx:
        write_message(tx, context.vault, stored(context, address), "mentor", "Geheimnis", clock.now)  # type: ignore[arg-type]
    clock.advance(hours=2)
    send_mails(context, jobs.BANK)
    assert len(letters.received) == 2
    assert f"http://127.0.0.1:8000{address}" in letters.texts[1]
    assert "Ann a écrit sur la page" in letters.texts[1]
    assert not re.search(r"Geheimnis|boulangerie|prix", "".join(letters.texts)), "never the words themselves"
    assert LEA not in client.get(address, headers=BROWSER).text + client.get(way, headers=BROWSER).text


def test_ten_lines_in_ten_minutes_are_told_of_twice_at_most(
    client: FlaskClient, clock: Clock, context: Context, letters: Letters
) -> None:
    address = confirmed_ask(client, clock, context, letters)
    clock.advance(hours=2)
    answer(context, clock, address)
    for _ in range(10):
        send_mails(context, jobs.BANK)
        clock.advance(minutes=1)
        with context.database.begin() as tx:
            write_message(tx, context.vault, stored(context, address), "mentor", "Encore.", clock.now)  # type: ignore[arg-type]
    assert len(letters.received) == 2  # the question, the answer
    clock.advance(hours=1)
    for _ in range(3):
        send_mails(context, jobs.BANK)
    assert len(letters.received) == 3


@pytest.mark.parametrize("by", ["mail program", "page", "its own page", "erasure"])
def test_no_more_mails_come_after_one_click(
    by: str, client: FlaskClient, clock: Clock, context: Context, letters: Letters
) -> None:
    address = confirmed_ask(client, clock, context, letters)
    way = link(letters)
    token = hidden(client.get(address, headers=BROWSER).text, "csrf_token")
    if by == "mail program":  # RFC 8058: no cookie, no token
        posted = create_app(context).test_client().post(way, data={"List-Unsubscribe": "One-Click"})
        assert posted.status_code == 200
    elif by == "page":
        assert client.post(way, headers=BROWSER).status_code == 200
    else:
        act = "mail" if by == "its own page" else "erase"
        assert client.post(f"{address}/{act}", data={"csrf_token": token}, headers=BROWSER).status_code == 303
    assert client.get(way, headers=BROWSER).status_code == 404
    with context.database.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM ask_mails")).scalar() == 0
    if by != "erasure":
        clock.advance(hours=2)
        answer(context, clock, address)
    send_mails(context, jobs.BANK)
    assert len(letters.received) == 1


def test_an_address_that_nobody_confirms_is_forgotten(
    client: FlaskClient, clock: Clock, context: Context, letters: Letters
) -> None:
    ask(client, clock, mail=LEA)
    send_mails(context, jobs.BANK)
    clock.advance(days=2)
    send_mails(context, jobs.BANK)
    assert client.get(link(letters), headers=BROWSER).status_code == 200
    clock.advance(days=1, seconds=1)
    assert send_mails(context, jobs.BANK) is None
    assert client.get(link(letters), headers=BROWSER).status_code == 404
    assert len(letters.received) == 1


def test_a_mail_that_is_not_taken_is_tried_again_and_nothing_is_said_of_whose_it_is(
    client: FlaskClient, clock: Clock, context: Context, letters: Letters
) -> None:
    letters.bad_day = True
    with capture_logs() as logs:
        ask(client, clock, mail=LEA)
        again = send_mails(context, jobs.BANK)
        assert again == clock.now + timedelta(minutes=5)
        letters.bad_day = False
        assert send_mails(context, jobs.BANK) == again, "not before"
        assert letters.received == []
        clock.advance(minutes=5)
        send_mails(context, jobs.BANK)
        assert len(letters.received) == 1
        context.mailer = MailServer(MailSettings("127.0.0.1", 9, "bank@bank.example", "no"))
        assert confirm(client, link(letters)) == 303
        with context.database.begin() as tx:
            leave_asks(tx, [ANN], clock.now)
        tries = 0
        while (planned := send_mails(context, jobs.BANK)) is not None:
            clock.now, tries = max(planned, clock.now), tries + 1
            assert tries < 200
        assert clock.now < NOW + timedelta(days=5), "and given up: it stands on the page"
    assert "@" not in str(logs)
    assert any(line["event"] == "mails wait" for line in logs)


def test_a_mailbox_that_is_not_there_is_forgotten(
    client: FlaskClient, clock: Clock, context: Context, letters: Letters
) -> None:
    letters.refusal = "550 no such user"
    address = ask(client, clock, mail=LEA)
    assert send_mails(context, jobs.BANK) is None
    assert "An e-mail address for news" in client.get(address, headers=BROWSER).text, "another may be left"
    token = hidden(client.get(address, headers=BROWSER).text, "csrf_token")
    letters.refusal = ""
    client.post(f"{address}/mail", data={"csrf_token": token, "mail": "lea@bücher.example"}, headers=BROWSER)
    send_mails(context, jobs.BANK)
    assert letters.received[0][1] == ["lea@xn--bcher-kva.example"]


def test_what_is_no_address_is_said_and_nothing_is_lost(client: FlaskClient, clock: Clock, context: Context) -> None:
    fields = open_form(client)
    clock.advance(seconds=30)
    wrong = {**WORDS, **fields, "mail": "lea@example.org\r\nBcc: b@example.org"}
    page = client.post("/mentors/ann/ask", data=wrong, headers=BROWSER)
    assert page.status_code == 400
    assert "typing mistake" in page.text
    assert WORDS["lives"] in page.text


def test_the_address_is_nowhere_in_the_open(
    client: FlaskClient, clock: Clock, context: Context, letters: Letters
) -> None:
    with capture_logs() as logs:
        confirmed_ask(client, clock, context, letters)
    with context.database.read() as tx:
        tables = ("asks", "ask_mails", "jobs", "call_log")
        rows = [str(row) for table in tables for row in tx.execute(text(f"SELECT * FROM {table}"))]
    assert "lea@" not in str(rows) + str(logs)


def test_after_a_backup_was_put_back_nobody_is_written_to(
    client: FlaskClient, clock: Clock, context: Context, letters: Letters
) -> None:
    address = confirmed_ask(client, clock, context, letters)
    home = context.config.home
    restore_detection.mark_restored(home, clock)  # as `bridge restore` does; this database is the backup
    restore_detection.detect_restore(context.database, home, clock)
    clock.advance(hours=2)
    answer(context, clock, address, AskState.NOT_NOW)
    run_until_idle(context)
    send_mails(context, jobs.BANK)
    assert len(letters.received) == 1, "it may have been erased since"
    assert "An e-mail address for news" in client.get(address, headers=BROWSER).text
