"""Which addresses a bridge may call: public ones, unless it is told that it lives among private ones."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from bridge.errors import AddressRefused
from bridge.mentors.own_addresses import DEFAULT_PORTS, is_within, normalize_url
from bridge.model import BlogFacts
from bridge.wordpress.networks import is_public, spelled_address

NOT_PUBLIC = "the address is private or reserved"


def check_url(url: str, *, allow_private: bool) -> SplitResult:
    """The parts of an address that may be called, as far as it can be said without resolving its name.

    Raises:
        AddressRefused: not http(s), credentials in it, or malformed; in public also plain http, an odd port, and an IP
            address, however it is spelled, that not everybody can reach.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("the address is malformed") from None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise AddressRefused("the address is not an http or https one")
    if "@" in parts.netloc or "\\" in url or any(char.isspace() or ord(char) < 32 for char in url):
        raise AddressRefused("the address has credentials or odd characters in it")
    if not allow_private:
        if parts.scheme != "https":
            raise AddressRefused("the address must begin with https")
        if port not in (None, 80, 443):
            raise AddressRefused(f"port {port} is not for blogs")
        address = spelled_address(parts.hostname)
        if parts.hostname.rstrip(".") == "localhost" or (address is not None and not is_public(address)):
            raise AddressRefused(NOT_PUBLIC)
    return parts


def normalize_home(url: str, *, allow_private: bool) -> str:
    """The one spelling of a blog's home address, under which it is known and its code is bound.

    Raises:
        AddressRefused: no blog can live there.
    """
    parts = check_url(url, allow_private=allow_private)
    if parts.query or parts.fragment:
        raise AddressRefused("the address has a query in it")
    normalized = normalize_url(url)
    if not normalized:
        raise AddressRefused("the address can be read in several ways")
    return normalized


def check_rest_root(rest_url: str, home_url: str) -> str:
    """Where the REST API of the blog at `home_url` is spoken to.

    Only addresses where WordPress itself answers for `home_url` prove anything: below it a neighbour may live, as on a
    host where every user has a folder. For any other address, such as one with a prefix of the site's own, stands the
    one that every WordPress has.
    """
    always = f"{home_url}/?rest_route=/"
    try:
        parts = urlsplit(rest_url)
    except ValueError:
        return always
    base, query = normalize_url(rest_url), parts.query
    if query:
        index = f"{home_url}/index.php"
        within_home = not parts.fragment and query in ("rest_route=/", "rest_route=%2F") and base in (home_url, index)
        return f"{base}{'' if base == index else '/'}?rest_route=/" if within_home else always
    pretty = (f"{home_url}/wp-json", f"{home_url}/index.php/wp-json")
    return f"{base}/" if base in pretty and not parts.fragment else always


def find_unproven_address(claimed: BlogFacts, proven: BlogFacts, further: Sequence[str]) -> str:
    """The first address that a blog says is its own and that no handshake has proven; "" when there is none."""
    home_url = normalize_url(claimed.home_url)
    if home_url != normalize_url(proven.home_url):
        return claimed.home_url
    for address in claimed.further_homes:
        if normalize_url(address) not in further:
            return address
    if claimed.rest_url != proven.rest_url and check_rest_root(claimed.rest_url, home_url) != proven.rest_url:
        return claimed.rest_url
    xmlrpc_url = claimed.xmlrpc_url if is_within(claimed.xmlrpc_url, home_url) else ""
    return xmlrpc_url if xmlrpc_url != proven.xmlrpc_url else ""
