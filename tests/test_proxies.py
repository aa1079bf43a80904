"""Who calls, through whatever stands before the bridge; nobody is believed who is not trusted."""

from __future__ import annotations

import pytest

from bridge.proxies import Proxies, is_loopback, parse_host


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "caller"),
    [
        ("0", "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("0", "127.0.0.1", "198.51.100.1", "127.0.0.1"),
        ("1", "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("1", "127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the first was said by the caller
        ("1", "127.0.0.1", "", "127.0.0.1"),
        ("1", "127.0.0.1", "unknown", "127.0.0.1"),
        ("1", "127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("1", "127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("1", "127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("2", "10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("2", "10.0.0.1", "10.0.0.2", "10.0.0.2"),  # past the outer one: who called the inner one
        ("2", "10.0.0.1", "junk, 10.0.0.2", "10.0.0.2"),
        ("127.0.0.1,10.0.0.0/8", "127.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("127.0.0.1,10.0.0.0/8", "127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1,10.0.0.0/8", "203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours
        ("127.0.0.1,10.0.0.0/8", "::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1,10.0.0.0/8", "", "198.51.100.1", "198.51.100.1"),  # over a socket in the file system
        ("10.0.0.0/8", "10.0.0.1", ", ".join(["10.0.0.9"] * 500), "10.0.0.9"),
    ],
)
def test_the_list_is_read_from_the_right_as_far_as_it_is_trusted(
    proxies: str, remote: str, forwarded: str, caller: str
) -> None:
    assert Proxies.parse(proxies).caller(remote, forwarded) == caller


@pytest.mark.parametrize("said", ["many", "-1", "21", "10.0.0.0/99", "1,", "²", "proxy.example"])
def test_what_are_no_proxies(said: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Proxies.parse(said)


@pytest.mark.parametrize(
    ("said", "host"),
    [
        ("Bridge.Example", "bridge.example"),
        ("bridge.example:8000", "bridge.example"),
        ("[::1]:80", "::1"),
        ("bridge.example.", "bridge.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("10.0.0.7", "10.0.0.7"),
        ("evil@bridge.example", ""),
        ("bridge.example/evil", ""),
        ("bridge.example?evil", ""),
        ("", ""),
        (":80", ""),
        ("bridge.example:port", ""),
        ("[::1", ""),
        ("bridge.example#", ""),
        ("bridge.example:99999", ""),
    ],
)
def test_a_host_is_the_name_alone_or_nothing(said: str, host: str) -> None:
    assert parse_host(said) == host


def test_loopback_has_several_names() -> None:
    assert all(map(is_loopback, ("localhost", "x.localhost", "127.0.0.1", "127.9.9.9", "::1")))
    assert not any(map(is_loopback, ("", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "::2")))
