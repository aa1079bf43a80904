"""Another SECRET_KEY: everything that is sealed comes under it, a bit at a time, and the old one can go."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import LargeBinary, select

from bridge import signing
from bridge.errors import ConfigError
from bridge.model import BlogFacts
from bridge.storage import sealed
from bridge.storage.blogs import blogs, keys
from bridge.storage.blogs.keys import Vault
from bridge.storage.core.database import Database
from bridge.storage.core.tables import metadata
from bridge.storage.people import private_feeds
from bridge.storage.sealed import SEALED_COLUMNS, PrimaryKey, SecretCounts
from tests.conftest import NOW

OLD, NEW = b"o" * 32, b"n" * 32
BLOGS = 5


@pytest.fixture
def before(database: Database, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """Blogs with everything that is sealed, under the old key; a few rows are taken at once."""
    monkeypatch.setattr(sealed, "SECRETS_PER_TRANSACTION", 3)
    vault = Vault([OLD])
    with database.begin() as tx:
        for number in range(BLOGS):
            name = f"blog{number}"
            facts = BlogFacts(name, "", "fr", f"https://{name}.example", "", "", "u")
            blogs.upsert(tx, name, "connected", facts, NOW)
            for direction in ("inbound", "outbound"):
                for _ in range(2):
                    keys.record_rotation(tx, vault, name, direction, signing.new_key(), NOW)
            blogs.record_access(tx, vault, name, "bridge", f"password {number}")
            for user in "12":
                private_feeds.record_feed(tx, vault, name, user, False, NOW)
    return vault


def opened(database: Database, vault: Vault) -> list[Any]:
    """All secrets, as those read them who use them."""
    names = [f"blog{number}" for number in range(BLOGS)]
    with database.read() as tx:
        return [
            (
                blogs.get_access(tx, vault, name, NOW),
                keys.list_live_keys(tx, vault, name, "inbound", NOW),
                private_feeds.find_token(tx, vault, name, "1"),
                private_feeds.find_token(tx, vault, name, "2"),
            )
            for name in names
        ]


def rewrite(database: Database, vault: Vault, steps: int = 1000) -> SecretCounts:
    found = SecretCounts()
    for place in SEALED_COLUMNS:
        after: PrimaryKey | None = ()
        while after is not None and steps > 0:
            with database.begin() as tx:
                some, after = sealed.record_renewed_batch(tx, vault, place, after)
            found, steps = found + some, steps - 1
    return found


def test_all_comes_under_the_new_key_and_the_old_one_can_go(database: Database, before: Vault) -> None:
    secrets = opened(database, before)
    both = Vault([NEW, OLD])
    assert opened(database, both) == secrets
    some = rewrite(database, both, steps=4)  # interrupted
    assert 0 < some.older < 7 * BLOGS
    rest = rewrite(database, both)
    assert (rest.older + some.older, rest.newest, rest.lost) == (7 * BLOGS, some.older, 0)
    assert opened(database, Vault([NEW])) == secrets
    with database.read() as tx:
        assert sealed.count_by_key(tx, Vault([NEW])) == SecretCounts(newest=7 * BLOGS)
    with pytest.raises(ConfigError, match="SECRET_KEY_OLD"):
        opened(database, before)


def test_no_sealed_column_is_forgotten(database: Database, before: Vault) -> None:
    rewrite(database, Vault([NEW, OLD]))
    binary = [
        (table, column)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    ]
    with database.read() as tx:
        for _, column in binary:
            for value in tx.execute(select(column)).scalars():
                if value is not None and value.startswith(b"gAAAA"):
                    assert Vault([NEW]).renewed(value) is None, column


def test_what_a_running_bridge_writes_meanwhile_stays(database: Database, before: Vault) -> None:
    both = Vault([NEW, OLD])

    class Overtaken(Vault):
        """Between reading a row and writing it the blog is given another password."""

        def renewed(self, token: bytes) -> bytes | None:
            if before.open(token) == "password 1":
                blogs.record_access(tx, both, "blog1", "bridge", "newer")
            return super().renewed(token)

    with database.begin() as tx:
        sealed.record_renewed_batch(tx, Overtaken([NEW, OLD]), SEALED_COLUMNS[1], ())
    with database.read() as reading:
        assert (
            both.open(
                reading.execute(select(SEALED_COLUMNS[1][1]).where(SEALED_COLUMNS[1][0].c.id == "blog1")).scalar()
            )
            == "newer"
        )


def test_a_key_that_nobody_gave_is_counted_and_the_rest_goes_on(database: Database, before: Vault) -> None:
    with database.begin() as tx:
        blogs.record_access(tx, Vault([b"x" * 32]), "blog0", "bridge", "lost")
    assert rewrite(database, Vault([NEW, OLD])) == SecretCounts(older=7 * BLOGS - 1, lost=1)
