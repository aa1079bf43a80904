"""What a mistyped word may mean: known words a slip or two away."""

from __future__ import annotations

from collections.abc import Iterable

SLIP_WEIGHTS = (1.0, 0.8, 0.6)  # how much a word counts that is so many slips away
ONE_SLIP_MIN_LETTERS, TWO_SLIPS_MIN_LETTERS = 4, 8  # letters


def spelling_candidates(
    word: str, vocabulary: Iterable[tuple[str, int, int]], most: int = 3
) -> list[tuple[int, float]]:
    """(term, share) of known words that a mistyped, folded `word` may mean, the likeliest first.

    The same letters without accents count fully.
    """
    allowed = allowed_slips(word)
    letters = set(word)
    candidates: dict[int, tuple[int, int]] = {}
    for written, term, df in vocabulary:
        if abs(len(written) - len(word)) > allowed or len(letters ^ set(written)) > 2 * allowed:
            continue
        slips = edit_distance(word, written, allowed)
        if slips <= allowed and (term not in candidates or (slips, -df) < candidates[term]):
            candidates[term] = (slips, -df)
    ordered = sorted(candidates.items(), key=lambda item: (*item[1], item[0]))
    nearest = [item for item in ordered if item[1][0] == ordered[0][1][0]][:most]
    return [(term, SLIP_WEIGHTS[slips]) for term, (slips, _) in nearest]


def allowed_slips(typed: str) -> int:
    """How many slips may be in what was typed."""
    return (len(typed) >= ONE_SLIP_MIN_LETTERS) + (len(typed) >= TWO_SLIPS_MIN_LETTERS)


def edit_distance(word: str, other_word: str, most: int) -> int:
    """Letters added, left out, changed or swapped (optimal string alignment); beyond `most` it gives up."""
    if abs(len(word) - len(other_word)) > most:
        return most + 1
    beyond = most + 1
    before: list[int] = []
    last = [min(column, beyond) for column in range(len(other_word) + 1)]
    for row, letter in enumerate(word, 1):
        now = [beyond] * (len(other_word) + 1)
        now[0] = min(row, beyond)
        # What is further from the diagonal than `most` costs more than that.
        for column in range(max(1, row - most), min(len(other_word), row + most) + 1):
            other_letter = other_word[column - 1]
            cost = min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (letter != other_letter))
            if row > 1 and column > 1 and letter == other_word[column - 2] and word[row - 2] == other_letter:
                cost = min(cost, before[column - 2] + 1)
            now[column] = cost
        if min(now) > most:
            return beyond
        before, last = last, now
    return min(last[-1], beyond)
