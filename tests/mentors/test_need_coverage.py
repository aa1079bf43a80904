"""Which posts speak of a need: decided by each post alone."""

from __future__ import annotations

import random

import numpy as np

from bridge.mentors.indexed_posts import IndexedPost
from bridge.mentors.need_coverage import SubjectWord, deciding_words, words_held
from tests.trials import trials


def indexed(number: int, *terms: int) -> IndexedPost:
    packed = np.array(terms, "<i8").tobytes() + np.ones(len(terms), "<u2").tobytes()
    return IndexedPost(number, 1, "fr", 100, packed)


def test_half_of_what_a_need_says_is_enough_and_a_common_word_of_it_is_not() -> None:
    hive, small, self_employed = (
        SubjectWord("ruche", 6.0, {"fr": {1}}),
        SubjectWord("petite", 2.0, {"fr": {2}}),
        SubjectWord("micro-ruche", 9.0, {"fr": {3}}, in_parts=True),
    )
    posts = [indexed(1, 1), indexed(2, 2), indexed(3, 1, 2), indexed(4, 3), indexed(5, 9)]
    assert words_held([hive, small], posts) == {1: ("ruche",), 3: ("ruche", "petite")}
    assert words_held([hive, small, self_employed], posts) == {
        1: ("ruche",),
        3: ("ruche", "petite"),
        4: ("micro-ruche",),
    }


def test_every_post_that_speaks_of_a_need_holds_one_of_the_words_that_decide() -> None:
    for seed in range(trials(200, 20_000)):
        dice = random.Random(seed)
        words = [
            SubjectWord(str(n), dice.choice([1.0, 2.0, 5.0]), {"fr": {n}}, in_parts=dice.random() < 0.2)
            for n in range(1, dice.randint(2, 7))
        ]
        posts = [indexed(n, *sorted(dice.sample(range(1, 8), dice.randint(1, 4)))) for n in range(20)]
        deciding = {word.written for word in deciding_words(words)}
        assert all(deciding.intersection(some) for some in words_held(words, posts).values())
