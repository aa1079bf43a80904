"""Two applications share the addresses: a route for blogs is found wherever it stands, or the bridge does not start."""

from __future__ import annotations

import pytest
from flask import Blueprint

from bridge.app import create_app
from bridge.webhooks import connections
from bridge.webhooks.service import Service

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def add_route(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    """One more address that blogs call."""
    blueprint = connections.blueprint

    def with_greetings(service: Service) -> Blueprint:
        routes = blueprint(service)
        routes.add_url_rule(rule, "greet", lambda **_: "hello", methods=["POST"])
        return routes

    monkeypatch.setattr(connections, "blueprint", with_greetings)


def test_a_route_in_a_folder_of_its_own_is_answered(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    add_route(monkeypatch, "/v2/greetings")
    client = create_app(service).test_client()
    assert client.post("/v2/greetings").text == "hello"
    missing = client.post("/v2/nothing", headers=BROWSER)
    assert (missing.status_code, missing.get_json()["error"]["type"]) == (404, "not_found")
    assert client.get("/v2", headers=BROWSER).mimetype == "text/html", "what is no blog's is a page"
    closed = client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /v1/", "Disallow: /v2/", "Disallow: /webhooks/"} <= {*closed}


@pytest.mark.parametrize("rule", ["/greetings", "/<blog_id>/greetings", "/dashboard/greetings", "/api/greetings"])
def test_a_route_that_could_not_be_told_from_a_page_is_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    add_route(monkeypatch, rule)
    with pytest.raises(ValueError, match="folder"):
        create_app(service)
