"""One spelling for an address, and whose it is."""

from __future__ import annotations

import pytest

from bridge.mentors.own_addresses import is_within, normalize_url, own_address

SAME = [
    "https://café.example/blog",
    "https://xn--caf-dma.example/blog/",
    "HTTPS://CAFÉ.example:443/blog//",
    "https://café.example./blog",
    "https://café.example/%62log",
]
NONE = [
    "ftp://a.example",
    "https://",
    "https://user@a.example",
    "https://a.example/../b",
    "https://a.example/%2e%2e/b",
    "https://a.example\\@b.example",
    "https://a.example/b%2fc",
    "https://a.example:99999",
    "//a.example",
    "a.example",
    "https://a.example/ b",
    "https://[::1",
    "https://-.example-é",
]


def test_an_address_has_one_spelling() -> None:
    assert {normalize_url(url) for url in SAME} == {"https://xn--caf-dma.example/blog"}
    assert normalize_url("http://[::1]:8080/") == "http://[::1]:8080"


@pytest.mark.parametrize("url", NONE)
def test_what_can_be_read_in_two_ways_is_no_address(url: str) -> None:
    assert normalize_url(url) == ""
    assert not is_within(url, "https://a.example")


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://host.example/~ana/a-post/?p=3#c", True),
        ("http://host.example/~ana/a-post", True),  # one blog, by http or by https
        ("https://host.example/~ana", True),
        ("https://host.example/~anna/a-post", False),
        ("https://host.example/a-post", False),
        ("https://host.example:8443/~ana/a-post", False),
        ("https://host.example.evil.example/~ana/a-post", False),
        ("https://host.example/~ana/../~bob/a-post", False),
        ("https://ana-fr.example/un-billet", True),  # a second domain that was proven
        ("https://www.host.example/~ana/a-post", False),
    ],
)
def test_the_neighbours_pages_are_not_ours(url: str, own: bool) -> None:
    homes = ["https://host.example/~ana", "https://ana-fr.example"]
    assert own_address(url, homes, "its own") == ((url, "") if own else ("its own", url))


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://host.example/a-post", True),
        ("https://host.example/~ana/a-post", False),
        ("http://HOST.example/%7Eana", False),
        ("https://host.example/~anna/a-post", True),
        ("https://host.example/~ana/blog/a-post", True),  # nearer still
    ],
)
def test_of_two_homes_the_nearer_one_has_an_address(url: str, own: bool) -> None:
    homes, closer = ["https://host.example", "https://host.example/~ana/blog"], ["https://host.example/~ana"]
    assert own_address(url, homes, "its own", closer) == ((url, "") if own else ("its own", url))
