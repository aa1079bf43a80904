"""What authors write of their stage, their time and how they meet, as kinds to look for."""

from __future__ import annotations

import pytest

from bridge.mentors.declared_kinds import (
    AVAILABILITY,
    FORMATS,
    ONLY_WRITTEN,
    STAGES,
    read_availability,
    read_format,
    read_formats,
    read_region,
    read_stage,
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("établie", "established"),
        ("cinq ans", "growing"),
        ("reprise", "taking-over"),
        ("première année", "starting"),
        ("first year", "starting"),
        ("ten years in business", "established"),
        ("12 ans", "established"),
        ("3 years", "growing"),
        ("En transmission à mes enfants", "handing-over"),
        ("About to retire", "handing-over"),
        ("bleu", ""),
        ("", ""),
    ],
)
def test_a_stage_is_read_from_words_and_years(text: str, kind: str) -> None:
    assert read_stage(text) == kind


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Le vendredi matin", ["day"]),
        ("Tuesday evenings", ["evening"]),
        ("En soirée ou la fin de semaine", ["evening", "weekend"]),
        ("Any morning", ["day"]),
        ("Deux appels par mois", ["arranged"]),
        (" ", []),
    ],
)
def test_when_somebody_is_there(text: str, kinds: list[str]) -> None:
    assert read_availability(text) == kinds


def test_how_somebody_meets_others() -> None:
    assert read_formats(["courriel", "appel"]) == ["call", "written"]
    assert read_formats(["e-mail", "over coffee", "Zoom"]) == ["video", "written", "in-person"]
    assert read_formats(["pigeon"]) == []


def test_a_kind_is_read_as_itself() -> None:
    assert [read_stage(kind) for kind in STAGES] == list(STAGES)
    assert [read_availability(kind) for kind in AVAILABILITY] == [[kind] for kind in AVAILABILITY]
    assert [read_formats([kind])[0] for kind in FORMATS] == list(FORMATS)
    assert [read_format(kind) for kind in (*FORMATS, ONLY_WRITTEN)] == [*FORMATS, ONLY_WRITTEN]


@pytest.mark.parametrize(
    ("texts", "only"),
    [
        (["courriel"], True),
        (["e-mail", "Messages, à votre rythme", " "], True),
        (["written"], True),
        (["courriel", "appel"], False),
        (["courriel ou visio"], False),
        (["courriel", "rencontres lors d’événements"], False),
        (["e-mail", "pigeon"], False),
        ([], False),
    ],
)
def test_only_in_writing_is_promised_of_nobody_who_named_another_way(texts: list[str], only: bool) -> None:
    assert (ONLY_WRITTEN in read_formats(texts)) is only


def test_a_region_is_one_however_its_author_completes_it() -> None:
    assert {read_region(text) for text in ("Montréal", " montréal, QC", "Montréal (Plateau)")} == {"Montréal"}
