"""Who runs the bank: said on every page as its operator wrote it, and not made up where they wrote nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bridge.app import create_app
from bridge.bank_settings import BankSettings, Contact, read_bank_settings
from bridge.webhooks.service import Service
from tests.bank.conftest import BROWSER, FRENCH

SETTINGS = """
name = { fr = "La banque <i>bleue</i>", en = "The blue bank" }
welcome = "Bienvenue"
colour = "#24507a"
logo = "logo.svg"
contact = "us@bank.example"
[privacy]
responsible = "Camille Roy"
more = { fr = "Nos sauvegardes\\n30 jours" }
[security]
contact = "https://bank.example/security"
[publisher]
name = "Les Bleus"
host = "Hoster"
"""
PAGES = ("/", "/mentors", "/skills", "/api/", "/privacy", "/legal", "/nowhere")


@pytest.fixture
def blue(service: Service, tmp_path: Path) -> FlaskClient:
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "bank.toml").write_text(SETTINGS, encoding="utf-8")
    object.__setattr__(service.config, "bank", read_bank_settings(tmp_path / "bank.toml"))
    return create_app(service).test_client()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no matter of storage
def test_every_page_bears_the_name_and_says_whom_to_ask(blue: FlaskClient, path: str) -> None:
    french, english = blue.get(path, headers=FRENCH).text, blue.get(path, headers=BROWSER).text
    assert "La banque &lt;i&gt;bleue&lt;/i&gt;" in french
    assert "The blue bank" in english
    assert "Mentor bridge</title>" not in english
    for page in (french, english):
        for link in ("/privacy", "/legal", "mailto:us@bank.example"):
            assert f'href="{link}"' in page


def test_the_look_comes_from_this_bridge(blue: FlaskClient) -> None:
    style, logo = blue.get("/bank.css"), blue.get("/bank-logo")
    assert "--accent: #24507a" in style.text
    assert (style.mimetype, logo.mimetype) == ("text/css", "image/svg+xml")
    assert "script-src 'self'" in logo.headers["Content-Security-Policy"]
    assert logo.headers["X-Content-Type-Options"] == "nosniff"


def test_privacy_and_notice_name_who_answers(blue: FlaskClient) -> None:
    privacy, notice = blue.get("/privacy", headers=FRENCH).text, blue.get("/legal", headers=BROWSER).text
    assert "Responsable de la protection des renseignements personnels" in privacy
    assert "Camille Roy" in privacy
    assert "Nos sauvegardes" in privacy
    assert 'lang="fr"' in blue.get("/privacy", headers=BROWSER).text  # there is no English of it
    assert "Les Bleus" in notice
    assert "Hoster" in notice
    assert "Telephone" not in notice


def test_privacy_says_for_how_long_as_it_is_set(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, days in {"payloads_days": 3, "quarantine_days": 11, "deliveries_days": 44, "calls_days": 55}.items():
        monkeypatch.setitem(service.config.retention, name, days)
    plain = create_app(service).test_client()
    english, french = (plain.get("/privacy", headers=headers).text for headers in (BROWSER, FRENCH))
    for words in ("after 3 days at the latest, or 11 if", "3 days; 11 if it could", "44 days; no", "55 days; no"):
        assert words in english
    for words in ("au plus tard après 3 jours, ou 11 s’il", "44 jours", "55 jours"):
        assert words in french


def test_privacy_says_where_followed_searches_go(service: Service) -> None:
    plain = create_app(service).test_client()
    assert "hub" not in plain.get("/privacy", headers=BROWSER).text
    service.config = replace(service.config, websub_hub="https://hub.example/")
    naming = create_app(service).test_client()
    for headers, words in ((BROWSER, "told to the service"), (FRENCH, "communiquée au service")):
        assert f"{words} https://hub.example/" in naming.get("/privacy", headers=headers).text


def test_without_a_file_nothing_is_made_up(service: Service) -> None:
    plain = create_app(service).test_client()
    assert "has not named anybody yet" in plain.get("/privacy", headers=BROWSER).text
    assert "has not named a publisher yet" in plain.get("/legal", headers=BROWSER).text
    assert plain.get("/bank.css").status_code == plain.get("/bank-logo").status_code == 404


def test_whoever_finds_a_weak_spot_is_told_whom_to_write_to(blue: FlaskClient, service: Service) -> None:
    notice = blue.get("/.well-known/security.txt")
    assert notice.mimetype == "text/plain"
    fields = dict(line.split(": ", 1) for line in notice.text.splitlines())
    assert fields["Contact"] == "https://bank.example/security"
    assert timedelta() < datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC) < timedelta(days=365)
    object.__setattr__(service.config, "bank", replace(service.config.bank, security=Contact()))
    assert (
        "Contact: mailto:us@bank.example\n" in create_app(service).test_client().get("/.well-known/security.txt").text
    )
    object.__setattr__(service.config, "bank", BankSettings())
    assert create_app(service).test_client().get("/.well-known/security.txt").status_code == 404
