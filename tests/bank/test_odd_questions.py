"""What is asked in an odd way, of a bank with little in it: an answer, never an alarm."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from limits import RateLimitItemPerHour

from bridge.app import create_app
from bridge.bank import rate_limits
from bridge.config import Config
from bridge.runtime import build_runtime
from bridge.webhooks.service import Service
from bridge.worker.matching import epoch
from tests.bank.conftest import BROWSER, FRENCH, House, publish
from tests.lab.odd_values import ODD_LANGUAGES
from tests.lab.texts import CASH
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow

QUERY_LANGUAGES = ('fr" OR "a', "fr' | 'x", "fr*", "fr:", "NEAR(a b)", "fr\0", "-fr", "%", "_", "fr);--", "a.b", "^fr")
WITH_NEED = ("/mentors?", "/mentors.atom?", "/mentors.opml?", "/api/v1/search?")
OTHERS = (
    "/",
    "/connect",
    "/mentors",
    "/skills",
    "/mentors.atom",
    "/mentors.opml",
    "/sitemap.xml",
    "/robots.txt",
    "/api/",
    "/api/v1/mentors",
    "/api/v1/skills",
    "/api/openapi.json",
    "/metrics",
    "/healthz",
    "/readyz",
)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks too often."""
    monkeypatch.setattr(rate_limits, "API_CALL_LIMIT", RateLimitItemPerHour(10_000))


@pytest.mark.usefixtures("unhurried")
def test_no_language_reaches_a_query_as_words_of_its_own(house: House) -> None:
    """FTS5 and tsquery have a grammar, of which a filter must not be a part."""
    for language in (*ODD_LANGUAGES, *QUERY_LANGUAGES):
        for address in WITH_NEED:
            answer = house.client.get(f"{address}need=tr%C3%A9sorerie&language={quote(language)}", headers=BROWSER)
            assert answer.status_code in (200, 422), (language, address, answer.text[:200])
            if answer.status_code == 422:
                assert "language" in answer.get_json()["error"]["fields"], (language, address)
    assert "/mentors/alice" in house.get(f"/mentors?need=trésorerie&language={quote('fr-CA')}")


@pytest.mark.usefixtures("unhurried")
def test_no_need_does_either(house: House) -> None:
    for need in ('"', "'", "* OR *", "NEAR(a, 2)", "a:b", "%", "_", "\\", "fr' | !x", "(((", "{a b}: c"):
        for address in WITH_NEED:
            assert house.client.get(f"{address}need={quote(need)}", headers=BROWSER).status_code == 200, (need, address)


def ask_everything(client: FlaskClient) -> None:
    for address in (*OTHERS, *(f"{start}need={need}" for start in WITH_NEED for need in ("paie", "xylophone", "le"))):
        answer = client.get(address, headers=BROWSER)
        assert answer.status_code == 200, (address, answer.text[:200])


def test_a_bank_with_nothing_or_little_in_it_answers(bank: WorkerBank, service: Service) -> None:
    """Empty, with an epoch of nothing, with an author who wrote nothing, and with one language only."""
    client = create_app(service).test_client()
    ask_everything(client)
    epoch.freeze_epoch(bank.context)
    ask_everything(client)
    nina = bank.blog("nina")
    event, body = nina.author(1, "Nina")
    data = json.loads(body)
    data["data"] |= {"offers": ["accounting"], "languages": ["anglais", "rcf"]}
    bank.send(nina, (event, json.dumps(data).encode()))
    bank.clock.advance(minutes=1)
    bank.work()
    ask_everything(client)
    assert "/mentors/nina" in client.get("/mentors?need=accounting", headers=BROWSER).text
    publish(bank, "alice", "Alice", CASH)
    epoch.freeze_epoch(bank.context)
    ask_everything(client)


def test_searches_are_counted_wherever_they_are_made_and_pages_are_not(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By the hour: on a busy machine the first of a minute's calls may leave the window before the last is made.
    monkeypatch.setattr(rate_limits, "API_CALL_LIMIT", RateLimitItemPerHour(12))
    config = Config.from_env({"BRIDGE_HOME": str(tmp_path), "PUBLIC_URL": "https://bridge.example"})
    strict = create_app(Service(build_runtime(config, house.bank.database, house.bank.clock))).test_client()
    for n in range(12):
        address = ("/mentors?need=xylophone", "/mentors.atom?need=xylophone", "/mentors.opml?need=xylophone")[n % 3]
        assert strict.get(address, headers=FRENCH).status_code == 200
    refused = strict.get("/mentors?need=xylophone", headers=FRENCH)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert '<html lang="fr">' in refused.text
    assert "un peu trop" in refused.text
    for address in ("/mentors", "/mentors/alice", "/", "/mentors.atom", "/skills"):
        assert strict.get(address, headers=BROWSER).status_code == 200
