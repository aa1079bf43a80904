"""What an author declares and ticks on their profile screen stands on their card, and nothing else is quoted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.lab.browser import new_page
from tests.lab.fixtures import stored_in_bridge, wait_until, write_post
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

pytestmark = [pytest.mark.wordpress, pytest.mark.browser]

TOLD = "En mai, j'ai perdu mon plus gros client."
KEPT = "J'ai appris à relancer chaque lundi matin."


def card(page: Page, bridge: RunningBridge) -> str:
    """The text of the author's card in the bank."""
    page.goto(f"{bridge.url}/mentors")
    link = page.locator("main a[href*='/mentors/']").first
    if link.count() == 0:
        return ""
    link.click()
    page.wait_for_url("**/mentors/*")
    return page.locator("main").inner_text()


def test_what_is_ticked_is_quoted_and_what_is_declared_is_shown(
    ada: Blog, bridge: RunningBridge, visit: Callable[..., Page], chromium: Browser
) -> None:
    write_post(
        ada, "Mon pire printemps", f"{TOLD} {KEPT} Le bail courait toujours, la trésorerie baissait chaque semaine."
    )
    wait_until(lambda: stored_in_bridge(bridge, ada)["posts"] >= 6, "the post arrives", 60)
    page = visit(ada)

    def listed() -> bool:
        page.goto(f"{ada.url}/wp-admin/profile.php")
        return page.get_by_role("checkbox", name=TOLD).count() == 1

    wait_until(listed, "the passage among those to choose from", 60)
    for sentence in (TOLD, KEPT):
        expect(page.get_by_role("checkbox", name=sentence)).not_to_be_checked()
    expect(page.get_by_text("Choisi parce qu’il parle de ce qui a mal tourné").first).to_be_visible()
    page.get_by_label("Je peux aider à").fill("apprivoiser les abeilles")
    page.get_by_label("Les deux", exact=True).check()
    page.get_by_role("checkbox", name=TOLD).check()
    page.click("#submit")
    expect(page.get_by_role("checkbox", name=TOLD)).to_be_checked()
    reader = new_page(chromium, locale="fr-CA")
    wait_until(lambda: TOLD in card(reader, bridge), "the passage on the card", 60)
    said = card(reader, bridge)
    assert "apprivoiser les abeilles" in said
    assert KEPT not in said
    page.get_by_role("checkbox", name=TOLD).uncheck()
    page.click("#submit")
    wait_until(lambda: TOLD not in card(reader, bridge), "the passage gone from the card", 60)
    reader.context.close()
