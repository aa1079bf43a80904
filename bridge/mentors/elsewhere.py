"""Where else somebody can be followed: a handle in the Fediverse, a newsletter of their blog. Only what is of its kind.

A handle is read by its form, for it may be of any server; a newsletter stands on the blog itself, or is not named.
"""

from __future__ import annotations

import re

from bridge.legible import web_address
from bridge.mentors.own_addresses import is_within

_HANDLE = re.compile(
    r"@(?P<name>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?)"
    r"@(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59}))"
)
MAX_HANDLE_CHARACTERS = 300


def read_handle(text: str) -> str:
    """ "@name@host" with its host in lower case; "" for whatever is no handle."""
    name, _, host = text.strip().rpartition("@")
    handle = f"{name}@{host.lower()}"
    return handle if len(handle) <= MAX_HANDLE_CHARACTERS and _HANDLE.fullmatch(handle) else ""


def handle_address(handle: str) -> str:
    """The page of a handle, where servers of the Fediverse have it; "" for no handle."""
    match = _HANDLE.fullmatch(handle)
    return f"https://{match['host']}/@{match['name']}" if match else ""


def newsletter_of_blog(address: str, home: str) -> str:
    """The address of a newsletter if it stands on the blog; else ""."""
    shown = web_address(address)
    return shown if is_within(shown, home) else ""
