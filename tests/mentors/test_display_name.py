"""Nobody is called admin: what such an account writes stands under the name of its blog."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.mentors.display_name import (
    ROLE_NAMES,
    display_name,
    is_personal,
    is_role_name,
    lookalike_key,
    name_with_address,
)

PHP = Path(__file__).parent.parent.parent / "wp-plugin-stub" / "includes" / "authors" / "class-public-name.php"


@pytest.mark.parametrize("name", ["", "  ", "admin", "ADMIN", "Administrateur", "wp-admin 2", "Rédaction", "…"])
def test_such_a_name_gives_way_to_that_of_the_blog(name: str) -> None:
    assert is_role_name(name)
    assert display_name(name, "Atelier Luma") == "Atelier Luma"


@pytest.mark.parametrize("name", ["Adminata Diallo", "Éva", "Admin Sys Paul", "李雷", "42 jours"])
def test_a_persons_name_stays(name: str) -> None:
    assert not is_role_name(name)
    assert display_name(name, "Atelier Luma") == name


def test_a_login_made_of_the_blogs_name_is_spelt_like_it_and_a_name_is_not() -> None:
    assert display_name("atelier-luma", "Atelier Luma") == "Atelier Luma"
    assert not is_personal("atelier-luma", "Atelier Luma")
    assert display_name("Éva", "Eva") == "Éva"
    assert display_name("Marie Roy", "") == "Marie Roy"


def test_the_plugin_knows_the_same_names() -> None:
    listed = re.search(r"const NOBODY = array\((.*?)\);", PHP.read_text("utf-8"), re.DOTALL)
    assert listed is not None
    assert set(re.findall(r"'(.*?)'", listed[1])) == ROLE_NAMES


@pytest.mark.parametrize(
    "name",
    [
        "Ana Lima",
        "ANA  LIMA",
        "Aná Lima",
        "Ana\u200bLima",
        "\uff21na Lima",
        "\u0410n\u0430 Lima",
        "Ana L1ma",
        "Ana-Lima.",
    ],
)
def test_names_that_are_taken_for_each_other_are_the_same_in_haste(name: str) -> None:
    assert lookalike_key(name) == lookalike_key("Ana Lima")
    assert lookalike_key(name) != lookalike_key("Ada Lima")


def test_a_blog_is_named_with_the_address_that_it_has_proven() -> None:
    assert name_with_address("Le blogue d'Ana", "https://ana.example/blog") == "Le blogue d'Ana (ana.example/blog)"
    assert name_with_address("", "https://ana.example") == "ana.example"
    assert name_with_address("ana.example", "https://ana.example") == "ana.example"
    assert name_with_address("Imported", "") == "Imported"
