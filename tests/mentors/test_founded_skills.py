"""What a post is about, against what it merely mentions: evidence, denial, quotation, other words of the same look."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.mentors.founded_skills import founded_skills
from bridge.mentors.skills import bundled_matcher

FILLING = {
    "en": "The rain came early that year and nobody in the valley knew what to do about the old stone bridge. ",
    "fr": "La pluie est venue tôt cette année et personne dans la vallée ne savait que faire du vieux pont. ",
}


def founded(text: str, language: str, title: str = "") -> set[str]:
    """Skills of a post of some 200 words that holds a text."""
    return set(founded_skills(title, text + "\n" + FILLING[language] * 10, language, bundled_matcher()).founded)


@pytest.mark.parametrize(
    ("language", "title", "text", "skill"),
    [
        ("en", "How we chased late payments", "", "late-payment"),
        ("fr", "Mes retards de paiement", "", "late-payment"),
        ("en", "", "Our cash flow was thin. We drew our cash flow on the wall.", "cash-flow"),
        ("fr", "", "La trésorerie était mince. J'ai dessiné notre trésorerie au mur.", "cash-flow"),
        ("en", "", "We were hiring our first employee. A first employee changes you.", "first-hire"),
        ("fr", "", "Nos délais de paiement : un client paie en retard, on attend.", "late-payment"),
        ("en", "Our newsletters", "I sent the newsletter, and a newsletter came back.", "newsletter"),
    ],
)
def test_a_title_or_a_second_mention_founds_a_skill(language: str, title: str, text: str, skill: str) -> None:
    assert skill in founded(text, language, title)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Our cash flow was thin."),
        ("fr", "La trésorerie était mince."),
    ],
)
def test_one_mention_in_a_long_text_founds_none(language: str, text: str) -> None:
    assert founded(text, language) == set()


def test_one_mention_is_enough_in_a_note_of_a_few_lines() -> None:
    note = "En janvier la trésorerie ne suffisait plus. J'ai vendu la camionnette."
    assert set(founded_skills("Janvier", note, "fr", bundled_matcher()).founded) == {"cash-flow"}


@pytest.mark.parametrize(
    ("language", "text", "never"),
    [
        ("en", "The product is new. The product is good. Many products.", "productivity"),
        ("en", "My account is closed. That account was old.", "accounting"),
        ("en", "The source is dry. Its source is a spring.", "purchasing"),
        ("fr", "Il vit maintenant ici. Maintenant il dort.", "maintenance"),
        ("fr", "Elle passe devant la porte. Devant lui, rien.", "quotes"),
        ("fr", "Une personne entre. Une autre personne sort.", "personas"),
        ("fr", "Un client me paie en trois fois. Il paie toujours.", "payroll"),
        ("en", "We drove through three time zones. Those zones are wide.", "permits"),
    ],
)
def test_a_word_that_shares_a_stem_is_another_word(language: str, text: str, never: str) -> None:
    assert never not in founded(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We had cash, flow and ebb. I like cash and flow, cash; flow."),
        ("fr", "Un plan et des affaires, un plan ; affaires. La gestion, le temps, la gestion et le temps."),
    ],
)
def test_neighbours_by_chance_are_no_name(language: str, text: str) -> None:
    assert founded(text, language) == set()


@pytest.mark.parametrize(
    ("language", "text", "skill"),
    [
        (
            "en",
            "I have no business plan. We never wrote a business plan. Without a business plan we went on.",
            "business-plan",
        ),
        ("fr", "Je n'ai pas de plan d'affaires. Sans plan d'affaires, jamais de plan d'affaires.", "business-plan"),
        ("en", "I am looking for a graphic designer. Still searching for a graphic designer.", "graphic-design"),
        ("fr", "Je cherche un graphiste. Nous cherchons toujours un graphiste.", "graphic-design"),
        ("en", "I hired an accounting firm. She hired our old bookkeeping service.", "accounting"),
        ("fr", "J'ai confié la tenue de livres à Luc. J'ai délégué la tenue de livres.", "bookkeeping"),
        ("en", "“Cash flow is king, as my uncle said” and “cash flow is what you eat every day”.", "cash-flow"),
        ("fr", "« La trésorerie est reine, disait mon oncle » et « la trésorerie nourrit son homme ».", "cash-flow"),
        ("en", "Photo by Ann, Freelance Photography\nPhoto by Bob, Freelance Photography", "photography"),
    ],
)
def test_what_is_denied_sought_handed_on_quoted_or_credited_is_not_theirs(language: str, text: str, skill: str) -> None:
    assert skill not in founded(text, language)


@pytest.mark.parametrize(
    ("language", "text", "skill"),
    [
        ("en", "The meat was tender, the light tender, a tender evening.", "tendering"),
        ("fr", "J'ai monté la paie de mule : la paie, quelle paie.", "payroll"),
    ],
)
def test_an_everyday_word_needs_company(language: str, text: str, skill: str) -> None:
    assert skill not in founded(text, language)


def test_hyphens_accents_and_decomposed_letters_make_no_difference() -> None:
    for text in ("cash-flow, cash-flow", "Cash flow. Cash flow."):
        assert "cash-flow" in founded(text, "en")
    for text in ("tre\u0301sorerie, tre\u0301sorerie", "Trésorerie ! Trésorerie !"):
        assert "cash-flow" in founded(text, "fr")


@given(st.text(max_size=200), st.text(max_size=400), st.sampled_from(["en", "fr", "de", "hi"]))
def test_any_text_is_answered_with_known_skills_and_titled_ones_among_them(
    title: str, text: str, language: str
) -> None:
    skills = founded_skills(title, text, language, bundled_matcher())
    assert set(skills.titled) <= set(skills.founded) <= set(bundled_matcher().skills)
    assert all(times >= 1 for times in skills.founded.values())
    assert bool(skills.spoken) is bool(skills.founded)


@pytest.mark.parametrize("piece", ['"', "«", "“ ", "a, ", "no ", "cash of of ", "photo ", "photo by\n", "((", "é"])
def test_a_hostile_text_takes_a_time_that_grows_with_its_length(piece: str) -> None:
    took = []
    for length in (20_000, 80_000):
        began = time.process_time()
        founded_skills("", piece * (length // len(piece)), "en", bundled_matcher())
        took.append(time.process_time() - began)
    assert took[1] < 10 * took[0] + 0.2


def test_what_is_only_mentioned_is_no_skill_but_says_what_a_post_is_near_to() -> None:
    text = "We kneaded all night. A late payment came in the morning." + "\n" + FILLING["en"] * 10
    skills = founded_skills("The oven", text, "en", bundled_matcher())
    assert "late-payment" not in skills.founded
    assert "late-payment" in skills.mentioned
    assert skills.spoken == ()


def test_the_names_by_which_a_post_speaks_of_its_skills_are_its_own_and_those_used_most_come_first() -> None:
    text = "Late payments hurt. Our unpaid invoices grow. Not one late payer, but unpaid invoices: unpaid invoices."
    skills = founded_skills("Cash-flow in winter", text, "en", bundled_matcher())
    assert skills.spoken == ("unpaid invoices", "cash flow", "late payments")
