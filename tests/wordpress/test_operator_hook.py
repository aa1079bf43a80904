"""What an operator is told goes through the one door, and a wrong address is said in the door's words."""

from __future__ import annotations

import socket

import pytest

from bridge.errors import AddressRefused, ConfigError, Refused
from bridge.wordpress.operator_hook import OperatorHook
from bridge.wordpress.transport import OutgoingDoor
from tests.wordpress.test_transport import server

LINE = '{"alert": "quarantine", "count": 3}\n'


def answering(status: str, heard: list[bytes]) -> OperatorHook:
    """Its address takes a line and answers with that status."""

    def answer(client: socket.socket) -> None:
        client.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())

    with server(answer, heard) as url:
        hook = OperatorHook(OutgoingDoor(allow_private=True), url)
        hook.tell(LINE)
    return hook


def test_a_line_arrives_as_json() -> None:
    heard: list[bytes] = []
    answering("204 No Content", heard)
    head, _, body = b"".join(heard).partition(b"\r\n\r\n")
    assert b"application/json" in head
    assert body == LINE.encode()


def test_what_was_not_taken_did_not_arrive() -> None:
    with pytest.raises(Refused, match="answered 500"):
        answering("500 Oh", [])


@pytest.mark.parametrize(
    "url", ["http://hooks.example/x", "https://user:pw@hooks.example/", "hooks.example", "https://h.example:99/"]
)
def test_a_wrong_address_is_refused_at_the_start_in_the_words_of_a_call(url: str) -> None:
    door = OutgoingDoor()
    with pytest.raises(AddressRefused) as on_call:
        door.post(url, b"", {})
    with pytest.raises(ConfigError) as at_start:
        OperatorHook(door, url)
    assert str(at_start.value) == f"ALERT_URL: {on_call.value}."
