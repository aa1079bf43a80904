"""One place in five is kept for who is seldom shown, if they fit; nothing else changes, and no score does."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.mentors.discovery import seldom_shown, with_discoveries
from bridge.mentors.explain import Reason, reason_sentence
from bridge.mentors.related import Match, best_of
from bridge.mentors.similarity import Candidate
from bridge.text.terms import EMPTY_VECTOR

EVERYBODY = [Candidate(n, f"b{n}", "1", "en", EMPTY_VECTOR, 0, 0, 1) for n in range(30)]


def best(some: Sequence[Candidate], limit: int) -> list[Match]:
    """The lower the number, the better; from 25 on nobody fits."""
    return best_of([(one.blog_id, Match(one.id, 1000 - one.id, 1)) for one in some if one.id < 25], limit)


def ids(matches: list[Match]) -> list[int]:
    return [match.id for match in matches]


def test_the_last_places_go_to_who_is_seldom_shown_and_fits() -> None:
    matches, found = with_discoveries(best, EVERYBODY, {2, 18, 22, 27}, 20)
    assert found == {18, 22}, "2 is there anyway, 27 does not fit"
    assert ids(matches) == [*range(18), 18, 22]
    assert {match.id: match.score for match in matches} == {n: 1000 - n for n in ids(matches)}
    assert ids(with_discoveries(best, EVERYBODY, {9, 10}, 5)[0]) == [0, 1, 2, 3, 9]


def test_nobody_is_pushed_out_where_there_is_room_or_nobody_seldom_shown() -> None:
    assert with_discoveries(best, EVERYBODY[:5], {4}, 20) == (best(EVERYBODY, 5), set())
    assert with_discoveries(best, EVERYBODY, set(), 20) == (best(EVERYBODY, 20), set())
    assert with_discoveries(best, EVERYBODY, {29}, 20) == (best(EVERYBODY, 20), set())


def test_the_fifth_that_is_shown_least() -> None:
    shown = [(n, float(n % 10)) for n in range(20)]
    assert seldom_shown(shown) == [0, 10, 1, 11]
    assert seldom_shown(reversed(shown)) == [0, 10, 1, 11]


def test_a_discovery_says_so_in_both_languages_and_survives_storage() -> None:
    reason = Reason(("bread",), (("bread", 5),), discovery=True)
    assert reason_sentence(reason, "en").startswith("A discovery")
    assert reason_sentence(reason, "fr-CA").startswith("À découvrir")
    assert Reason.from_json(reason.to_json()) == reason
    assert "discovery" not in Reason(("bread",), ()).to_json()
