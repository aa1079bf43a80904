"""The bank in Chromium: three widths, both languages, light and dark, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bridge.app import create_app
from bridge.webhooks.service import Service
from tests.bank.conftest import House, publish
from tests.lab.browser import new_page
from tests.lab.texts import CASH
from tests.serving import served

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
WIDTHS = (390, 768, 1280)
PATHS = (
    "/",
    "/mentors",
    "/mentors?need=trésorerie",
    "/mentors?language=fr&personal=1",
    "/mentors?need=le",
    "/mentors?need=xylophone",
    "/mentors/alice",
    "/mentors/alice/ask",
    "/help-lines",
    "/mentors/long",
    "/mentors/wilma",
    "/api/",
    "/privacy",
    "/legal",
    "/connect",
    "/connect?blog=blog.example",
    "/connect?blog=no%20blog",
    "/skills",
    "/skills/cash-flow",
    "/skills/negotiation",
)
LONG = "Anticonstitutionnellement-Hippopotomonstrosesquippédaliophobie Interdépartementalisation"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass
class Open:
    """A bank that a browser can open."""

    address: str
    browser: Browser
    house: House

    def page(self, **options: Any) -> Page:
        """A new page in a context of its own."""
        return new_page(self.browser, **options)


@pytest.fixture
def opened(house: House, service: Service, chromium: Browser) -> Iterator[Open]:
    publish(house.bank, "long", LONG, tuple((f"{title} {LONG}", text) for title, text in CASH))
    with served(create_app(service)) as address:
        yield Open(address, chromium, house)


def long_card(opened: Open) -> str:
    """The address of the card with long words."""
    mentors = opened.house.client.get("/api/v1/mentors?limit=50").get_json()["mentors"]
    return next(f"/mentors/{mentor['slug']}" for mentor in mentors if mentor["blog"] == "long")


@pytest.mark.parametrize(("language", "scheme", "judged_at"), [("fr-CA", "light", 390), ("en-CA", "dark", 1280)])
def test_every_page_fits_and_axe_reports_nothing(opened: Open, language: str, scheme: str, judged_at: int) -> None:
    messages: list[str] = []
    page = opened.page(locale=language, color_scheme=scheme)
    page.on("console", lambda message: messages.append(message.text))
    for path in PATHS:
        page.goto(opened.address + path.replace("/mentors/long", long_card(opened)))
        for width in sorted(WIDTHS, key=lambda width: width == judged_at):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        assert page.locator("h1").count() == 1, path
        violations = Axe().run(page, options=RULES).response["violations"]
        assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == [], path
    page.context.close()
    # A card that is gone is the one answer that is no success; nothing was kept from running.
    assert [text for text in messages if "410" not in text] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_need_to_a_card_with_the_keyboard_alone(opened: Open, scripts: bool) -> None:
    page = opened.page(java_script_enabled=scripts, locale="fr-CA")
    page.goto(opened.address)
    page.get_by_label("Que voudriez-vous apprendre").focus()
    page.keyboard.type("relancer une facture")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mentors?need=*")
    first = page.locator(".mentor-name a").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if first.evaluate("it => it === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/mentors/*")
    assert page.locator("h1").inner_text() in {"Alice", LONG}


def test_on_a_phone_the_first_mentor_stands_on_the_first_screen_and_choosing_sends_nothing(opened: Open) -> None:
    page = opened.page(locale="fr-CA", viewport={"width": 390, "height": 844})
    page.goto(f"{opened.address}/mentors?need=trésorerie")
    box = page.locator("article.mentor").first.bounding_box()
    assert box is not None
    assert box["y"] < 844 * 2 / 3
    page.get_by_text("Préciser").first.press("Enter")
    language = page.get_by_label("Écrit en")
    language.focus()
    page.keyboard.press("ArrowDown")
    assert language.input_value() == "fr"
    assert page.evaluate("document.activeElement.id") == "language", "no focus is lost by choosing"
    page.get_by_role("button", name="Afficher ces mentors").press("Enter")
    page.wait_for_url("**language=fr**")
    page.get_by_role("link", name="retirer ce filtre").press("Enter")
    page.wait_for_url(lambda address: "language" not in address)
    page.context.close()
