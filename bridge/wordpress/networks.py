"""Which IP addresses everybody can reach: a table of our own.

What Python calls global changes with its patch releases, and does not know that a cloud answers at some addresses with
the passwords of the machine that asks. The networks are those of the IANA registries of special-purpose addresses
(RFC 6890 and what followed; 2026) that are no place for a blog, and the clouds' own.
https://www.iana.org/assignments/iana-ipv4-special-registry https://www.iana.org/assignments/iana-ipv6-special-registry
"""

from __future__ import annotations

import ipaddress
import socket
import unicodedata
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

_CLOSED_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",  # private
        "100.64.0.0/10",  # behind a carrier's NAT; Alibaba's metadata are at 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's metadata, in the midst of public addresses
        "169.254.0.0/16",  # link-local: the metadata of most clouds, at 169.254.169.254
        "192.0.0.0/24",  # IETF protocols; Oracle's metadata are at 192.0.0.192
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",  # documentation
        "192.31.196.0/24",
        "192.175.48.0/24",
        "192.52.193.0/24",  # AS112, AMT
        "192.88.99.0/24",  # relays of 6to4
        "198.18.0.0/15",  # benchmarks
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# Of IPv6 only this part has been given to anybody: not loopback, fc00::/7 (AWS, Google: metadata), fe80::/10,
# fec0::/10, ff00::/8, 64:ff9b:1::/48, 100::/64, 5f00::/16, nor an IPv4 address with zeros before it.
_OPEN_V6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocols: benchmarks, ORCHID, AS112 …
        "2001:db8::/32",
        "3fff::/20",  # documentation
        "2620:4f:8000::/48",  # AS112
    )
)
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_6TO4 = ipaddress.IPv6Network("2002::/16")
_TEREDO = ipaddress.IPv6Network("2001::/32")
_ISATAP = (0x00005EFE, 0x02005EFE)  # in the middle of an address, before an IPv4 one


def is_public(address: str) -> bool:
    """Whether an IP address can be reached by everybody, and so can the one that is wrapped in it."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _CLOSED_V4)
    inner = tuple(_wrapped(ip))
    translated = ip in _MAPPED or ip in _NAT64 or ip in _TEREDO  # their IPv4 addresses are all they are
    reachable = translated or (ip in _OPEN_V6 and not any(ip in network for network in _CLOSED_V6))
    return reachable and all(is_public(str(embedded)) for embedded in inner)


def spelled_address(host: str) -> str | None:
    """The IP address that a host name is, in whatever spelling a resolver understands; None: it is a name.

    Decimal, octal, hexadecimal and short forms, and digits and full stops of other scripts.
    """
    plain = unicodedata.normalize("NFKC", host).replace("。", ".").strip("[]").rstrip(".")
    try:
        return str(ipaddress.ip_address(plain))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(plain))
    except (OSError, UnicodeError):
        return None


def _wrapped(ip: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses at which a packet for an IPv6 one may come out."""
    number = int(ip)
    last = IPv4Address(number & 0xFFFFFFFF)
    if ip in _MAPPED or ip in _NAT64 or (number >> 32) & 0xFFFFFFFF in _ISATAP:
        yield last
    if ip in _6TO4:
        yield IPv4Address((number >> 80) & 0xFFFFFFFF)
    if ip in _TEREDO:
        yield IPv4Address((number >> 64) & 0xFFFFFFFF)  # the server
        yield IPv4Address(int(last) ^ 0xFFFFFFFF)
