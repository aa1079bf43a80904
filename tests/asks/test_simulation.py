"""Nobody asks in vain, and nobody takes more people than they said: sixty days of a small bank."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.storage.core.database import Database
from bridge.worker.context import Context
from tests.asks.simulation import Simulation, gini
from tests.conftest import Clock
from tests.runtime import runtime_on
from tests.worker.conftest import RecordingClient

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_everybody_has_an_answer_or_explained_others_within_two_weeks(database: Database, clock: Clock) -> None:
    context = Context(runtime_on(database, clock), RecordingClient())
    sixty = Simulation(context, clock, mentors=40, asked=80, seed=18).run()
    assert (sixty.asked, len(sixty.waits)) == (80, 80)
    assert max(sixty.waits) <= timedelta(days=14)
    assert sixty.most_over_capacity <= 0
    assert sixty.without_alternatives == 0
    assert gini(list(sixty.proposals.values())) <= 0.3
