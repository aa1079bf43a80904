"""A database that a release has filled, as it lay on the disk, is brought up to date and goes on.

`releases/` holds a file for each schema that a release had, named after its newest migration and written by the code
of that release: a row a line. Ann and Ben are connected and write; Cleo's whole blog has withdrawn; Dora has withdrawn
from a blog on which Dan goes on; a post of Ben's has arrived and waits. 0001 is of 0.1.0, 0026 and 0027 are of 1.2.0,
without and with the words of the field. The index of words is made from the rows that it is an index of.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from flask.testing import FlaskClient
from sqlalchemy import Boolean, Connection, Integer, MetaData, Table, func, insert, select, text
from werkzeug.test import TestResponse

from bridge import signing
from bridge.app import create_app
from bridge.config import Config
from bridge.mentors.indexed_posts import unpack_term_ids
from bridge.runtime import build_runtime
from bridge.storage.bank.full_text import record_tokens
from bridge.storage.content import tables as content_tables
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.storage.matching import profiles
from bridge.webhooks.service import Service
from bridge.worker.outbound.push import push
from tests.conftest import Clock
from tests.lab.texts import CASH
from tests.peer import PeerBlog, silent_blog
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.jsonl"))
SECRET_KEY = "k" * 43  # of the releases, too


@pytest.fixture(params=RELEASES, ids=lambda file: file.stem)
def updated(request: pytest.FixtureRequest, database_url: str) -> Iterator[Database]:
    """The database of a release, brought up to date."""
    file: Path = request.param
    database = Database.open(database_url, durable=False)
    try:
        with database.writer() as connection:
            command.upgrade(migrate.alembic_config(connection), file.stem)
            fill(connection, [json.loads(line) for line in file.read_text("utf-8").splitlines()])
            connection.commit()
        migrate.upgrade(database)
        yield database
    finally:
        database.close()


def fill(connection: Connection, lines: list[tuple[str, dict[str, Any]]]) -> None:
    """Write the rows of a release into its tables; what is numbered by the database goes on after them."""
    names = {name for name, _ in lines}
    metadata = MetaData()
    metadata.reflect(connection, only=sorted(names))
    for table in metadata.sorted_tables:
        rows = [as_written(table, row) for name, row in lines if name == table.name]
        connection.execute(insert(table), rows)
        if connection.dialect.name == "postgresql" and "id" in table.c and isinstance(table.c.id.type, Integer):
            numbered = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
            connection.execute(numbered, {"name": table.name, "last": connection.scalar(select(func.max(table.c.id)))})
    assert names == set(metadata.tables)
    if "need_posts" in names:
        posts = metadata.tables["need_posts"].c
        listed = connection.execute(select(posts.post_id, posts.language, posts.terms)).all()
        record_tokens(connection, [(post, language, unpack_term_ids(terms)) for post, language, terms in listed])


def as_written(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    values = {}
    for name, value in row.items():
        if isinstance(value, dict):
            value = base64.b64decode(value["base64"])
        elif value is not None and isinstance(table.c[name].type, Boolean):
            value = bool(value)
        values[name] = value
    return values


@pytest.fixture
def bank(updated: Database, clock: Clock) -> WorkerBank:
    """A worker on it, some minutes later."""
    clock.advance(minutes=10)
    return WorkerBank(updated, clock)


@pytest.fixture
def client(updated: Database, database_url: str, clock: Clock, tmp_path: Path) -> FlaskClient:
    """The web side on it."""
    environ = {"BRIDGE_HOME": str(tmp_path), "DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY}
    return create_app(Service(build_runtime(Config.from_env(environ), updated, clock))).test_client()


def connected(name: str, revision: int = 100) -> PeerBlog:
    """A blog with the keys that the release gave it, and that has said so much since."""
    blog = silent_blog(name, f"https://{name}.example", revision=revision)
    blog.key_to_bridge = "whsec_" + base64.b64encode(name[0].encode() * 32).decode()
    return blog


def send(client: FlaskClient, clock: Clock, blog: PeerBlog, event: tuple[str, bytes]) -> TestResponse:
    name, body = event
    signed = signing.headers(blog.key_to_bridge, name, clock(), body)
    return client.post(f"/webhooks/{blog.blog_id}", data=body, headers=signed, content_type="application/json")


def titles(bank: WorkerBank, blog_id: str) -> set[str]:
    columns = content_tables.posts.c
    with bank.database.read() as tx:
        return set(tx.scalars(select(columns.title).where(columns.blog_id == blog_id)))


def test_a_bank_of_each_release_goes_on_and_who_withdrew_stays_away(
    bank: WorkerBank, client: FlaskClient, clock: Clock
) -> None:
    ann, cleo, dora = connected("ann"), connected("cleo"), connected("dora", revision=0)
    assert titles(bank, "ann") == {title for title, _ in CASH[:3]}, "nothing is lost"
    assert send(client, clock, ann, ann.post(7, 1, *CASH[4], day=60)).status_code == 202
    assert send(client, clock, cleo, cleo.post(1, 1, *CASH[0])).status_code == 410
    # What Dora's blog said before she withdrew arrives once more, under a name that nobody remembers.
    for late, (_, body) in enumerate((dora.author(1, "Dora"), dora.post(1, 1, *CASH[0], day=1))):
        assert send(client, clock, dora, (f"late_{late}_arrival", body)).status_code == 202
    bank.work()
    clock.advance(days=1)
    bank.work()  # the night, for what is made anew then
    assert titles(bank, "ann") == {title for title, _ in (*CASH[:3], CASH[4])}
    assert "Arrived before the update" in titles(bank, "ben")
    assert titles(bank, "dora") == {CASH[3][0]}, "Dan's"
    assert titles(bank, "cleo") == set()
    page = client.get("/mentors").text
    assert [name for name in ("Ann", "Ben", "Cleo", "Dora") if name in page] == ["Ann", "Ben"]
    for name, mentor in (("ann", "Ben"), ("ben", "Ann")):
        push(bank.context, name)
        shown = bank.blogs.held[name].values()
        assert mentor in {line.name for listed in shown for line in listed.mentors}, name
    with bank.database.read() as tx:
        assert [row.profile.posts for row in profiles.list_by_blog(tx, "ann", "1")] == [4]
        assert profiles.list_by_blog(tx, "dora", "1") == []
