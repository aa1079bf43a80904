"""A delivery that is past its time goes without a look at those that stay."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text

from bridge.model import BlogFacts
from bridge.storage.blogs import blogs, deliveries
from bridge.storage.blogs import tables as rows
from bridge.storage.core.database import Database
from tests.conftest import NOW
from tests.storage.test_job_queues import plan_of, statements_of

pytestmark = pytest.mark.slow

MANY, SOME = 3_000, 50


@pytest.fixture
def full(database: Database) -> Database:
    """A blog that has sent much, long ago."""
    with database.begin() as tx:
        blogs.upsert(tx, "ann", "connected", BlogFacts("Ann", "", "fr-FR", "https://ann.example", "", "", "u"), NOW)
        old = {"blog_id": "ann", "state": "absorbed", "size": 1, "received_at": NOW, "settled_at": NOW}
        tx.execute(insert(rows.deliveries), [{**old, "webhook_id": f"w{n:05}"} for n in range(MANY)])
        numbers = tx.scalars(select(rows.deliveries.c.id)).all()
        held = {"blog_id": "ann", "kind": "post"}
        objects = [{**held, "remote_id": str(number % 7), "delivery_id": number} for number in numbers]
        tx.execute(insert(rows.delivery_objects), objects)
        tx.execute(text("ANALYZE"))
    return database


def test_what_it_held_is_found_by_its_number(full: Database) -> None:
    with full.begin() as tx:
        with statements_of(tx) as sent:
            assert deliveries.delete_settled_before(tx, NOW + timedelta(days=1), SOME) == SOME
        deleting = [(statement, values) for statement, values in sent if statement.startswith("DELETE")]
        assert len(deleting) == 2
        # The last is what the foreign key asks for each row.
        for statement, values in [*deleting, ("SELECT 1 FROM delivery_objects WHERE delivery_id = 7", ())]:
            plan = plan_of(tx, statement, values)
            assert not re.search(r"Seq Scan on deliver|SCAN deliver", plan), plan
        assert tx.scalar(select(func.count()).select_from(rows.delivery_objects)) == MANY - SOME
