"""Search engines hear of those only who allow it."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as Xml

from tests.bank.conftest import House

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def addresses(house: House) -> list[str]:
    """What the map of the site lists, without scheme and host."""
    urls = [str(url.text) for url in Xml.fromstring(house.get("/sitemap.xml")).iter(LOC)]
    assert all(url.startswith("http") for url in urls)
    return [f"/{url.split('/', 3)[3]}" for url in urls]


def test_only_cards_that_allow_it_are_on_the_map(house: House) -> None:
    assert addresses(house) == ["/", "/skills", "/api/", "/privacy", "/legal"]
    house.bank.send(house.alice, house.alice.author(1, "Alice", search_engines=True))
    house.bank.send(house.bob, house.bob.author(1, "Bob", region='"search_engines": true', search_engines=False))
    house.bank.work()
    assert addresses(house) == ["/", "/skills", "/api/", "/privacy", "/legal", "/mentors/alice"]
    house.leaves(house.alice)
    assert "/mentors/alice" not in addresses(house)


def test_robots_may_read_the_bank_and_not_the_dashboard(house: House) -> None:
    answer = house.client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    for path in ("/", "/mentors/alice", "/mentors", "/skills", "/api/v1/mentors", "/sitemap.xml"):
        assert rules.can_fetch("anybot", path), path
    for path in ("/dashboard/alice/overview", "/sign-in?token=x", "/webhooks/alice", "/digest/x.atom"):
        assert not rules.can_fetch("anybot", path), path
    maps = rules.site_maps()
    assert maps is not None
    assert maps[0].endswith("/sitemap.xml")
