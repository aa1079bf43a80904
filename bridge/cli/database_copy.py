"""`migrate-database`: from SQLite up to PostgreSQL."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import click
from rich.progress import MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from bridge.cli.common import console, say_json, say_line
from bridge.config import Config, database_address
from bridge.errors import BackupFailed, ConfigError
from bridge.server.startup import single_process
from bridge.storage.core import backups
from bridge.storage.core.database import Database
from bridge.storage.database_copy import copy_database


def _address(on_sqlite: bool, _context: click.Context, parameter: click.Parameter, given: str) -> str:
    try:
        address = database_address(given)
    except ConfigError as error:
        raise click.BadParameter(str(error), param=parameter) from None
    if address.startswith("sqlite") != on_sqlite:
        raise click.BadParameter("The way leads from SQLite to PostgreSQL.", param=parameter)
    return address


@click.command("migrate-database")
@click.argument("source", metavar="SQLITE_URL", callback=partial(_address, True))
@click.argument("target", metavar="POSTGRES_URL", callback=partial(_address, False))
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def migrate_database(source: str, target: str, as_json: bool) -> None:
    """Copy the database at SQLITE_URL into an empty one at POSTGRES_URL, and compare. The bridge has to be stopped.

    Whatever ends it, the same command goes on where it was. SQLITE_URL stays as it is. Afterwards give POSTGRES_URL as
    DATABASE_URL, with the same BRIDGE_HOME and secret key, and start the bridge.
    """
    config = replace(Config.from_env(make_key=False), database_url=source)
    with ExitStack() as alone:
        for kind in ("web", "worker"):
            alone.enter_context(single_process(config, kind, patience=0))
        if backups.has_other_connections(target):
            raise BackupFailed("Somebody is connected to the new database. Stop what uses it, and try again.")
        below, above = Database.open(source, read_only=True), Database.open(target, durable=False)
        alone.callback(below.close)
        alone.callback(above.close)
        bar = alone.enter_context(
            Progress(TextColumn("{task.description}"), MofNCompleteColumn(), TimeRemainingColumn(), console=console)
        )
        tasks: dict[str, TaskID] = {}

        def show(table: str, arrived: int, total: int) -> None:
            if table not in tasks:
                tasks[table] = bar.add_task(table, total=total)
            bar.update(tasks[table], completed=arrived)

        copied = copy_database(below, above, show)
    rows = sum(table.rows for table in copied)
    if as_json:
        say_json({"tables": {table.name: table.rows for table in copied}, "rows": rows, "equal": True})
    else:
        say_line(f"{rows:,} rows in {len(copied)} tables, the same on both sides.", err=True)
        say_line("Give the new address as DATABASE_URL and start the bridge. The old file stays as it is.", err=True)
