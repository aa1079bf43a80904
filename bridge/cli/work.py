"""`work`: what ended its worker again and again and is not tried any more, and once more."""

from __future__ import annotations

import click

from bridge.cli.common import open_for_reading, open_for_writing, say_json, say_line, say_table
from bridge.operations.stations import Station
from bridge.runtime import utc_now
from bridge.storage.core import set_aside_jobs


@click.group("work")
def work_group() -> None:
    """Work that was set aside, for its process ended each time that it was tried."""


@work_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(as_json: bool) -> None:
    """What is set aside: its station, and whose it is (a blog, an author as BLOG/AUTHOR, or the bank)."""
    with open_for_reading() as (_, database), database.read() as tx:
        set_aside = set_aside_jobs.list_set_aside(tx)
    if as_json:
        say_json({"set_aside": [{"station": str(station), "entity": entity} for station, entity in set_aside]})
        return
    say_table(["station", "of"], [[str(station), entity] for station, entity in set_aside], "Nothing is set aside.")


@work_group.command()
@click.argument("station", required=False, type=click.Choice([str(station) for station in Station]))
@click.argument("entity", required=False)
@click.option("--all", "everything", is_flag=True, help="All that is set aside.")
def retry(station: str | None, entity: str | None, everything: bool) -> None:
    """Try again: of a STATION what concerns ENTITY, of a STATION everything, or --all.

    What ends its process again is set aside again, after five times; meanwhile the others are served.
    """
    if (station is None) != everything:
        raise click.UsageError("Say which: a station and an entity as `bridge work list` shows them, or --all.")
    chosen = None if station is None else Station(station)
    with open_for_writing() as (_, database), database.begin() as tx:
        again = set_aside_jobs.mark_set_aside_due(tx, utc_now(), station=chosen, entity=entity)
    say_line(f"{again} due again; a running worker takes them up at once.", err=True)
