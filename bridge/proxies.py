"""Who calls, when others call for them: the proxies that an operator trusts, and what they say of whom they serve.

Each proxy adds the address of its own caller at the end of X-Forwarded-For; what stands before that was said by that
caller. So the list is read from the right, and only as far as those who are trusted wrote it.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
MAX_PROXIES = 20


def parse_address(text: str) -> Address | None:
    """An IP address as proxies write it, also with a port; None for what is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def parse_host(header: str) -> str:
    """The name in a Host header, in small letters and without its port or a last dot; "" for what is none."""
    try:
        parts = urlsplit(f"//{header}")
        parts.port  # noqa: B018 - read to be checked
    except ValueError:
        return ""
    if parts.netloc != header or "@" in header:
        return ""
    host = (parts.hostname or "").removesuffix(".")
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether a name or an address is of loopback."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@dataclass(frozen=True, slots=True)
class Proxies:
    """How many stand before the bridge, or where they are; none: whoever connects calls for themselves."""

    count: int = 0
    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, setting: str) -> Proxies:
        """From a number, or from addresses and networks with commas between them.

        Raises:
            ValueError: neither.
        """
        if setting.isascii() and setting.isdecimal() and len(setting) < 3:
            count = int(setting)
            if count > MAX_PROXIES:
                raise ValueError(f"more than {MAX_PROXIES} proxies")
            return cls(count)
        parts = [part.strip() for part in setting.split(",")]
        return cls(networks=tuple(ipaddress.ip_network(part, strict=False) for part in parts))

    def caller(self, remote: str, forwarded: str) -> str:
        """The address of who calls. `remote`: who connected to us; `forwarded`: X-Forwarded-For.

        Where a proxy named nobody, or nothing that is an address, it is the proxy.
        """
        nearest, left = remote, MAX_PROXIES if self.networks else self.count
        for entry in reversed(forwarded.split(",") if forwarded else []):
            address = parse_address(entry)
            if not left or address is None or not self.trusts(nearest):
                break
            nearest, left = str(address), left - 1
        return nearest

    def trusts(self, address: str) -> bool:
        """Whether who connects from there calls for others."""
        if not self.networks:
            return self.count > 0
        caller_address = parse_address(address)
        # Without an address: over a socket in the file system, which only a proxy uses.
        return caller_address is None or any(caller_address in network for network in self.networks)
