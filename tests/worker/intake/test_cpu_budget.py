"""What one object may cost follows the processor, within bounds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.worker.intake import cpu_budget
from bridge.worker.intake.cpu_budget import CPU_BUDGET_SECONDS, MAX_SLOWNESS, REFERENCE_SECONDS


@pytest.fixture(autouse=True)
def measured_anew() -> Iterator[None]:
    cpu_budget.cpu_budget_seconds.cache_clear()
    yield
    cpu_budget.cpu_budget_seconds.cache_clear()


@pytest.mark.parametrize(("slowness", "times"), [(0.3, 1), (1, 1), (2.5, 2.5), (100, MAX_SLOWNESS)])
def test_a_slow_processor_has_more_time_and_a_broken_one_not_for_ever(
    slowness: float, times: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpu_budget, "_measure_processor", lambda: slowness * REFERENCE_SECONDS)
    assert cpu_budget.cpu_budget_seconds() == pytest.approx(times * CPU_BUDGET_SECONDS)
