"""How much a text shows of its writer."""

from __future__ import annotations

import json
import math
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.text.disclosure import extract_features, sentence_disclosure, text_disclosure, word_groups

FEELING = {
    "en": "I cried all night and I still miss my mother so much.",
    "fr": "J'ai pleuré toute la nuit et ma mère me manque tellement.",
}
FACT = {
    "en": "I moved to another city with my husband and our two kids three years ago.",
    "fr": "J'ai déménagé avec mon mari et nos deux enfants il y a trois ans.",
}
DRY = {
    "en": "The index is rebuilt every night by the server.",
    "fr": "L'index est reconstruit chaque nuit par le serveur.",
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_feelings_and_facts_of_a_life_score_above_dry_prose(language: str) -> None:
    dry = text_disclosure(DRY[language], language)
    assert text_disclosure(FEELING[language], language).emotional > dry.emotional + 0.1
    assert text_disclosure(FACT[language], language).informational > dry.informational + 0.1


def test_a_text_is_the_mean_of_its_sentences_in_any_order() -> None:
    one, other = text_disclosure(FEELING["en"], "en"), text_disclosure(DRY["en"], "en")
    both = text_disclosure(f"{FEELING['en']} {DRY['en']}", "en")
    assert both == text_disclosure(f"{DRY['en']} {FEELING['en']}", "en")
    assert both.emotional == pytest.approx((one.emotional + other.emotional) / 2, abs=1e-4)


def test_words_of_others_disclose_nothing_of_the_writer() -> None:
    assert text_disclosure("“I cried all night and I miss my mother so much.”", "en").emotional == 0


@given(st.text(max_size=300), st.sampled_from(["en", "fr", "he", "ja"]))
def test_any_text_scores_between_nothing_and_one(text: str, language: str) -> None:
    found = text_disclosure(text, language)
    assert 0 <= found.emotional <= 1
    assert 0 <= found.informational <= 1


def test_both_languages_have_the_same_groups() -> None:
    assert set(word_groups("en").values()) == set(word_groups("fr").values())


def test_the_weights_say_where_they_come_from() -> None:
    shipped = json.loads((files("bridge.text") / "data" / "disclosure_weights.json").read_text(encoding="utf-8"))
    assert "CC BY 4.0" in shipped["about"]["licence"]
    assert "tests.bench.disclosure" in shipped["about"]["again"]


@pytest.mark.parametrize(("language", "model"), [("en", "words and groups"), ("fr", "groups")])
@given(
    st.lists(st.sampled_from(["I", "cried", "!", "my", "mother's", "husband", "never", "us", "je", "ma", "mère", "x"]))
)
def test_a_sentence_scores_what_the_features_that_were_learnt_on_weigh(
    language: str, model: str, words: list[str]
) -> None:
    shipped = json.loads((files("bridge.text") / "data" / "disclosure_weights.json").read_text(encoding="utf-8"))[model]
    features = {name: value for name, value in extract_features(" ".join(words), language).items() if name in shipped}
    is_known = bool(set(features) - {"[length]", "[length squared]"})
    for place, score in enumerate(sentence_disclosure(" ".join(words), language)):
        total = shipped["[start]"][place] + sum(value * shipped[name][place] for name, value in features.items())
        assert score == pytest.approx(1 / (1 + math.exp(-total)) if is_known else 0)
