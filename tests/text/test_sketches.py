"""Much the same texts are found by what they have in common, others and short ones are not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.text.sketches import SHINGLE_WORDS, SKETCH_HASHES, estimate_jaccard, lookup_shingles, sketch_of
from bridge.text.tokens import words_of
from tests.lab.texts import CASH, FERMENTS, HIRING

WORDS = [f"{word}{n}" for n in range(8) for word in words_of("\n".join(text for _, text in CASH + HIRING))]


def test_a_text_is_found_by_its_words_alone() -> None:
    text = "\n".join(text for _, text in CASH)
    same = text.upper().replace(".", " !")
    assert lookup_shingles(sketch_of(words_of(text))) == lookup_shingles(sketch_of(words_of(same)))
    assert len(lookup_shingles(sketch_of(words_of(text)))) == 8


def test_texts_on_the_same_subject_share_nothing() -> None:
    one, other = ("\n".join(text for _, text in texts) for texts in (CASH, HIRING))
    assert not set(lookup_shingles(sketch_of(words_of(one)))) & set(lookup_shingles(sketch_of(words_of(other))))


def test_what_is_short_is_not_looked_for() -> None:
    assert [lookup_shingles(sketch_of(words_of(text))) for _, text in FERMENTS] == [()] * len(FERMENTS)
    words = WORDS[: SKETCH_HASHES + 4]
    assert lookup_shingles(sketch_of(words))
    assert lookup_shingles(sketch_of(words[:-1])) == ()


def runs(words: list[str]) -> set[tuple[str, ...]]:
    """All of five words."""
    return {tuple(words[place : place + SHINGLE_WORDS]) for place in range(len(words) - SHINGLE_WORDS + 1)}


@given(st.integers(80, 1500), st.data())
def test_a_text_of_which_a_little_was_changed_is_found(length: int, data: st.DataObject) -> None:
    words = WORDS[:length]
    changed = list(words)
    for _ in range(data.draw(st.integers(0, max(1, length // 100)), "changes")):
        changed[data.draw(st.integers(0, length - 1), "place")] = data.draw(st.text("xyz", min_size=1), "word")
    one, other = sketch_of(words), sketch_of(changed)
    there, here = runs(words), runs(changed)
    # Of 64 hashes the deviation is 0.0625 at most: this is three of them, and five for texts so alike.
    assert abs(estimate_jaccard(one, other) - len(there & here) / len(there | here)) < 0.19
    assert set(lookup_shingles(one)) & set(lookup_shingles(other))
