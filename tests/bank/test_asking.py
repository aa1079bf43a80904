"""A seeker without an account asks, reads the answer at a secret address, and erases everything."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from bridge.app import create_app
from bridge.asks.help_lines import help_lines
from bridge.asks.states import AskState
from bridge.bank import asking
from bridge.bank_settings import BankSettings
from bridge.errors import StorageUnavailable
from bridge.model import AuthorKey
from bridge.operations.ask_answers import answer_ask, block_seeker, pause_asks, write_message
from bridge.pages.languages import LANGUAGE_COOKIE
from bridge.storage.asks import asks
from bridge.storage.asks.asks import Ask, Reply
from bridge.storage.bank import cards
from bridge.storage.people import sessions
from bridge.storage.people.sessions import Person
from bridge.text.crisis import speaks_of_crisis
from bridge.webhooks.service import Service
from bridge.worker.context import Context
from bridge.worker.loop import run_until_idle
from tests.asks.mentors import add_mentors
from tests.bank.conftest import BROWSER, FRENCH
from tests.conftest import NOW, Clock
from tests.webhooks.conftest import service
from tests.worker.conftest import RecordingClient

__all__ = ["service"]
ANN = AuthorKey("ann", "1")
WORDS = {
    "lives": "Je reprends une boulangerie.",
    "seeks": "Fixer mes prix sans peur.",
    "gives": "Des photos.",
    "first_name": "Léa",
    "blog": "https://lea.example",
    "language": "fr",
}


@pytest.fixture
def client(service: Service) -> FlaskClient:
    """A bank of five mentors, and a browser that is signed in nowhere."""
    with service.database.begin() as tx:
        add_mentors(tx, ["ann", "bea", "cid", "dan", "eve"], NOW)
    return create_app(service).test_client()


def hidden(page: str, name: str) -> str:
    """A hidden field of a form."""
    match = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert match, name
    return unescape(match[1])


def open_form(client: FlaskClient) -> dict[str, str]:
    page = client.get("/mentors/ann/ask", headers=BROWSER).text
    return {name: hidden(page, name) for name in ("csrf_token", "opened")}


def ask(client: FlaskClient, clock: Clock, **words: str) -> str:
    """Ask Ann; the address of the seeker's page."""
    fields = open_form(client)
    clock.advance(seconds=30)
    answer = client.post("/mentors/ann/ask", data={**WORDS, **words, **fields}, headers=BROWSER)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("?")[0]


def refused(client: FlaskClient, clock: Clock, **words: str) -> str:
    """Ask Ann who takes nothing more from there: the page that says so, and not why."""
    fields = open_form(client)
    clock.advance(seconds=30)
    answer = client.post("/mentors/ann/ask", data={**WORDS, **words, **fields}, headers=BROWSER)
    assert (answer.status_code, "takes no new asks at the moment" in answer.text) == (400, True)
    return answer.text


def stored(service: Service, address: str) -> Ask:
    with service.database.read() as tx:
        found = asks.find_by_token(tx, service.vault, address.rpartition("/")[2])
    assert found is not None
    return found


def press(client: FlaskClient, address: str, act: str, **fields: str) -> str:
    """Send a form of the seeker's page; the page after it."""
    token = hidden(client.get(address, headers=BROWSER).text, "csrf_token")
    answer = client.post(f"{address}/{act}", data={"csrf_token": token, **fields}, headers=BROWSER)
    assert answer.status_code == 303
    return client.get(answer.headers["Location"], headers=BROWSER).text


def test_from_a_card_to_a_yes_and_to_nothing_left(client: FlaskClient, service: Service, clock: Clock) -> None:
    card = client.get("/mentors/ann", headers=BROWSER).text
    assert 'href="/mentors/ann/ask"' in card
    address = ask(client, clock)
    seen = client.get(address, headers=BROWSER)
    assert "Fixer mes prix sans peur." in seen.text
    assert (seen.headers["Cache-Control"], seen.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    mine = stored(service, address)
    with service.database.begin() as tx:
        answer_ask(tx, service.vault, mine, AskState.ACCEPTED, Reply("", "Volontiers.", "le vendredi au 555"), clock())
        write_message(tx, service.vault, mine, "mentor", "Par où commencer ?", clock())
    page = client.get(address, headers=BROWSER).text
    assert all(text in page for text in ("Volontiers.", "le vendredi au 555", "Par où commencer ?"))
    page = press(client, address, "message", text="Par le prix du pain.")
    assert "Par le prix du pain." in page
    page = press(client, address, "agreement", seeker_goal="Une grille de prix", until="2026-06-30", format="call")
    assert 'value="Une grille de prix"' in page
    assert 'value="2026-06-30"' in page
    feed = client.get(f"{address}.atom", headers=BROWSER)
    assert feed.text.count("<entry") == 3
    assert "Par où commencer" not in feed.text, "a feed reader is told that there is something, not what"
    press(client, address, "erase")
    assert client.get(address, headers=BROWSER).status_code == 404
    assert client.get(f"{address}.atom", headers=BROWSER).status_code == 404


def test_the_seeker_reads_a_no_at_once_and_whom_to_ask_instead(
    client: FlaskClient, service: Service, clock: Clock
) -> None:
    address = ask(client, clock)
    with service.database.begin() as tx:
        answer_ask(tx, service.vault, stored(service, address), AskState.DECLINED, Reply("time"), clock())
    french = client.get(f"{address}?lang=fr", headers=FRENCH).text
    assert "Je ne peux pas y consacrer le temps que cela mérite." in french
    run_until_idle(Context(service, RecordingClient()))
    page = client.get(f"{address}?lang=fr", headers=FRENCH).text
    assert page.count("et accepte des demandes.") == 3
    client.delete_cookie(LANGUAGE_COOKIE)


def test_who_is_full_or_pauses_says_so_and_is_not_asked(client: FlaskClient, service: Service, clock: Clock) -> None:
    fields = open_form(client)
    clock.advance(seconds=30)
    with service.database.begin() as tx:
        pause_asks(tx, ANN, NOW + timedelta(days=30))
    card = client.get("/mentors/ann", headers=BROWSER).text
    assert "Ann takes no new asks until June 3, 2026." in card
    assert "/mentors/ann/ask" not in card
    refused = client.post("/mentors/ann/ask", data={**WORDS, **fields}, headers=BROWSER)
    assert refused.status_code == 400
    assert "until June 3, 2026" in refused.text
    with service.database.begin() as tx:
        pause_asks(tx, ANN, None)
    for _ in range(2):
        accepted = stored(service, ask(client, clock))
        with service.database.begin() as tx:
            answer_ask(tx, service.vault, accepted, AskState.ACCEPTED, Reply(), clock())
    assert "Ann has no free place now." in client.get("/mentors/ann", headers=BROWSER).text


@pytest.mark.parametrize("seconds", [1, 13 * 3600])
def test_what_no_person_types_is_not_taken_and_no_word_is_lost(
    seconds: int, client: FlaskClient, service: Service, clock: Clock
) -> None:
    fields = open_form(client)
    clock.advance(seconds=seconds)
    refused = client.post("/mentors/ann/ask", data={**WORDS, **fields}, headers=BROWSER)
    assert refused.status_code == 400
    assert "Je reprends une boulangerie." in refused.text
    again = {name: hidden(refused.text, name) for name in ("csrf_token", "opened")}
    clock.advance(seconds=10)
    assert client.post("/mentors/ann/ask", data={**WORDS, **again}, headers=BROWSER).status_code == 303
    forged = {**again, "opened": "1." + "0" * 32}
    assert client.post("/mentors/ann/ask", data={**WORDS, **forged}, headers=BROWSER).status_code == 400
    assert client.post("/mentors/ann/ask", data=WORDS, headers=BROWSER).status_code == 400, "a form of another site"


def test_a_reader_of_another_blog_comes_to_the_form_of_whoever_stands_under_the_post(
    client: FlaskClient, service: Service
) -> None:
    assert client.get("/ask/ann/1", headers=BROWSER).headers["Location"] == "/mentors/ann/ask"
    with service.database.begin() as tx:
        cards.mark_gone(tx, "ann", "1")
    assert [client.get(f"/ask/{key}", headers=BROWSER).status_code for key in ("ann/1", "ann/%00", "ann/%2E")] == [
        404
    ] * 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no matter of storage
def test_a_bank_with_an_age_takes_asks_of_whoever_says_they_have_it(service: Service, clock: Clock) -> None:
    with service.database.begin() as tx:
        add_mentors(tx, ["ann"], NOW)
    assert 'id="of_age"' not in create_app(service).test_client().get("/mentors/ann/ask", headers=BROWSER).text
    object.__setattr__(service.config, "bank", BankSettings(minimum_age=16))
    client = create_app(service).test_client()
    assert "J’ai 16 ans ou plus" in client.get("/mentors/ann/ask", headers=FRENCH).text
    client.delete_cookie(LANGUAGE_COOKIE)
    fields = open_form(client)
    clock.advance(seconds=30)
    refused = client.post("/mentors/ann/ask", data={**WORDS, "in_writing": "yes", **fields}, headers=BROWSER)
    assert (refused.status_code, "whoever asks is 16 or older" in refused.text) == (400, True)
    assert 'id="in_writing" name="in_writing" value="yes" checked' in refused.text, "no wish is lost"
    assert "Je reprends une boulangerie." in refused.text
    assert stored(service, ask(client, clock, of_age="yes")).texts.first_name == "Léa"


def test_nobody_is_written_to_by_the_way_of_an_ask(client: FlaskClient, service: Service, clock: Clock) -> None:
    address = ask(client, clock, seeks="Mes prix. Écrivez à lea@exemple.org ce soir.")
    assert "@" not in repr(stored(service, address).texts)
    with service.database.begin() as tx:
        block_seeker(tx, stored(service, address), clock())
    assert "blocked" not in refused(client, clock)


def test_words_of_a_crisis_lead_to_whoever_answers_now(client: FlaskClient, clock: Clock) -> None:
    plain, urgent = ask(client, clock), ask(client, clock, lives="Je n’ai plus envie de vivre depuis la faillite.")
    assert "3114" not in client.get(plain, headers=BROWSER).text
    assert "3114" in client.get(urgent, headers=BROWSER).text
    lines = client.get("/help-lines?lang=en", headers=BROWSER).text
    assert all(line.number in lines for line in help_lines())
    assert "Canada (QC)" in lines


@pytest.mark.parametrize(
    ("text", "crisis"),
    [
        ("J’ai des IDÉES NOIRES", True),
        ("I want to  die", True),
        ("pensées suicidaires", True),
        ("en finir avec les impayés", False),
        ("my deadline kills me", False),
        ("me tuerais", False),
    ],
)
def test_a_crisis_is_told_from_figures_of_speech(text: str, crisis: bool) -> None:
    assert speaks_of_crisis(text) is crisis


def test_an_ask_that_is_not_there_is_not_there(client: FlaskClient, clock: Clock) -> None:
    address = ask(client, clock)
    assert client.get("/asks/guessed", headers=BROWSER).status_code == 404
    assert client.get("/asks/%00", headers=BROWSER).status_code == 404
    token = hidden(client.get(address, headers=BROWSER).text, "csrf_token")
    assert client.post(f"{address}/fly", data={"csrf_token": token}, headers=BROWSER).status_code == 404
    assert client.post(f"{address}/end", headers=BROWSER).status_code == 400


def test_each_household_and_the_bank_have_their_limits() -> None:
    assert [limit.amount for limit in asking.ADDRESS_LIMITS] == [5, 10]


def test_no_log_holds_the_secret_of_an_ask(
    client: FlaskClient, service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ask(client, clock)

    def away() -> None:
        raise StorageUnavailable("away", 5)

    monkeypatch.setattr(service.database, "read", away)
    with capture_logs() as lines:
        assert client.get(address, headers=BROWSER).status_code == 503
    assert lines
    assert address.rpartition("/")[2] not in repr(lines)


def sign_in(client: FlaskClient, service: Service, clock: Clock, blog: str) -> None:
    """An author comes from their wp-admin."""
    with service.database.begin() as tx:
        token = sessions.record_link(tx, Person(blog, "1", "author", False, blog.title()), clock())
    assert client.get(f"/sign-in?token={token}", headers=BROWSER).status_code == 303


def read_as_ann(service: Service, clock: Clock, address: str) -> str:
    """The ask as Ann reads it."""
    ann = create_app(service).test_client()
    sign_in(ann, service, clock, "ann")
    return ann.get(f"/dashboard/ann/asks/{stored(service, address).id}", headers=BROWSER).text


def test_the_card_of_an_author_who_is_signed_in_goes_along(client: FlaskClient, service: Service, clock: Clock) -> None:
    assert 'name="card"' not in client.get("/mentors/ann/ask", headers=BROWSER).text
    sign_in(client, service, clock, "bea")
    page = client.get("/mentors/ann/ask", headers=BROWSER).text
    assert '<option value="bea">' in page
    assert '<option value="cid">' not in page
    assert '<option value="bea">' not in client.get("/mentors/bea/ask", headers=BROWSER).text
    assert 'href="/mentors/bea"' in read_as_ann(service, clock, ask(client, clock, card="bea"))
    assert 'href="/mentors/bea"' not in read_as_ann(service, clock, ask(client, clock))


def test_nobody_sends_the_card_of_somebody_else(client: FlaskClient, service: Service, clock: Clock) -> None:
    stranger = ask(client, clock, card="bea", card_blog="bea", card_author="1")
    assert 'href="/mentors/bea"' not in read_as_ann(service, clock, stranger)
    sign_in(client, service, clock, "cid")
    assert 'href="/mentors/bea"' not in read_as_ann(service, clock, ask(client, clock, card="bea"))
    with service.database.begin() as tx:
        sessions.delete_by_users(tx, "cid", ["1"])
    assert 'href="/mentors/cid"' not in read_as_ann(service, clock, ask(client, clock, card="cid"))


def test_whoever_has_left_is_named_in_nothing_that_a_mentor_keeps(
    client: FlaskClient, service: Service, clock: Clock
) -> None:
    sign_in(client, service, clock, "bea")
    address = ask(client, clock, card="bea")
    with service.database.begin() as tx:
        cards.mark_gone(tx, "bea", "1")
    assert 'href="/mentors/bea"' not in read_as_ann(service, clock, address)
    ann = create_app(service).test_client()
    sign_in(ann, service, clock, "ann")
    archive = ZipFile(BytesIO(ann.get("/dashboard/ann/settings/export.zip", headers=BROWSER).data))
    texts = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert stored(service, address).texts.lives in texts, "what was written is there"
    assert "card_" not in texts


def test_a_block_holds_for_an_author_from_wherever_they_come(
    client: FlaskClient, service: Service, clock: Clock
) -> None:
    sign_in(client, service, clock, "bea")
    address = ask(client, clock, card="bea")
    with service.database.begin() as tx:
        block_seeker(tx, stored(service, address), clock())
    elsewhere = create_app(service).test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert ask(elsewhere, clock), "somebody else from there"
    sign_in(elsewhere, service, clock, "bea")
    for card in ("", "bea"):
        refused(elsewhere, clock, card=card)
