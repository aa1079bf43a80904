"""`secret rewrite`: what is encrypted at rest comes under the SECRET_KEY of now."""

from __future__ import annotations

import click

from bridge.cli.common import open_for_writing, say_json, say_line
from bridge.errors import ConfigError
from bridge.runtime import open_vault
from bridge.storage import sealed
from bridge.storage.blogs.keys import Vault
from bridge.storage.core.database import Database
from bridge.storage.sealed import PrimaryKey, SecretCounts


@click.group()
def secret() -> None:
    """The key under which the blogs' keys and passwords lie in the database."""


@secret.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def rewrite(as_json: bool) -> None:
    """Bring all that is encrypted under SECRET_KEY, from the older keys in SECRET_KEY_OLD.

    For after a change of SECRET_KEY, beside the running bridge, which has both by then. What was begun can be begun
    again; when it has succeeded the older keys can go.
    """
    with open_for_writing() as (config, database):
        counts = _rewrite(database, open_vault(config))
    if as_json:
        say_json({"rewritten": counts.older, "already": counts.newest, "lost": counts.lost})
    else:
        say_line(f"Rewritten: {counts.older}. Already under the key of now: {counts.newest}.", err=True)
    if counts.lost:
        raise ConfigError(
            f"{counts.lost} secrets are under a key that is neither SECRET_KEY nor in SECRET_KEY_OLD. Add it there and "
            "run this again, or let those blogs connect anew."
        )


def _rewrite(database: Database, vault: Vault) -> SecretCounts:
    counts = SecretCounts()
    for place in sealed.SEALED_COLUMNS:
        after: PrimaryKey | None = ()
        while after is not None:
            with database.begin() as tx:
                some, after = sealed.record_renewed_batch(tx, vault, place, after)
            counts += some
    return counts
