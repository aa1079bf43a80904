"""Skills in French and English: the list's own rules, finding, tags, the official ESCO files."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.mentors.skill_names import is_narrower
from bridge.mentors.skills import (
    SKILL_COLUMNS,
    SKILL_LANGUAGES,
    InvalidSkillList,
    Skill,
    SkillMatcher,
    bundled_matcher,
    bundled_skills,
    parse_esco,
    parse_skills,
)

HEAD = "\t".join(SKILL_COLUMNS)
ROW = "cash-flow\tmoney\tmanaging cash flow\tgérer la trésorerie\tcash flow\ttrésorerie"


def test_there_are_at_least_300_skills_with_a_name_in_both_languages() -> None:
    assert len(bundled_skills()) >= 300
    for skill in bundled_skills():
        assert all(skill.labels[language] for language in SKILL_LANGUAGES)
        assert any(skill.aliases.values()), skill.id


def test_every_alias_leads_to_its_skill() -> None:
    for skill in bundled_skills():
        for language in SKILL_LANGUAGES:
            for alias in skill.aliases[language]:
                assert skill.id in bundled_matcher().find(alias, language), (skill.id, alias)


@pytest.mark.parametrize(
    ("language", "text", "skills"),
    [
        ("en", "We nearly closed because of cash flow, then our first employee saved us.", {"cash-flow", "first-hire"}),
        ("en", "The grant application took a month.", {"grants"}),
        ("fr", "La pénurie de main-d'œuvre nous a coûté une saison.", {"labour-shortage"}),
        ("fr", "J'ai négocié le bail commercial avant d'écrire mon infolettre.", {"commercial-lease", "newsletter"}),
        ("fr", "Mon balado et mon blogue m'amènent du monde.", {"podcasting", "blogging"}),
        ("en", "Cash. Flow is another matter.", set()),
    ],
)
def test_skills_are_found_in_sentences(language: str, text: str, skills: set[str]) -> None:
    assert set(bundled_matcher().find(text, language)) == skills


def test_the_longest_name_wins() -> None:
    assert set(bundled_matcher().find("a shareholder agreement on vesting", "en")) == {"shareholder-agreement"}
    assert bundled_matcher().find("salary negotiation", "en") == {"salary-negotiation": 1}


@pytest.mark.parametrize("text", ["Le volet est fermé.", "Des volets ferme\u0301s.", "PORTE FERMÉE, VOLET FERMÉ"])
def test_what_an_accent_parts_from_a_name_is_not_that_name(text: str) -> None:
    assert "farming" not in bundled_matcher().find(text, "fr")


@pytest.mark.parametrize("text", ["comptabilité", "comptabilite\u0301", "COMPTABILITE", "comptabilite"])
def test_an_accent_that_was_left_out_hides_no_name(text: str) -> None:
    assert "accounting" in bundled_matcher().find(text, "fr")


def test_tags_and_categories_become_skills_whatever_their_language_and_spelling() -> None:
    names = ["Cash-Flow", "Trésorerie", "recrutement", "gestion_du_temps", "Uncategorized", "Newsletter"]
    assert bundled_matcher().of_names(names, "fr") == ("cash-flow", "recruiting", "time-management", "newsletter")


def test_a_skill_is_called_as_its_reader_calls_it() -> None:
    skill = bundled_matcher().skills["cash-flow"]
    assert (skill.label("fr-CA"), skill.label("en"), skill.label("de")) == (
        "gérer la trésorerie",
        "managing cash flow",
        "managing cash flow",
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("id\ten\tfr", "name the columns"),
        (f"{HEAD}\ncash-flow\tmoney\tmanaging", "exactly 6 columns"),
        (f"{HEAD}\n{ROW}\n{ROW}", "an id is unique"),
        (f"{HEAD}\n{ROW.replace('cash-flow', 'Cash Flow')}", "small letters"),
        (f"{HEAD}\n{ROW.replace('gérer la trésorerie', '')}", "both labels"),
        (f"{HEAD}\n{ROW}\n{ROW.replace('cash-flow', 'money')}", "already leads to cash-flow"),
        (f"{HEAD}\n{ROW.replace('cash flow', 'the of')}", "0 words of meaning"),
    ],
)
def test_a_list_that_breaks_its_rules_is_refused_with_the_place(lines: str, said: str) -> None:
    with pytest.raises(InvalidSkillList, match=said):
        parse_skills(lines)


@given(st.text(max_size=300), st.sampled_from(["en", "fr", "de", "zh", ""]))
def test_any_text_gives_an_answer(text: str, language: str) -> None:
    assert set(bundled_matcher().find(text, language)) <= set(bundled_matcher().skills)


ESCO = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,description\n"
    'KnowledgeSkillCompetence,http://data.example/esco/1,skill/competence,x,keep bees,"apiary work\ntend hives",\n'
)


def test_esco_lines_are_read_with_their_uris() -> None:
    assert list(parse_esco(ESCO, "skills_en.csv")) == [
        ("http://data.example/esco/1", "keep bees", ("apiary work", "tend hives"))
    ]


def test_a_file_of_another_layout_says_what_is_missing() -> None:
    with pytest.raises(InvalidSkillList, match=r"occupations\.csv: no column conceptUri, altLabels"):
        list(parse_esco("conceptType,preferredLabel\n", "occupations.csv"))
    with pytest.raises(InvalidSkillList, match="line 2 has no URI"):
        list(parse_esco(ESCO.replace("http://data.example/esco/1", ""), "skills_en.csv"))
    for broken in ("a\rb", '"' + "x" * 200_000 + '"'):
        with pytest.raises(InvalidSkillList, match="no CSV"):
            list(parse_esco(f"{ESCO}{broken},http://data.example/esco/2,x,x,y,\n", "skills_en.csv"))


def test_an_imported_skill_never_takes_a_name_of_our_own() -> None:
    imported = Skill("http://x.example/1", "esco", {"en": "manage cash flow"}, {"en": ("cash flow", "liquidity plan")})
    matcher = SkillMatcher([*bundled_skills(), imported])
    assert set(matcher.find("cash flow and a liquidity plan", "en")) == {"cash-flow", "http://x.example/1"}


@pytest.mark.parametrize(
    "typed", ["writing a business plan", "Writing-a-Business-Plan", "business plans", "writing a buisness plan"]
)
def test_a_need_may_be_the_name_of_a_skill_and_nothing_else(typed: str) -> None:
    assert bundled_matcher().of_whole_name(typed) == "business-plan"
    assert bundled_matcher().of_whole_name(f"{typed} for my neighbours") is None


def mistyped(name: str, dice: random.Random) -> str:
    """A letter left out, said twice, swapped or changed, anywhere but at the ends."""
    at = dice.randrange(1, len(name) - 1)
    before, letter, following, after = name[:at], name[at], name[at + 1], name[at + 2 :]
    slips = (following, letter * 2 + following, "x" + following, following + letter)
    return before + dice.choice(slips) + after


def test_the_name_of_a_skill_is_understood_with_a_slip_anywhere_in_it() -> None:
    dice = random.Random(3)
    names = [(skill.id, name) for skill in bundled_skills() for name in skill.labels.values() if len(name) > 3]
    missed = [name for id_, name in names if bundled_matcher().of_whole_name(mistyped(name, dice)) != id_]
    assert len(missed) <= len(names) / 100, missed


@pytest.mark.parametrize("right", ["welding", "wedding", "farmer", "lentil soup", "raising kids"])
def test_a_word_that_is_right_is_no_mistyped_skill(right: str) -> None:
    assert bundled_matcher().of_whole_name(right) in {None, "farming"}


@pytest.mark.parametrize(
    ("name", "skill", "narrower"),
    [
        ("beekeeping", "livestock", True),
        ("apiculteur", "livestock", True),
        ("raising animals", "livestock", False),
        ("passing the torch", "succession", False),
        ("repreneuriat", "succession", False),
    ],
)
def test_a_word_with_a_meaning_of_its_own_says_less_than_the_skill(name: str, skill: str, *, narrower: bool) -> None:
    assert is_narrower(name, bundled_matcher().skills[skill]) is narrower
