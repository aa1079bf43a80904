"""Measures against published numbers and by hand."""

from __future__ import annotations

import pytest

from bridge.engagement import measures

# Weeks of remission in acute leukaemia under 6-mercaptopurine, and under placebo (21 patients each): Freireich et al.,
# Blood 21 (1963) 699-716, as tabulated in Cox & Oakes, Analysis of Survival Data (1984), table 1.1.
ENDED = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
CENSORED = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
PLACEBO = {1: 2, 2: 2, 3: 1, 4: 2, 5: 2, 8: 4, 11: 2, 12: 2, 15: 1, 17: 1, 22: 1, 23: 1}


def test_kaplan_meier_gives_the_published_medians_of_the_leukaemia_trial() -> None:
    assert measures.survival_quantiles(ENDED, CENSORED, 0.5) == (23,)
    assert measures.survival_quantiles(PLACEBO, {}, 0.5) == (8,)
    assert measures.survival_quantiles(ENDED, CENSORED, 0.5, 0.56) == (23, None)
    assert measures.survival_quantiles({5: 9, 7: 1}, {}, 0.5, 0.9) == (5, 5)


@pytest.mark.parametrize(
    ("survives", "weeks"),
    # The published estimate of the 6-MP group: S(6) .857, S(7) .807, S(10) .753, S(13) .690, S(16) .627, S(22) .538,
    # S(23) .448. A quantile is reached in the first week that brings S down to it.
    [(0.858, 6), (0.856, 7), (0.80, 10), (0.75, 13), (0.69, 16), (0.62, 22), (0.53, 23), (0.449, 23)],
)
def test_kaplan_meier_follows_the_published_curve(survives: float, weeks: int) -> None:
    assert measures.survival_quantiles(ENDED, CENSORED, 1 - survives) == (weeks,)


def test_a_quantile_that_too_many_still_wait_for_is_none() -> None:
    assert measures.survival_quantiles(ENDED, CENSORED, 0.56) == (None,)
    assert measures.survival_quantiles({}, {5: 3}, 0.5) == (None,)
    # Of four, two answered at 1 and two waiting since 1: at equal times the answer comes first, 1 - 2/4 = .5.
    assert measures.survival_quantiles({1: 2}, {1: 2}, 0.5) == (1,)


def test_wilson_as_published() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I: 81/263, 15/148, 0/20, 1/29 by the score method.
    for hits, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        interval = measures.wilson(hits, n)
        assert interval is not None
        assert interval[0] == pytest.approx(low, abs=5e-5)
        assert interval[1] == pytest.approx(high, abs=5e-5)
    assert measures.wilson(0, 0) is None


def test_gini_h_index_and_the_rest_by_hand() -> None:
    # 1, 1, 2, 4: Σ(2i - 5)x = -3 - 1 + 2 + 12 = 10; n Σx = 4·8 = 32.
    assert measures.gini({1: 2, 2: 1, 4: 1}) == 10 / 32
    assert measures.gini({3: 7}) == 0
    assert measures.gini({}) is None
    # 10, 8, 5, 4, 3 of Hirsch's kind: four have at least 4, no five have 5.
    assert measures.h_index({10: 1, 8: 1, 5: 1, 4: 1, 3: 1}) == 4
    assert measures.h_index({}) == 0
    # A tenth of 11 is 2 (rounded up): 9 + 5 of 9 + 5 + 9·1 = 23.
    assert measures.top_share({9: 1, 5: 1, 1: 9}) == 14 / 23
    assert (measures.median({1: 1, 4: 1}), measures.median({1: 2, 4: 1}), measures.median({})) == (2.5, 1, None)
    assert measures.percentile({10: 1, 20: 2, 30: 1}, 20) == 50
