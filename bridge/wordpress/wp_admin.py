"""Ways into the wp-admin of a blog that is not connected yet: nothing is known of it but its address."""

from __future__ import annotations

from urllib.parse import urlencode


def connect_link(home_url: str, bridge_url: str, code: str = "") -> str:
    """The plugin's settings screen on the blog at `home_url`, with the bridge's address and a code filled in.

    It connects nobody: on that screen the owner reads what will be sent, and presses a button.
    """
    filled_in = {"page": "mentor-bridge", "bridge": bridge_url} | ({"code": code} if code else {})
    return f"{home_url}/wp-admin/options-general.php?{urlencode(filled_in)}"
