"""Which addresses a bridge may call: public ones, unless it is told that it lives among private ones."""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urlsplit

from bridge.errors import AddressRefused

PORTS = {"https": 443, "http": 80}


def checked(url: str, *, allow_private: bool) -> SplitResult:
    """The parts of an address that may be called, as far as it can be said without resolving its name.

    Raises:
        AddressRefused: not http(s), plain http or an odd port in public, credentials in it, or malformed.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("the address is malformed") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise AddressRefused("the address is not an http or https one")
    if "@" in parts.netloc or "\\" in url or any(char.isspace() or ord(char) < 32 for char in url):
        raise AddressRefused("the address has credentials or odd characters in it")
    if not allow_private:
        if parts.scheme != "https":
            raise AddressRefused("the address must begin with https")
        if port not in (None, 80, 443):
            raise AddressRefused(f"port {port} is not for blogs")
    return parts


def home(url: str, *, allow_private: bool) -> str:
    """The one spelling of a blog's home address, under which it is known and its code is bound.

    Raises:
        AddressRefused: no blog can live there.
    """
    parts = checked(url, allow_private=allow_private)
    if parts.query or parts.fragment:
        raise AddressRefused("the address has a query in it")
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"


def is_under(url: str, home_url: str) -> bool:
    """Whether `url` has the scheme, host, port and path prefix of `home_url`."""
    try:
        inner, outer = urlsplit(url), urlsplit(home_url)
        same = (inner.scheme, inner.hostname, _port(inner)) == (outer.scheme, outer.hostname, _port(outer))
    except ValueError:
        return False
    prefix = outer.path.rstrip("/") + "/"
    # A way up, however it is written, may lead to the neighbour.
    path = unquote(inner.path) + "/"
    return same and path.startswith(prefix) and "/../" not in path.replace("\\", "/")


def same_host(url: str, home_url: str) -> bool:
    """Whether both name the same scheme, host and port."""
    try:
        one, other = urlsplit(url), urlsplit(home_url)
        return (one.scheme, one.hostname, _port(one)) == (other.scheme, other.hostname, _port(other))
    except ValueError:
        return False


def _port(parts: SplitResult) -> int | None:
    return parts.port or PORTS.get(parts.scheme)
