"""Comments become shares: what has to be known from elsewhere is asked for, and only that."""

from __future__ import annotations

from collections.abc import Collection

from bridge.engagement.facts import CommentFacts
from bridge.operations.counting import classify_comments
from tests.engagement.histories import make_comment, moment_of


def test_whose_texts_are_left_elsewhere_is_asked_only_of_those_whom_it_would_hold_out() -> None:
    told = [
        make_comment("1", "zoe", moment_of("04-01")),
        make_comment("2", "max", moment_of("04-01"), links=3, says="here"),
        make_comment("3", "ugo", moment_of("04-01"), links=3, says="everywhere"),
        make_comment("4", "", moment_of("04-01"), commercial=True, says="here too"),
    ]
    texts = {c.id: c.text for c in told}
    asked: list[set[bytes]] = []

    def elsewhere(hashes: Collection[bytes]) -> set[bytes]:
        asked.append(set(hashes))
        return {texts["3"]} & set(hashes)

    def standing(comments: list[CommentFacts]) -> dict[str, tuple[str, bool]]:
        return {c.id: (c.excluded, c.first) for c in classify_comments(comments, {"fr"}, elsewhere).values()}

    assert standing(told) == {
        "1": ("", True),
        "2": ("", True),
        "3": ("spam:links,repeated_text", False),
        "4": ("", False),
    }
    assert asked == [{texts["2"], texts["3"], texts["4"]}]
    asked.clear()
    assert standing(told[:1]) == {"1": ("", True)}
    assert asked == [], "of most people nothing is asked"
