"""How a blog joins: the steps, and a link into its owner's wp-admin with the address of this bridge."""

from __future__ import annotations

import html
import io
import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bridge.bank.joining import read_home
from bridge.wordpress.wp_admin import connect_link
from tests.bank.conftest import House


@pytest.mark.parametrize(
    ("typed", "home_url"),
    [
        ("https://blog.example", "https://blog.example"),
        ("blog.example/", "https://blog.example"),
        ("HTTP://Blog.Example/journal/?p=3#x", "http://blog.example/journal"),
        ("https://blog.example/wp-admin/plugins.php", "https://blog.example"),
        ("https://blog.example/wp-login.php", "https://blog.example"),
        ("https://[::1]:8080/", "https://[::1]:8080"),
        ("bücher.example", "https://xn--bcher-kva.example"),
        ("javascript:alert(1)", ""),
        ("not a blog", ""),
        ("https://", ""),
        ("https://a@b.example", ""),
        ('"><script>', ""),
        ("", ""),
    ],
)
def test_an_address_is_read_as_people_type_it(typed: str, home_url: str) -> None:
    assert read_home(typed) == home_url


def test_the_link_fills_in_address_and_code() -> None:
    link = urlsplit(connect_link("https://blog.example/sub", "https://bridge.example:8443", "A&B"))
    assert (link.netloc, link.path) == ("blog.example", "/sub/wp-admin/options-general.php")
    query = parse_qs(link.query)
    assert query == {"page": ["mentor-bridge"], "bridge": ["https://bridge.example:8443"], "code": ["A&B"]}
    assert "code" not in connect_link("https://blog.example", "https://bridge.example")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_bank_shows_the_way_into_ones_own_wp_admin(house: House) -> None:
    assert 'name="blog"' in house.get("/")
    assert "This is not the address" not in house.get("/connect")
    page = house.get("/connect?blog=blog.example")
    address = re.search(r'class="address">([^<]+)<', page)
    assert address is not None
    assert f'href="{html.escape(connect_link("https://blog.example", address[1]))}"' in page
    wrong = house.get("/connect?blog=%22><script>alert(1)</script>")
    assert "This is not the address of a blog" in wrong
    assert "<script>alert" not in wrong
    assert "wp-admin/options" not in wrong


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_bridge_hands_out_the_plugin_of_its_own_version(house: House) -> None:
    subprocess.run([sys.executable, str(Path(__file__).parents[2] / ".ci" / "plugin-zip")], check=True)
    for page in ("/", "/connect"):
        assert 'href="/mentor-bridge.zip"' in house.get(page)
    answer = house.client.get("/mentor-bridge.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        header = archive.read("mentor-bridge/mentor-bridge.php").decode()
    assert re.search(r"^ \* Version: +(\S+)$", header, re.MULTILINE)[1] == version("mentor-bridge")  # type: ignore[index]
