"""What follows from a change is due with it, for whom it concerns, and at once where somebody waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from bridge.model import AuthorKey
from bridge.operations import due
from bridge.operations.stations import Station
from bridge.storage.core import job_leases, job_queues, jobs
from bridge.storage.core import tables as core_tables
from bridge.storage.core.database import Database, Tx
from tests.conftest import NOW

ANN, BEN = AuthorKey("ann", "1"), AuthorKey("ben", "1")


def planned(tx: Tx) -> dict[tuple[str, str, str | None], datetime]:
    """When each piece of work is due, by station, entity and blog."""
    rows = tx.execute(select(core_tables.jobs))
    return {(row.station, row.entity, row.blog_id): row.due_at for row in rows}


def rest(tx: Tx, station: Station, entity: str) -> None:
    """It has just been done, and rests for a minute."""
    jobs.mark_due(tx, station, [entity], NOW)
    (job,) = job_leases.claim_due(tx, station, "me", NOW, timedelta(minutes=1))
    job_leases.mark_done(tx, job, "me", NOW, timedelta(minutes=1))


def test_whoever_mutes_a_mentor_waits_for_no_rest(database: Database) -> None:
    with database.begin() as tx:
        rest(tx, Station.REFRESH, str(ANN))
        due.feedback_given(tx, ANN, NOW)
        assert planned(tx) == {("refresh", "ann/1", "ann"): NOW, ("push", "ann", "ann"): NOW}


def test_whoever_corrects_their_card_waits_for_no_rest_nor_do_blogs_that_showed_it(database: Database) -> None:
    with database.begin() as tx:
        rest(tx, Station.REFRESH, str(ANN))
        due.card_corrected(tx, ANN, {"ben"}, NOW)
        assert planned(tx) == {("refresh", "ann/1", "ann"): NOW, ("push", "ben", "ben"): NOW}


def test_news_of_authors_wait_for_the_rest_and_name_the_blog_of_each(database: Database) -> None:
    with database.begin() as tx:
        rest(tx, Station.REFRESH, str(ANN))
        due.authors_changed(tx, [BEN, ANN, BEN], NOW)
        assert planned(tx) == {
            ("refresh", "ann/1", "ann"): NOW + timedelta(minutes=1),
            ("refresh", "ben/1", "ben"): NOW,
        }


def test_a_blog_that_begins_anew_leaves_other_pages_and_is_called(database: Database) -> None:
    with database.begin() as tx:
        due.blog_reset(tx, "ann", {"ben", "cy"}, NOW)
        assert planned(tx) == {
            ("push", "ben", "ben"): NOW,
            ("push", "cy", "cy"): NOW,
            ("poke", "ann", "ann"): NOW,
        }


def test_what_the_queue_knows_by_name_are_stations() -> None:
    assert {job_queues.INTAKE_KIND, *job_queues.FOLLOWING_KINDS} <= {str(station) for station in Station}


def test_figures_and_marks_are_no_reason_to_look_at_all_lists_until_a_name_has_changed(
    database: Database,
) -> None:
    def claimed(tx: Tx, at: datetime) -> job_leases.Job:
        (job,) = job_leases.claim_due(tx, Station.PUSH, "me", at, timedelta(minutes=1))
        return job

    with database.begin() as tx:
        due.figures_changed(tx, "ann", NOW)
        first = claimed(tx, NOW)
        assert not first.thorough
        due.bylines_changed(tx, ["ann"], NOW)  # while somebody is at it
        due.figures_changed(tx, "ann", NOW)
        job_leases.mark_done(tx, first, "me", NOW, timedelta())
        second = claimed(tx, NOW)
        assert second.thorough
        job_leases.mark_failed(tx, second, "me", NOW, timedelta(), "out of reach", waits_for_blog=True)
        due.figures_changed(tx, "ann", NOW)
        third = claimed(tx, NOW)
        assert third.thorough, "it was not done"
        job_leases.mark_done(tx, third, "me", NOW, timedelta())
        due.figures_changed(tx, "ann", NOW)
        due.lists_changed(tx, ["ann"], NOW)
        assert not claimed(tx, NOW).thorough
