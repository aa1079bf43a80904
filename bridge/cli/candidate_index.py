"""`mentors index`: fills the index that finds candidates, from the database."""

from __future__ import annotations

import click

from bridge.cli.common import open_for_writing, say_json, say_line
from bridge.cli.evaluate import progress_bar
from bridge.cli.mentors import json_option
from bridge.errors import ConfigError, StorageUnavailable
from bridge.runtime import candidate_index
from bridge.storage.matching import profiles


@click.command("index")
@json_option
def fill(as_json: bool) -> None:
    """Write every mentor into Qdrant anew (QDRANT_URL), beside a running bridge. Who is not listed any more goes."""
    with open_for_writing() as (config, database), progress_bar() as progress:
        index = candidate_index(config)
        if index is None:
            raise ConfigError("QDRANT_URL is not set: the database finds candidates, and there is no index to fill.")
        with database.read() as tx:
            bar = progress.add_task("mentors", total=profiles.count_listed(tx))
        done = 0
        try:
            for done in index.compare(database, anew=True):
                progress.update(bar, completed=done)
        except ConnectionError as error:
            raise StorageUnavailable(f"Qdrant at {config.qdrant_url}: {error}") from error
    if as_json:
        say_json({"mentors": done})
    else:
        say_line(f"{done} mentors are in the index, which finds candidates from now on.")
