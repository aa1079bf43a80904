"""The API: as it is described, for everybody, within limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from limits import RateLimitItemPerHour
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.core.result import Ok

from bridge.app import create_app
from bridge.bank import rate_limits
from bridge.config import Config
from bridge.contract import catalogue
from bridge.contract.parsing import EVENT_TYPES
from bridge.runtime import build_runtime
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.webhooks.service import Service
from tests.bank.conftest import House
from tests.trials import trials

load_all_checks()


def get(house: House, address: str, **arguments: Any) -> dict[str, Any]:
    answer = house.client.get(f"/api/v1/{address}", query_string=arguments)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.get_json()
    return data


def test_mentors_and_a_search_with_reasons(house: House) -> None:
    everybody = get(house, "mentors")
    assert {item["slug"] for item in everybody["mentors"]} == {"alice", "bob"}
    assert (everybody["total"], everybody["page"], everybody["pages"]) == (2, 1, 1)
    best = get(house, "search", need="relancer une facture")["mentors"][0]
    assert (best["slug"], best["blog"], best["author"]) == ("alice", "alice", "1")
    assert best["score"] > 0
    assert best["why"]["votes"] >= 1
    assert best["why"]["posts"][0]["url"].startswith("https://alice.example/")
    assert get(house, "search", need="le")["mentors"] == []


def test_pages_of_a_list(house: House) -> None:
    pages = [get(house, "mentors", limit=1, page=n) for n in (1, 2, 3)]
    assert [len(page["mentors"]) for page in pages] == [1, 1, 0]
    assert pages[0]["mentors"] != pages[1]["mentors"]
    assert pages[0]["pages"] == 2


def test_one_card_and_who_is_near(house: House) -> None:
    card = get(house, "mentors/alice")
    assert card["provisional"] is True
    assert card["profile"][0]["weight"] >= card["profile"][-1]["weight"] > 0
    assert card["url"].endswith("/mentors/alice")
    near = get(house, "mentors/alice/related")["mentors"]
    assert [item["slug"] for item in near] == ["bob"]
    assert near[0]["shared"]
    assert not set(near[0]["shared"]) & set(near[0]["different"])


def test_event_types_are_those_of_the_contract(house: House) -> None:
    types = get(house, "event-types")["event_types"]
    assert [item["type"] for item in types] == list(EVENT_TYPES)
    assert types[0]["schema"] == catalogue.json_schemas()[types[0]["type"]]
    jsonschema.Draft202012Validator.check_schema(types[0]["schema"])


def test_every_site_may_read_and_none_may_write(house: House) -> None:
    answer = house.client.get("/api/v1/mentors", headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    asked = house.client.options("/api/v1/mentors", headers={"Access-Control-Request-Method": "GET"})
    assert asked.status_code == 200
    refused = house.client.post("/api/v1/mentors", json={})
    assert refused.status_code == 405
    assert "Access-Control-Allow-Origin" not in house.client.get("/mentors").headers


def test_what_does_not_fit_is_named(house: House) -> None:
    answer = house.client.get("/api/v1/search?limit=1000")
    assert answer.status_code == 422
    assert set(answer.get_json()["error"]["fields"]) == {"need", "limit"}


def test_too_often_is_too_often(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # By the hour: on a busy machine the first of a minute's calls may leave the window before the last is made.
    monkeypatch.setattr(rate_limits, "API_CALL_LIMIT", RateLimitItemPerHour(12))
    config = Config.from_env({"BRIDGE_HOME": str(tmp_path), "PUBLIC_URL": "https://bridge.example"})
    strict = create_app(Service(build_runtime(config, house.bank.database, house.bank.clock))).test_client()
    answers = [strict.get("/api/v1/event-types").status_code for _ in range(13)]
    assert answers == [200] * 12 + [429]
    refused = strict.get("/api/v1/event-types")
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.get_json()["error"]["type"] == "too_often"
    assert strict.get("/mentors").status_code == 200


def test_the_page_for_people_names_every_call(house: House) -> None:
    page = house.get("/api/")
    described = house.client.get("/api/openapi.json").get_json()
    assert described["openapi"].startswith("3.1")
    for path in described["paths"]:
        assert path in page


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application by itself: what is asked here depends on no row."""
    home = tmp_path_factory.mktemp("api")
    config = Config.from_env({"BRIDGE_HOME": str(home), "ALLOW_PRIVATE_ADDRESSES": "1"})
    database = Database.open(config.database_url)
    migrate.upgrade(database)
    return create_app(build_runtime(config, database))


@pytest.mark.slow
@pytest.mark.faults
def test_whatever_is_asked_is_answered_as_described(described: Flask) -> None:
    checks = schemathesis.checks.CHECKS.get_by_names(
        [
            "not_a_server_error",
            "status_code_conformance",
            "content_type_conformance",
            "response_schema_conformance",
        ]
    )
    called = set()

    def ask(case: Any) -> None:
        called.add(case.operation.path)
        case.call_and_validate(checks=checks)

    for found in schemathesis.openapi.from_wsgi("/api/openapi.json", described).get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        for mode in GenerationMode if operation.query else (GenerationMode.POSITIVE,):
            limited = settings(max_examples=trials(12, 250), derandomize=True, suppress_health_check=list(HealthCheck))
            limited(given(case=operation.as_strategy(generation_mode=mode))(ask))()
    assert len(called) == 6
