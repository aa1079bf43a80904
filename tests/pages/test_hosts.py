"""By which names the bridge is called: no page sends anybody to a host that somebody else made up."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from bridge.app import create_app
from bridge.config import Config
from bridge.pages.hosts import PROBE_PATHS
from bridge.runtime import build_runtime
from bridge.storage.core import migrate
from bridge.storage.core.database import Database

EVIL = (
    "evil.example",
    "evil.example:443",
    "bridge.example.evil.example",
    "evil.example/bridge.example",
    "bridge.example@evil.example",
    "bridge.example:x",
    "[::1",
    "127.0.0.1.evil.example",
    "",
)


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A bridge in public with nobody in it."""
    home: Path = tmp_path_factory.mktemp("hosts")
    config = Config.from_env(
        {
            "BRIDGE_HOME": str(home),
            "PUBLIC_URL": "https://bridge.example",
            "TRUSTED_HOSTS": "10.0.0.7, Other.Example:81",
            "METRICS_TOKEN": "t" * 16,
        }
    )
    database = Database.open(config.database_url)
    migrate.upgrade(database)
    return create_app(build_runtime(config, database))


@pytest.fixture
def client(public: Flask) -> FlaskClient:
    return public.test_client()


@pytest.mark.parametrize("host", EVIL)
def test_another_name_leads_nowhere(public: Flask, client: FlaskClient, host: str) -> None:
    rules = {rule.rule for rule in public.url_map.iter_rules() if "GET" in (rule.methods or ())} - set(PROBE_PATHS)
    shorter = {rule.rstrip("/") for rule in rules if rule != "/"}
    for path in sorted(rules | shorter | {"//dashboard", "/dashboard//x", "/sign-in?token=x", "/nowhere"}):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "Location" not in answer.headers
        assert "evil" not in answer.text
    for path in ("//v1/connections", "/v1//connections", "/webhooks//alice", "/healthz/", "/healthz"):
        for answer in (client.get(path, headers={"Host": host}), client.post(path, headers={"Host": host})):
            assert "evil" not in answer.headers.get("Location", "") + answer.text


@pytest.mark.parametrize(
    "host",
    ["bridge.example", "BRIDGE.example:443", "localhost:8000", "127.0.0.1", "[::1]:8000", "10.0.0.7", "other.example"],
)
def test_its_own_names_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/mentors", headers={"Host": host}).status_code == 200


def test_the_log_names_the_setting_once(client: FlaskClient) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            client.get("/mentors", headers={"Host": "alias.example"})
    assert [(line["host"], "TRUSTED_HOSTS" in line["event"]) for line in lines] == [("alias.example", True)]


def test_probes_call_by_any_name_and_blogs_too(client: FlaskClient) -> None:
    for probe in PROBE_PATHS:
        assert client.get(probe, headers={"Host": "10.1.2.3:8000"}).status_code == 200
    answer = client.post(
        "/webhooks/alice", data=b"{}", content_type="application/json", headers={"Host": "old.example"}
    )
    assert answer.status_code == 404, "not refused for the name"


def figures(client: FlaskClient, remote: str = "127.0.0.1", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in {"Host": "localhost", **headers}.items()}
    return client.get("/metrics", headers=named, environ_base={"REMOTE_ADDR": remote}).status_code


def test_figures_are_for_who_brings_the_token_where_a_proxy_stands_before_the_bridge(client: FlaskClient) -> None:
    """To a bridge behind a proxy everybody seems to be on its own machine."""
    for headers in ({}, {"X_Forwarded_For": "127.0.0.1"}, {"Host": "bridge.example"}):
        assert figures(client, **headers) == 404
    for token in ("Bearer ", "Bearer " + "x" * 16, "t" * 16, "é"):
        assert figures(client, Authorization=token) == 404
    assert figures(client, Host="bridge.example", Authorization="Bearer " + "t" * 16) == 200


def test_figures_are_for_its_own_machine_where_none_does(tmp_path: Path) -> None:
    config = Config.from_env({"BRIDGE_HOME": str(tmp_path)})
    database = Database.open(config.database_url)
    migrate.upgrade(database)
    client = create_app(build_runtime(config, database)).test_client()
    assert figures(client) == 200
    assert figures(client, "::1", Host="127.0.0.1:8000") == 200
    assert figures(client, "10.0.0.1") == 404
    for through in ({"X_Forwarded_For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"Via": "1.1 proxy"}):
        assert figures(client, **through) == 404, "a proxy that nobody told of"
    strange = client.get("/metrics", headers={"Host": "evil.example"})
    assert strange.status_code == 400, "a page in a browser on this machine that calls itself so"
    assert client.get("/healthz").get_json() == {"status": "ok"}
    database.close()
