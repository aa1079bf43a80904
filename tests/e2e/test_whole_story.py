"""One story from the first click in wp-admin to the last: found by a need, subscribed to, gone everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.lab.browser import new_page, plugin_words
from tests.lab.fixtures import blog_id, first_post, stored_in_bridge, wait_until
from tests.lab.texts import CASH
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

pytestmark = [pytest.mark.wordpress, pytest.mark.browser]

TITLE = "Mes premières ruches"
LIVED = "J'ai perdu trois essaims le premier hiver."
TEXT = (
    f"{LIVED} Apprivoiser des abeilles demande du sirop, de la patience et un voisin apiculteur qui sait. "
    "Les ruches de l'apiculture paient leurs factures en octobre, jamais avant, et la trésorerie suit la miellée."
)
QUESTION = "Comment avez-vous trouvé votre voisin apiculteur ? Je cherche depuis des mois dans ma région."
say = plugin_words("fr_FR")


def connect_by_clicking(page: Page, blog: Blog, bridge: RunningBridge) -> None:
    """The address, the own consent, statistics, one button."""
    page.goto(f"{blog.url}/wp-admin/options-general.php?page=mentor-bridge")
    page.get_by_label(say("Address"), exact=True).fill(bridge.url)
    page.get_by_text(say("Next: what will be sent, and to whom")).click()
    page.get_by_label(say("I have read this and take part as a mentor")).check()
    page.locator("#mentor-bridge-statistics").check()
    page.get_by_role("button", name=say("Connect"), exact=True).click()
    expect(page.get_by_text(say("Connected to %s") % bridge.url).first).to_be_visible()


def open_dashboard(page: Page, blog: Blog) -> str:
    """By the button; the address of the dashboard."""
    page.goto(f"{blog.url}/wp-admin/options-general.php?page=mentor-bridge")
    page.get_by_role("link", name=say("Open my dashboard")).last.click()
    page.wait_for_url("**/overview")
    return page.url.removesuffix("/overview")


def see_it_arrive(page: Page, home: str) -> None:
    """The post, in Deliveries, read."""

    def arrived() -> bool:
        page.goto(f"{home}/deliveries?only=absorbed")
        return page.get_by_role("row").filter(has_text="un article").count() > 0

    wait_until(arrived, "the post in Deliveries", 60)
    page.get_by_role("row").filter(has_text="un article").first.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text(TITLE)


def answer_the_comment(page: Page, home: str) -> None:
    """From the list of what waits straight to the reply form, and sent."""

    def waits() -> bool:
        page.goto(f"{home}/overview")
        return page.get_by_role("link", name="Répondre à Odile").count() > 0

    wait_until(waits, "the comment among what waits for an answer", 150)
    page.get_by_role("link", name="Répondre à Odile").click()
    page.locator("#comment").fill("À la foire agricole du village, en lui achetant du miel.")
    page.locator("#commentform input[type=submit]").click()
    expect(page.get_by_text("À la foire agricole du village").first).to_be_visible()


def consent_to_the_passage(page: Page, blog: Blog) -> None:
    """On the profile screen, where nothing is ticked before."""

    def listed() -> bool:
        page.goto(f"{blog.url}/wp-admin/profile.php")
        return page.get_by_role("checkbox", name=LIVED).count() == 1

    wait_until(listed, "the passage among those to choose from", 60)
    page.get_by_role("checkbox", name=LIVED).check()
    page.click("#submit")
    expect(page.get_by_role("checkbox", name=LIVED)).to_be_checked()


def find_by_need(page: Page, bridge: RunningBridge) -> dict[str, str]:
    """A reader types what they would like to learn; the addresses of the card and of what can be subscribed to."""
    page.goto(bridge.url)
    page.get_by_label("Que voudriez-vous apprendre").fill("apprivoiser des abeilles")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mentors?need=*")
    first = page.locator(".mentor").first
    expect(first).to_contain_text(TITLE)
    found = {
        "need": page.url,
        "feed": page.get_by_role("link", name="Cette recherche comme flux (Atom)").get_attribute("href"),
        "blogs": page.get_by_role("link", name="Tous ces blogues (OPML)").get_attribute("href"),
    }
    first.locator(".mentor-name a").click()
    page.wait_for_url(re.compile(r"/mentors/[^?]+$"))
    found |= {
        "card": page.url,
        "posts": page.get_by_role("link", name="Suivre seulement ce qu’écrit").get_attribute("href"),
        "json": page.url.replace("/mentors/", "/api/v1/mentors/"),
    }
    return {name: bridge.url + str(url) if str(url).startswith("/") else str(url) for name, url in found.items()}


def fetched(page: Page, address: str) -> Any:
    """What a feed reader gets."""
    answer = page.request.get(address)
    assert answer.status == 200
    return Xml.fromstring(answer.body())


def test_from_the_first_click_to_gone_everywhere(
    new_blog: Callable[..., Blog], bridge: RunningBridge, visit: Callable[..., Page], chromium: Browser
) -> None:
    blog = new_blog("fern", posts=CASH[:3])
    blog.comment(first_post(blog), "Odile", QUESTION)
    owner = visit(blog, locale="fr-CA")
    connect_by_clicking(owner, blog, bridge)
    wait_until(lambda: stored_in_bridge(bridge, blog)["comments"] == 1, "posts and comment arrive", 60)
    blog.publish(TITLE, TEXT)
    home = open_dashboard(owner, blog)
    assert home == f"{bridge.url}/dashboard/{blog_id(blog)}"
    see_it_arrive(owner, home)
    answer_the_comment(owner, home)
    wait_until(lambda: stored_in_bridge(bridge, blog)["comments"] == 2, "the answer arrives", 60)
    consent_to_the_passage(owner, blog)

    reader = new_page(chromium, locale="fr-CA")
    wait_until(
        lambda: TITLE in reader.request.get(f"{bridge.url}/mentors?need=apprivoiser+des+abeilles").text(),
        "the new post found by a need",
        60,
    )
    at = find_by_need(reader, bridge)
    wait_until(
        lambda: reader.goto(at["card"]) and LIVED in reader.locator("main").inner_text(), "the passage on the card"
    )
    assert TITLE in Xml.tostring(fetched(reader, at["feed"]), encoding="unicode")
    assert TITLE in Xml.tostring(fetched(reader, at["posts"]), encoding="unicode")
    feeds = {str(one.get("xmlUrl")) for one in fetched(reader, at["blogs"]).iter("outline")}
    assert f"{blog.url}/feed/" in feeds
    assert TITLE in Xml.tostring(fetched(reader, f"{blog.url}/feed/"), encoding="unicode"), "and that is a feed"

    owner.goto(f"{blog.url}/wp-admin/profile.php")
    owner.get_by_label(say("I have read this and take part as a mentor")).uncheck()
    owner.click("#submit")
    wait_until(lambda: reader.request.get(at["card"]).status == 410, "the card is gone", 60)
    for name in ("posts", "json"):
        assert reader.request.get(at[name]).status == 410, name
    for name in ("need", "feed", "blogs"):
        assert blog.url not in reader.request.get(at[name]).text(), name
    shown = reader.goto(at["card"])
    assert shown is not None
    expect(reader.locator("h1")).to_have_text("Cette page n’existe plus.")
    assert stored_in_bridge(bridge, blog)["posts"] == 0
    reader.context.close()
    assert blog.complaints() == []
