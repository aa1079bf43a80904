"""The plan of docs/capacity.md is what follows from its unit costs, and grows as it has to."""

from __future__ import annotations

from dataclasses import replace

from tests.capacity import PAGE, SCALES, disk_bytes, lag_table, plan_table, read_costs, resources

TEXT = PAGE.read_text("utf-8")


def test_the_tables_of_the_page_are_what_its_unit_costs_come_to() -> None:
    costs = read_costs(TEXT)
    assert plan_table(costs) in TEXT, "python -m tests.capacity"
    assert lag_table(costs) in TEXT, "python -m tests.capacity"
    assert len(plan_table(costs).splitlines()) == 2 + len(SCALES)


def test_dearer_work_is_carried_for_fewer_blogs_and_what_is_too_much_waits() -> None:
    costs = read_costs(TEXT)
    dearer = {
        **costs,
        "post": replace(costs["post"], milliseconds=dict.fromkeys(costs["post"].milliseconds, 500.0)),
    }
    for way, parts in resources(costs).items():
        for cheap, dear in zip(parts, resources(dearer)[way], strict=True):
            assert dear.carries <= cheap.carries
            assert cheap.hours_late(cheap.carries) == 0 < cheap.hours_late(1.2 * cheap.carries + 1)
    assert disk_bytes(dearer) == disk_bytes(costs)
