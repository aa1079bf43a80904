"""What every page keeps: language, formats, headers, static files, errors with a way on."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bridge.app import create_app
from bridge.pages import formats
from bridge.webhooks.service import Service
from tests.conftest import NOW

FRENCH = {"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def app(service: Service) -> Flask:
    return create_app(service)


def test_a_chosen_language_is_kept(client: FlaskClient) -> None:
    assert '<html lang="fr">' in client.get("/", headers=FRENCH).text
    assert '<html lang="en">' in client.get("/?lang=en", headers=FRENCH).text
    assert '<html lang="en">' in client.get("/", headers=FRENCH).text
    assert '<html lang="en">' in client.get("/?lang=de").text
    assert client.get("/", headers=FRENCH).headers["Content-Language"] == "en"


def test_the_switch_keeps_what_was_asked(client: FlaskClient) -> None:
    page = client.get("/nothing?need=paie+et+impôts&page=2&token=secret", headers=BROWSER).text
    assert "?need=paie+et+imp%C3%B4ts&amp;page=2&amp;lang=fr" in page
    assert "secret" not in page


def test_formats_are_the_readers(app: Flask) -> None:
    for tag, number, day in (
        ("fr-CA", "1\xa0204,5", "4 mai 2026"),
        ("en-GB", "1,204.5", "4 May 2026"),
        ("en-US", "1,204.5", "May 4, 2026"),
    ):
        with app.test_request_context("/", headers={"Accept-Language": tag}):
            assert formats.number(1204.5) == number
            assert formats.date(NOW) == day
    with app.test_request_context("/", headers=FRENCH):
        assert "il y a 3 minutes" in formats.ago(NOW - timedelta(minutes=3), NOW)
        assert "à l’instant" in formats.ago(NOW, NOW)
        assert formats.size(12_345) == "12,3 ko"
        assert formats.language_name("en") == "anglais"
        assert formats.language_name("?") == "?"


def test_an_odd_browser_gets_a_page(client: FlaskClient) -> None:
    for tag in ("xx", "fr-XYZ", "fr-" + "a" * 300, "*", "en-u-ca-buddhist", "fr_CA;q=x"):
        assert client.get("/", headers={"Accept-Language": tag}).status_code == 200, tag


def test_no_script_or_style_is_inline_and_none_is_from_elsewhere(client: FlaskClient) -> None:
    for path in ("/", "/nothing"):
        answer = client.get(path, headers=BROWSER)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert not re.search(r"<style|style=|\son\w+=|javascript:", answer.text)
        assert re.findall(r"<script(?! src=\"/static/)", answer.text) == []
        assert re.findall(r"(?:src|href)=\"(?:https?:)?//", answer.text) == []


def test_static_files_are_kept_for_a_year_and_sent_small(client: FlaskClient) -> None:
    page = client.get("/").text
    sheets = re.findall(r'"(/[^"]+\.(?:css|js|svg)\?v=[0-9a-f]{12})"', page)
    assert len(sheets) == 4
    weight = len(page)
    for address in sheets:
        with client.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
            body = answer.data
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        weight += len(body)
        if answer.headers.get("Content-Encoding") == "gzip":
            assert gzip.decompress(body)
    assert weight < 200_000 / 2
    with client.get(sheets[0].partition("?")[0] + "?v=000000000000") as old:
        assert old.data
    assert old.headers["Cache-Control"] == "no-cache"
    assert client.get("/static/../../config.py?v=").status_code == 404


def test_pages_are_not_compressed(client: FlaskClient) -> None:
    """Whoever can watch lengths must not guess what is secret in a page."""
    assert "Content-Encoding" not in client.get("/", headers={"Accept-Encoding": "gzip, br"}).headers


def test_errors_are_pages_for_people_and_json_for_machines(client: FlaskClient) -> None:
    for language, words in ((FRENCH, "Il n’y a rien à cette adresse."), ({}, "There is nothing at this address.")):
        answer = client.get("/nothing", headers={**BROWSER, **language})
        assert answer.status_code == 404
        assert words in answer.text
        assert answer.text.count("<h1") == 1
        assert 'href="/"' in answer.text
    assert client.get("/nothing", headers={"Accept": "application/json"}).get_json()["error"]["type"] == "not_found"
    assert client.post("/webhooks/nobody", headers=BROWSER).get_json()["error"]["type"] == "not_json"


@pytest.mark.parametrize(("status", "words"), [(405, "ne fait pas cela"), (500, "n’a pas fonctionné")])
def test_other_errors_are_said_in_french(app: Flask, status: int, words: str) -> None:
    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("secret detail")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    answer = (
        client.post("/", headers=BROWSER | FRENCH) if status == 405 else client.get("/broken", headers=BROWSER | FRENCH)
    )
    assert answer.status_code == status
    assert words in answer.text
    assert "secret detail" not in answer.text
