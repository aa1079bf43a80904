"""Titles and names as their readers see them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.text.titles import plain_lines, plain_title


@pytest.mark.parametrize(
    ("stored", "language", "read"),
    [
        ("Ana &amp; Luc", "", "Ana & Luc"),
        ("Un <em>vrai</em> départ, l&#8217;hiver", "", "Un vrai départ, l’hiver"),
        ("<strong>Le <i class='x'>four</i></strong><br/>neuf", "", "Le four neuf"),
        ("[:fr]Le four[:en]The kiln[:]", "en", "The kiln"),
        ("[:fr]Le four[:en]The kiln[:]", "fr-CA", "Le four"),
        ("Of <title> and a < b", "", "Of <title> and a < b"),
        ("&amp;amp; stays", "", "&amp; stays"),
        ("{:fr}Four &amp; feu{:}{:pt-br}Forno{:}", "pt", "Forno"),
        ('<a href="https://atelier.example">L&#039;atelier</a> &amp; moi', "", "L'atelier & moi"),
        ("Turned &#8238; and&#10;broken", "", "Turned and broken"),
        ("Le four : récit", "fr", "Le four : récit"),
    ],
)
def test_a_title_is_decoded_once(stored: str, language: str, read: str) -> None:
    assert plain_title(stored, language) == read


def test_lines_about_oneself_are_read_alike() -> None:
    stored = "[:en]Baker &amp; <em>gardener</em>\r\nSince 1998[:fr]Boulanger[:]"
    assert plain_lines(stored, "en") == "Baker & gardener\nSince 1998"
    assert plain_lines(stored, "fr-CA") == "Boulanger"


@given(st.text(alphabet="abé <>/em:[]", max_size=80))
def test_a_title_never_grows(stored: str) -> None:
    assert len(plain_title(stored)) <= len(stored)
