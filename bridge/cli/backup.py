"""`backup` and `restore`: the whole database in one file."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from bridge import logs
from bridge.cli.common import say_json, say_line
from bridge.config import Config
from bridge.errors import BackupFailed
from bridge.runtime import open_database, utc_now
from bridge.server.startup import single_process
from bridge.storage.core import backups
from bridge.worker import restore_detection

file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="For machines.")


@click.command()
@file_argument
@click.option("--replace", is_flag=True, help="In the place of a file that is there, once the new one is whole.")
@json_option
def backup(file: Path, replace: bool, as_json: bool) -> None:
    """Write the database to FILE, beside the running bridge: of one moment, checked, for nobody else to read.

    The secret key is not in it, and without the key no blog can be spoken to: keep that elsewhere.
    """
    config = Config.from_env(make_key=False)
    if file.exists() and not replace:
        raise BackupFailed(f"{file} is there already. Name another file, or say --replace.")
    size = backups.write_backup(config.database_session_url, file)
    if as_json:
        say_json({"file": str(file.absolute()), "bytes": size})
    else:
        say_line(f"{file}: {size:,} bytes, checked. The secret key is not in it.", err=True)


@click.command()
@file_argument
@click.option("--replace", is_flag=True, help="In the place of the database that is there, which is then gone.")
@json_option
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Put FILE, of `bridge backup`, back as the database. The bridge has to be stopped.

    When it starts again it shows nothing of a blog until that blog has said everything anew: so whoever withdrew after
    the backup stays withdrawn.
    """
    logs.configure_logs()
    config = Config.from_env(make_key=False)
    with ExitStack() as alone:
        for kind in ("web", "worker"):
            alone.enter_context(single_process(config, kind, patience=0))
        _restore(config, file, replace)
    if as_json:
        say_json({"file": str(file.absolute()), "restored": True})
    else:
        say_line("Restored. Start the bridge: it asks each blog for all of it.", err=True)
    if not config.secrets:
        say_line("There is no secret key here yet. Put the one of that time in its place before you start.", err=True)


def _remember_replaced(config: Config) -> None:
    """What the files beside do not hold yet: its worker may have ended before it wrote anything."""
    database = open_database(config, read_only=True)
    try:
        restore_detection.record_replaced(database, config.home, utc_now)
    finally:
        database.close()


def _restore(config: Config, file: Path, replace: bool) -> None:
    backups.check_backup(config.database_session_url, file)
    if backups.has_other_connections(config.database_session_url):
        raise BackupFailed("Somebody is connected to the database. Stop the bridge, on all machines, and try again.")
    if not backups.is_empty(config.database_session_url):
        if not replace:
            raise BackupFailed("There is a database already. Take a backup of it first, then say --replace.")
        _remember_replaced(config)
    restore_detection.mark_restored(config.home, utc_now)
    backups.restore_backup(config.database_session_url, file)
