"""Nobody is called admin: what such an account writes stands under the name of its blog."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.mentors.naming import NOBODY, alike, is_nobody, is_personal, shown_name, with_place

PHP = Path(__file__).parent.parent.parent / "wp-plugin-stub" / "includes" / "authors" / "class-public-name.php"


@pytest.mark.parametrize("name", ["", "  ", "admin", "ADMIN", "Administrateur", "wp-admin 2", "Rédaction", "…"])
def test_such_a_name_gives_way_to_that_of_the_blog(name: str) -> None:
    assert is_nobody(name)
    assert shown_name(name, "Atelier Luma") == "Atelier Luma"


@pytest.mark.parametrize("name", ["Adminata Diallo", "Éva", "Admin Sys Paul", "李雷", "42 jours"])
def test_a_persons_name_stays(name: str) -> None:
    assert not is_nobody(name)
    assert shown_name(name, "Atelier Luma") == name


def test_a_login_made_of_the_blogs_name_is_spelt_like_it_and_a_name_is_not() -> None:
    assert shown_name("atelier-luma", "Atelier Luma") == "Atelier Luma"
    assert not is_personal("atelier-luma", "Atelier Luma")
    assert shown_name("Éva", "Eva") == "Éva"
    assert shown_name("Marie Roy", "") == "Marie Roy"


def test_the_plugin_knows_the_same_names() -> None:
    listed = re.search(r"const NOBODY = array\((.*?)\);", PHP.read_text("utf-8"), re.DOTALL)
    assert listed is not None
    assert set(re.findall(r"'(.*?)'", listed[1])) == NOBODY


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
    assert alike(name) == alike("Ana Lima")
    assert alike(name) != alike("Ada Lima")


def test_a_blog_is_named_with_the_address_that_it_has_proven() -> None:
    assert with_place("Le blogue d'Ana", "https://ana.example/blog") == "Le blogue d'Ana (ana.example/blog)"
    assert with_place("", "https://ana.example") == "ana.example"
    assert with_place("ana.example", "https://ana.example") == "ana.example"
    assert with_place("Imported", "") == "Imported"
