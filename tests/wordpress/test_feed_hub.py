"""A hub is called through the one door, in the form of WebSub, and a wrong address is said at the start."""

from __future__ import annotations

import socket

import pytest

from bridge.errors import AddressRefused, ConfigError, Refused
from bridge.wordpress.feed_hub import FeedHub
from bridge.wordpress.transport import OutgoingDoor
from tests.wordpress.test_transport import server


def publish(status: str, heard: list[bytes]) -> None:
    """A hub hears of a feed and answers with that status."""

    def answer(client: socket.socket) -> None:
        client.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())

    with server(answer, heard) as url:
        FeedHub(OutgoingDoor(allow_private=True), url).publish("https://bridge.example/mentors.atom?need=a&lang=fr")


def test_the_address_of_a_feed_arrives_as_one_field_of_a_form() -> None:
    heard: list[bytes] = []
    publish("204 No Content", heard)
    head, _, body = b"".join(heard).partition(b"\r\n\r\n")
    assert b"application/x-www-form-urlencoded" in head
    asked = "https%3A%2F%2Fbridge.example%2Fmentors.atom%3Fneed%3Da%26lang%3Dfr"
    assert body.decode() == f"hub.mode=publish&hub.url={asked}"


def test_what_was_not_taken_did_not_arrive() -> None:
    with pytest.raises(Refused, match="answered 503") as refused:
        publish("503 Later", [])
    assert refused.value.status == 503


def test_a_hub_on_a_private_address_is_never_called() -> None:
    for url in ("http://hub.example/", "https://user:pw@hub.example/", "hub.example"):
        with pytest.raises(ConfigError, match="WEBSUB_HUB"):
            FeedHub(OutgoingDoor(), url)
    with pytest.raises(AddressRefused):
        FeedHub(
            OutgoingDoor(resolver=lambda host, port: [(socket.AF_INET, "10.0.0.7")]), "https://hub.example/"
        ).publish("x")
