"""Words learned from translations: who stands together often enough, and alone, in whatever order it is told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.mentors.word_pairs import LanguageCounts, WordPair, learn_word_pairs, meanings_by_language
from bridge.text.terms import count_terms, term_id
from bridge.text.tokens import stem


def text(language: str, words: str) -> LanguageCounts:
    return language, count_terms("", words, language)


def term(language: str, word: str) -> int:
    return term_id(stem(word, language))


# "verger" stands in six posts, "orchard" in five of their translations: 2·5 / (6 + 5); beside "loyer" 2·5 / (7 + 5).
GOLDEN = [
    *[(text("fr", "verger loyer"), text("en", "orchard rent"))] * 5,
    (text("fr", "verger deuil"), text("en", "grief")),
    *[(text("fr", "loyer"), text("en", "rent"))] * 2,
    *[(text("fr", "kombucha"), text("en", "kombucha"))] * 6,
]
ORCHARD = WordPair("en", term("en", "orchard"), "fr", term("fr", "verger"), 909_091)
RENT = WordPair("en", term("en", "rent"), "fr", term("fr", "loyer"), 1_000_000)


def test_dice_by_hand_and_nothing_of_what_is_rare_or_written_alike() -> None:
    assert learn_word_pairs(GOLDEN) == sorted([ORCHARD, RENT])


@given(st.permutations(GOLDEN), st.lists(st.booleans(), min_size=len(GOLDEN), max_size=len(GOLDEN)))
def test_the_order_of_posts_and_of_languages_does_not_matter(
    posts: list[tuple[LanguageCounts, LanguageCounts]], turned: list[bool]
) -> None:
    assert learn_word_pairs(
        (two, one) if turn else (one, two) for (one, two), turn in zip(posts, turned, strict=True)
    ) == learn_word_pairs(GOLDEN)


def test_four_posts_are_too_few() -> None:
    assert learn_word_pairs([(text("fr", "verger"), text("en", "orchard"))] * 4) == []
    assert len(learn_word_pairs([(text("fr", "verger"), text("en", "orchard"))] * 5)) == 1


def test_two_words_that_always_stand_together_are_not_told_apart() -> None:
    assert learn_word_pairs([(text("fr", "verger pommier"), text("en", "orchard"))] * 6) == []


def test_nothing_is_learned_within_a_language_or_from_nothing() -> None:
    assert learn_word_pairs([(text("fr", "verger"), text("fr", "loyer"))] * 6) == []
    assert learn_word_pairs([]) == []
    assert learn_word_pairs([(text("fr", ""), text("en", ""))] * 6) == []


def test_each_side_knows_the_other_by_one_feature() -> None:
    known = meanings_by_language([ORCHARD])
    (there,), (back,) = known["en"][ORCHARD.term], known["fr"][ORCHARD.other]
    assert (there.language, there.term, back.language, back.term) == ("fr", ORCHARD.other, "en", ORCHARD.term)
    assert there.id == back.id
    assert there.likeness == back.likeness == 0.909091
