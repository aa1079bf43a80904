"""The one door: what it does not do, against real servers on loopback."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.errors import AddressRefused, BadAnswer, DeliveryFailed, Moved, TookTooLong, Unreachable
from bridge.mentors.own_addresses import is_within
from bridge.wordpress.transport import OutgoingDoor
from bridge.wordpress.url_checks import normalize_home
from tests.running import HANG_SECONDS, free_port


@contextmanager
def server(answer: Callable[[socket.socket], None], heard: list[bytes] | None = None) -> Iterator[str]:
    """A server that says what it likes; `heard` is what it was sent."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                try:
                    request = b""
                    while not _is_whole(request):
                        request += client.recv(65536)
                    if heard is not None:
                        heard.append(request)
                    answer(client)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    ended.set()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(HANG_SECONDS)


def _is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    size = re.search(rb"(?i)content-length: *(\d+)", head)
    return bool(end) and (size is None or len(body) >= int(size[1]))


def post(url: str, seconds: float = HANG_SECONDS, most: int = 1000) -> bytes:
    return OutgoingDoor(allow_private=True).post(url, b"{}", {}, seconds=seconds, most=most).body


def test_an_answer_comes_back() -> None:
    with server(lambda s: s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) as url:
        assert post(url) == b"ok"


def test_a_redirect_is_not_followed() -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with server(lambda s: s.sendall(redirect)) as url, pytest.raises(Moved):
        post(url)


def test_more_than_the_cap_is_not_read() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
    with server(lambda s: s.sendall(head + b"x" * 5000)) as url, pytest.raises(BadAnswer):
        post(url)


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"], ids=["headers", "body"])
def test_a_slow_drip_ends_in_time(first: bytes) -> None:
    def drip(client: socket.socket) -> None:
        client.sendall(first)
        while True:  # until it is left
            client.sendall(b"H")
            time.sleep(0.05)

    with server(drip) as url, pytest.raises(TookTooLong):
        post(url, seconds=1)


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        post(f"http://127.0.0.1:{free_port()}/")


REFUSED = (
    "http://example.org/",
    "ftp://example.org/",
    "https://user:pass@example.org/",
    "https://example.org:8080/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://10.0.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/",
    "https://100.64.0.1/",
    "https://localhost/",
    "https:///",
    "https://example.org\\@127.0.0.1/",
    "https://[fe80::1]/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "nonsense",
    "https://0177.0.0.1/",
    "https://0x7f000001/",
    "https://017700000001/",
    "https://127.1/",
    "https://0x7f.0.0.1/",
    "https://127.0.0.1./",
    "https://127。0。0。1/",
    "https://127．0．0．1/",
    "https://１２７.0.0.1/",
    "https://①②⑦.0.0.1/",
    "https://localhost./",
    "https://LOCALHOST/",
    "https://x@127.0.0.1/",
    "https://127.0.0.1\\.example.org/",
    "https://0xa9fea9fe/",
    "https://2852039166/",
    "https://0251.0376.0251.0376/",
    "https://192.0.0.192/",
    "https://168.63.129.16/",
    "https://0xa83f8110/",
    "https://100.100.100.200/",
    "https://[fd00:ec2::254]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[::169.254.169.254]/",
    "https://[fe80::a9fe:a9fe%25eth0]/",
    "https://[2001:db8::1]/",
    "https://[::]/",
    "https://3232235777/",
    "https://012.0.0.1/",
    "https://0xac.16.0.1/",
    "https://[2002:c000:c0::]/",
    "https://[64:ff9b::192.0.0.192]/",
    "https://[2a00:1450::5efe:10.0.0.1]/",
    "https://１６９。２５４。１６９。２５４/",
)
UNREACHABLE = ("https://[v1.x]/", "https://%31%32%37.0.0.1/", "https://127.0.0.1%00/")


@pytest.mark.parametrize("url", [*REFUSED, *UNREACHABLE])
def test_what_is_not_public_is_not_called(url: str) -> None:
    with pytest.raises((AddressRefused, Unreachable)):
        OutgoingDoor().post(url, b"", {}, seconds=2)


@pytest.mark.parametrize("url", REFUSED)
def test_where_an_address_is_given_it_is_refused_in_the_words_of_a_call(url: str) -> None:
    with pytest.raises(AddressRefused) as on_call:
        OutgoingDoor(resolver=_nobody).post(url, b"", {}, seconds=2)
    with pytest.raises(AddressRefused) as when_given:
        normalize_home(url, allow_private=False)
    assert str(when_given.value) == str(on_call.value)


def _nobody(host: str, port: int) -> list[tuple[int, str]]:
    raise AssertionError("no name is asked for")


def test_the_name_is_asked_once_and_what_was_checked_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])  # as a name does that changes its answer
    called: list[object] = []

    def connect(self: socket.socket, address: object) -> None:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    door = OutgoingDoor(resolver=lambda host, port: [(socket.AF_INET, next(answers))])
    with pytest.raises(Unreachable):
        door.post("https://rebinding.example/", b"", {}, seconds=2)
    assert called == [("93.184.216.34", 443)]


def test_each_address_of_a_name_is_checked_and_the_checked_one_is_called() -> None:
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[tuple[int, str]]:
        asked.append(host)
        return [(socket.AF_INET, "93.184.216.34"), (socket.AF_INET, "127.0.0.1")]

    with pytest.raises(AddressRefused):
        OutgoingDoor(resolver=resolver).post("https://rebinding.example/", b"", {}, seconds=2)
    assert asked == ["rebinding.example"]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with server(lambda s: s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) as url:
        assert post(url) == b"ok"


def test_a_password_of_the_environment_is_not_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("default login operator password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    heard: list[bytes] = []
    with server(lambda s: s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), heard) as url:
        post(url)
    assert b"authorization" not in heard[0].lower()


def test_failures_say_what_to_do() -> None:
    assert all(kind.repair for kind in DeliveryFailed.__subclasses__())


def test_under() -> None:
    assert is_within("https://a.example/blog/wp-json/", "https://a.example/blog")
    assert not is_within("https://a.example/blogger/", "https://a.example/blog")
    assert not is_within("https://a.example.evil/", "https://a.example")
