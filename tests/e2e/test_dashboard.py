"""From wp-admin into the dashboard by clicking, and out again when the blog says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.lab.browser import new_page
from tests.lab.fixtures import blog_id, stored_in_bridge, wait_until, write_post
from tests.lab.texts import CASH
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

pytestmark = [pytest.mark.wordpress, pytest.mark.browser]


def test_the_owner_goes_in_by_the_button_and_a_role_change_ends_it(
    ada: Blog, bridge: RunningBridge, chromium: Browser
) -> None:
    post = write_post(ada, "Ce que la caisse vide m’a appris", CASH[0][1])
    ada.comment(post, "Odile", "Comment avez-vous annoncé l’acompte à vos clients ? J’hésite depuis des mois.")
    wait_until(lambda: stored_in_bridge(bridge, ada)["comments"] > 0, "the comment arrives", 60)
    home = f"{bridge.url}/dashboard/{blog_id(ada)}"
    page = new_page(chromium, locale="fr-CA")
    page.goto(f"{ada.url}/wp-login.php")
    page.fill("#user_login", "admin")
    page.fill("#user_pass", ada.password)
    page.click("#wp-submit")
    page.goto(f"{ada.url}/wp-admin/options-general.php?page=mentor-bridge")
    page.get_by_role("link", name="Ouvrir mon tableau de bord").last.click()
    page.wait_for_url(f"{home}/overview")
    expect(page.locator("h1")).to_have_text("Vue d’ensemble")

    def told() -> bool:
        page.goto(f"{home}/overview")
        return page.get_by_role("link", name="Répondre à Odile").count() > 0

    wait_until(told, "the comment among what waits for an answer", 150)
    address = page.get_by_role("link", name="Répondre à Odile").get_attribute("href") or ""
    assert address.startswith(ada.url)
    page.goto(address)
    expect(page.locator("#comment_parent")).not_to_have_value("0")

    stranger = new_page(chromium)
    for path in ("/overview", "/settings", "/settings/export.zip", "/deliveries"):
        answer = stranger.request.get(home + path)
        assert answer.status == 404

    calls = f"{home}/deliveries?view=calls"
    page.goto(calls)
    with page.expect_navigation():
        page.get_by_role("button", name="Envoyer un essai").click()
    wait_until(lambda: page.goto(calls) and "demande d’un signe de vie" in page.content(), "the test call in the log")

    ada.eval(
        "$u = new WP_User( 1 ); $u->set_role( 'editor' );"
        " Mentor_Bridge\\Dashboard_Sign_In::end_sessions(); return true;"
    )
    answer_now = page.goto(f"{home}/overview")
    assert answer_now is not None
    assert answer_now.status == 404
    ada.eval("$u = new WP_User( 1 ); $u->set_role( 'administrator' ); return true;")
