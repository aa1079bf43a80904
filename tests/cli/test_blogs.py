"""How an operator lists blogs, names them, and says which may come."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bridge.model import BlogFacts
from bridge.storage.blogs import blogs, contact, registration_codes, state_checks
from bridge.storage.core.database import Database
from tests.conftest import NOW

pytestmark = pytest.mark.slow

Run = Callable[..., CompletedProcess[str]]
ALICE, BOB = "blog_" + "a1" * 12, "blog_" + "b2" * 12
OPEN = {"ALLOW_PRIVATE_ADDRESSES": "yes"}


@pytest.fixture
def database(call_bridge: Run, tmp_path: Path) -> Database:
    """A bridge with two blogs, of which one cannot be reached."""
    assert call_bridge("migrate").returncode == 0
    opened = Database.open(f"sqlite:///{tmp_path / 'home' / 'bridge.sqlite'}")
    with opened.begin() as tx:
        for blog_id, name in ((ALICE, "Alice’s very long name of a blog about the keeping of books"), (BOB, "Bob")):
            home = f"https://{name[:5].strip('’').lower()}.example"
            blogs.upsert(tx, blog_id, "connected", BlogFacts(name, "", "en", home, f"{home}/wp-json/", "", "u"), NOW)
        contact.record_push_failure(tx, BOB, "away", NOW - timedelta(days=2))
    return opened


def test_a_list_in_a_pipe_is_whole_and_a_line_each(call_bridge: Run, database: Database) -> None:
    lines = call_bridge("blog", "list").stdout.splitlines()
    head, *rows = [re.split(r"  +", line) for line in lines]
    head.remove("transport")  # not known of these
    first, second = (dict(zip(head, row, strict=True)) for row in rows)
    assert first["blog"] == ALICE
    assert first["name"].endswith("the keeping of books")
    assert (first["seen (UTC)"], first["posts"], first["mentors"]) == (f"{NOW:%Y-%m-%d %H:%M}", "0", "0")
    assert second["state"] == f"connected, failing since {NOW - timedelta(days=2):%Y-%m-%d}"


@pytest.mark.parametrize("name", [BOB, "blog_b2", "b2b2", "bob", "bob.example", "http://bob.example/"])
def test_a_blog_is_found_by_id_beginning_name_or_address(call_bridge: Run, database: Database, name: str) -> None:
    assert json.loads(call_bridge("blog", "show", name, "--json").stdout)["id"] == BOB


def test_what_names_several_or_none_is_refused_with_the_choice(call_bridge: Run, database: Database) -> None:
    several = call_bridge("blog", "disconnect", "blog_", "--yes")
    assert several.returncode != 0
    assert ALICE in several.stderr
    assert BOB in several.stderr
    assert "bridge blog list" in call_bridge("blog", "show", "carol").stderr
    assert len(json.loads(call_bridge("blog", "list", "--json").stdout)["blogs"]) == 2


def test_open_codes_are_listed_for_14_days_and_a_new_one_voids_the_earlier(
    call_bridge: Run, database: Database
) -> None:
    earlier = call_bridge("blog", "add", "https://carol.example").stdout.strip()
    newer = call_bridge("blog", "add", "https://carol.example", "--replace").stdout.strip()
    (code,) = json.loads(call_bridge("blog", "codes", "--json").stdout)["codes"]
    assert (code["home_url"], code["replaces"]) == ("https://carol.example", True)
    listed = call_bridge("blog", "codes").stdout
    assert newer not in listed
    with database.begin() as tx:
        (opened,) = registration_codes.list_open(tx, NOW - timedelta(days=400))
        made = opened.expires_at - timedelta(days=14)
        assert not registration_codes.is_valid(tx, earlier, "https://carol.example", made)
        assert registration_codes.is_valid(tx, newer, "https://carol.example", made + timedelta(days=13))
        assert registration_codes.list_open(tx, made + timedelta(days=15)) == []


def test_a_blocked_address_loses_its_blogs_and_gets_no_code(call_bridge: Run, database: Database) -> None:
    call_bridge("blog", "block", "https://bob.example", "--reason", "sells places", "--yes")
    assert json.loads(call_bridge("blog", "show", BOB, "--json").stdout)["state"] != "connected"
    (item,) = json.loads(call_bridge("blog", "blocked", "--json").stdout)["blocked"]
    assert (item["address"], item["reason"]) == ("bob.example", "sells places")
    refused = call_bridge("blog", "add", "https://bob.example/below")
    assert "blocked" in refused.stderr
    assert not refused.stdout
    call_bridge("blog", "unblock", "https://bob.example")
    assert call_bridge("blog", "add", "https://bob.example/below").stdout


def test_a_blog_is_asked_to_compare_and_both_counts_are_said(call_bridge: Run, database: Database) -> None:
    with database.begin() as tx:
        state_checks.record_comparison(tx, BOB, (12, 12), {}, NOW)
    first = call_bridge("blog", "check", "bob")
    assert first.stdout.startswith("12 of 12 objects are held as the blog has sent them, as of ")
    assert "asked to compare" in first.stderr
    with database.read() as tx:
        assert state_checks.is_asked(tx, BOB)
    assert json.loads(call_bridge("blog", "check", ALICE, "--json").stdout)["compared_at"] is None
