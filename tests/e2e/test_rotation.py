"""New keys by a button: for both directions, fetched by the blog itself, with nothing lost in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.lab.fixtures import stored_in_bridge, wait_until, write_post
from tests.lab.texts import CASH
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

pytestmark = [pytest.mark.wordpress, pytest.mark.browser]


def keys_of(blog: Blog) -> dict[str, Any]:
    """What the plugin holds."""
    found: dict[str, Any] = blog.eval("return get_option( Mentor_Bridge\\Connection::KEYS );")
    return found


def test_new_keys_by_the_button(ada: Blog, bridge: RunningBridge, visit: Callable[..., Page]) -> None:
    wait_until(lambda: stored_in_bridge(bridge, ada)["posts"] >= 5, "the history arrives", 60)
    before, posts = keys_of(ada), stored_in_bridge(bridge, ada)["posts"]
    page = visit(ada, locale="fr-CA")
    page.goto(f"{ada.url}/wp-admin/options-general.php?page=mentor-bridge")
    page.get_by_role("link", name="Ouvrir mon tableau de bord").last.click()
    page.wait_for_url("**/overview")
    home = page.url.removesuffix("/overview")
    page.goto(f"{home}/settings")
    page.get_by_role("button", name="Faire de nouvelles clés").click()
    wait_until(lambda: keys_of(ada)["to_bridge"] != before["to_bridge"], "new keys on the blog", 60)
    after = keys_of(ada)
    assert after["to_blog"][0] != before["to_blog"][0]
    assert after["to_blog"][1] == before["to_blog"][0], "what is on its way is still believed"
    ended = page.goto(f"{home}/overview")
    assert ended is not None
    assert ended.status == 404, "whoever was signed in by the old keys is out"

    write_post(ada, "Après les clés", CASH[1][1])
    wait_until(lambda: stored_in_bridge(bridge, ada)["posts"] == posts + 1, "a post signed with the new key", 60)
    # A delivery that the old key signed, as if it had been on its way.
    late = ada.eval(
        f"$now = get_option( Mentor_Bridge\\Connection::KEYS ); $old = array( '{before['to_bridge'][0]}' );"
        " update_option( Mentor_Bridge\\Connection::KEYS, array( 'to_bridge' => $old ) + $now );"
        " $said = Mentor_Bridge\\Connection::send( 'ping', 'ping_late_' . wp_generate_password( 12, false ),"
        " array( 'version' => Mentor_Bridge\\Generation::highest_version() ), '', 10.0 );"
        " update_option( Mentor_Bridge\\Connection::KEYS, $now ); return $said['code'];"
    )
    assert late == 202
    page.goto(f"{ada.url}/wp-admin/options-general.php?page=mentor-bridge")
    page.get_by_role("link", name="Ouvrir mon tableau de bord").last.click()
    page.wait_for_url("**/overview")
    page.goto(f"{home}/deliveries?view=calls")
    expect(page.get_by_text("prié de venir chercher de nouvelles clés").first).to_be_visible()
    page.goto(f"{home}/settings")
    expect(page.get_by_role("button", name="Faire de nouvelles clés")).to_be_visible()
    assert ada.complaints() == []
