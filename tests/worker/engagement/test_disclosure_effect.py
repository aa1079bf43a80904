"""Posts are compared after equal time, whatever of them the window holds and however late a comment is approved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.storage.engagement import statistics, totals
from bridge.worker.engagement import disclosure_effect
from tests.lab.texts import CASH
from tests.worker.conftest import WorkerBank
from tests.worker.engagement.test_tally import ann, check_the_same_from_nothing, comment, kept

pytestmark = pytest.mark.slow


def test_posts_count_that_had_14_days_in_the_window_to_the_hour(bank: WorkerBank) -> None:
    blog = ann(bank)  # three posts in March, nothing said
    dates = {11: "01-19", 12: "01-20", 13: "02-02", 14: "04-19", 15: "04-20", 16: "04-21"}  # at 10:00
    for post, date in dates.items():
        when = f"2026-{date}T10:00:00Z"
        bank.send(blog, blog.event("post.published", **said_on(blog, post, when)))
        bank.send(blog, comment(blog, post, post, 0, 0, 0, published_at=when, content=f"Et le {post} ?"))
    bank.work()

    def per_post() -> tuple[Any, int]:
        check_the_same_from_nothing(bank)
        figures = kept(bank, "ann")["figures"]["figures"]
        assert figures["conversation_rate"]["value"] == pytest.approx(4 / 7, abs=1e-6)
        return round(7 * figures["comments_per_post"]["value"]), figures["comments_per_post"]["n"]

    # The window begins on 3 February and it is noon of 4 May: 20 January 00:00 to 20 April 12:00.
    assert per_post() == (4, 7)
    for number, (post, date) in enumerate(dates.items(), 50):
        when = f"2026-{date}T12:00:00Z"
        bank.send(blog, comment(blog, number, post, 1, 0, 0, published_at=when, content=f"Approuvé tard {number}"))
        bank.work()
    assert per_post() == (8, 7)


def said_on(blog: Any, post: int, when: str) -> dict[str, Any]:
    """A post as it travels, of a moment."""
    _, body = blog.post(post, 1, *CASH[post % len(CASH)])
    data: dict[str, Any] = json.loads(body)["data"]
    return data | {"published_at": when, "modified_at": when}


def test_all_posts_are_compared_again_when_one_of_them_changes_and_only_then(
    bank: WorkerBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    blog = ann(bank, posts=36)
    for post in range(1, 37):
        bank.send(blog, comment(blog, post, post, 0, 0, 55, content=f"Comment avez-vous fait le {post} ?"))
    bank.work()
    compared = heard_of(monkeypatch, statistics, "list_disclosure_groups")

    def figure() -> Any:
        check_the_same_from_nothing(bank)
        return kept(bank, "ann")["figures"]["figures"]["disclosure_resonance"]

    before = figure()
    assert before["n"] == 36
    bank.send(blog, blog.post(40, 1, *CASH[0], day=114))  # 3 May
    bank.work()
    assert figure()["n"] == 36, "a post of yesterday is not compared yet"
    compared.clear()
    bank.send(blog, comment(blog, 90, 40, 1, 1, 0))
    bank.work()
    assert compared == [], "a comment on it changes nothing of the older ones"
    bank.send(blog, comment(blog, 91, 3, 1, 1, 0))
    bank.work()
    assert compared == [], "a short comment on an old one neither: it came after 14 days, and has no likeness"
    drew = drawn(bank)
    bank.send(blog, comment(blog, 92, 3, 2, 0, 50, content="Approuvé bien plus tard"))
    bank.work()
    assert drawn(bank) != drew, "a comment of its first 14 days, approved late, does"
    assert compared == [], "and moves that post alone"
    figure()
    compared.clear()
    bank.send(blog, blog.event("post.removed", id=5))
    bank.work()
    assert compared != [], "which posts are the telling ones depends on all of them"
    assert figure()["n"] == 35


def drawn(bank: WorkerBank) -> list[dict[int, int]]:
    with bank.database.read() as tx:
        return [totals.get_figure_bins(tx, "ann", figure) for figure in disclosure_effect.EFFECT_SUMS]


def heard_of(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> list[Any]:
    calls: list[Any] = []
    real = getattr(module, name)

    def spy(*arguments: Any) -> Any:
        calls.append(arguments)
        return real(*arguments)

    monkeypatch.setattr(module, name, spy)
    return calls
