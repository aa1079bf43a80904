"""Terms of odd texts, of two languages or other scripts: an answer always, and never what only joins words."""

from __future__ import annotations

import pytest

from bridge.text.html import plain_text
from bridge.text.terms import count_terms

MIXED = (
    "We sold the bakery in May and kept the oven. Il était dans la cour avec nous, mais pas pour vous, et sans elle. "
    "The new owners bake bread there, and they call us when the oven sulks."
)


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_joins_words_in_the_other_language_of_a_mixed_text_is_no_term(language: str) -> None:
    found = set(count_terms("", MIXED, language).surfaces)
    assert found >= {"bakery", "oven", "bread"}
    assert not found & {"dans", "avec", "mais", "pas", "pour", "sans", "était", "elle"}


def test_a_word_that_only_looks_like_one_of_them_stays() -> None:
    found = set(count_terms("My first car", "I taught my son to pour concrete beside the car.", "en").surfaces)
    assert found >= {"car", "son", "pour", "concrete"}


def test_the_order_of_words_does_not_show() -> None:
    there, back = count_terms("", MIXED, "en"), count_terms("", " ".join(reversed(MIXED.split())), "en")
    assert there.to_bytes() == back.to_bytes()


@pytest.mark.parametrize(
    ("text", "language", "some"),
    [
        ("", "fr", set()),
        ("Trésorerie", "fr", {"trésorerie"}),
        ("🍞🔥💸 🥖🥖", "en", set()),
        ("فقدنا أكبر عميل لنا في مايو", "ar", {"عميل"}),
        ("私たちは五月に最大の顧客を失いました", "ja", {"顧客"}),
        ("<p><b>We <i>sold</b> <table><td>bread</i><script>x=1</script><!-- <p> <<<", "en", {"sold", "bread"}),
        ('[gallery ids="1,2"][caption]We opened a bakery[/caption]', "en", {"opened", "bakery"}),
        (b"We lost our \xff\xfe oven \xc3( invoice".decode("utf-8", "replace"), "en", {"lost", "oven", "invoice"}),
        ("oven \ud800 lost", "en", {"oven", "lost"}),
    ],
    ids=["empty", "one word", "emoji", "right to left", "CJK", "HTML soup", "shortcodes", "bad UTF-8", "surrogate"],
)
def test_odd_texts_have_the_terms_they_have(text: str, language: str, some: set[str]) -> None:
    found = set(count_terms("", plain_text(text), language).surfaces)
    assert found >= some
    assert not found & {"script", "gallery", "ids", "caption", "we", "x"}
