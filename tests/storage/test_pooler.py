"""Behind PgBouncer in transaction mode all works, given the address of PostgreSQL itself; without it nothing starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import ConfigError
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.storage.core.sole_holder import SoleHolder
from tests.lab import postgres
from tests.lab.fixtures import wait_until
from tests.lab.pgbouncer import SESSIONS, PgBouncer
from tests.lab.postgres import PostgresDatabases
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.running import RunningBridge

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

SENTENCE = "Give the address of PostgreSQL itself as DATABASE_DIRECT_URL."
TRANSACTIONS = 20


@pytest.fixture(scope="module")
def pooler(postgresql: str) -> Iterator[PgBouncer]:
    """Before the server of all tests."""
    with PgBouncer(postgresql) as started:
        yield started


@pytest.fixture
def direct(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """The address of an empty database of that server, past the pooler."""
    with postgres_databases.empty() as url:
        yield url


def opened(pooler: PgBouncer, direct: str, *, durable: bool = True) -> Database:
    url = pooler.url(direct).replace("postgresql://", "postgresql+psycopg://")
    return Database.open(url, direct_url=direct, durable=durable)


def test_blogs_show_each_other_through_it(pooler: PgBouncer, direct: str, tmp_path: Path) -> None:
    home, url = tmp_path / "home", pooler.url(direct)
    with PeerBlog("Ann") as ann, PeerBlog("Ben") as ben:
        with RunningBridge(home, DATABASE_URL=url, DATABASE_DIRECT_URL=direct) as bridge:
            for blog, texts in ((ann, CASH), (ben, HIRING)):
                assert blog.connect(bridge.url).status == 201
                assert blog.send(*blog.author(1, blog.name)).status == 202
                for number, (title, words) in enumerate(texts * 4, 1):
                    assert blog.send(*blog.post(number, 1, title, words, number)).status == 202
            wait_until(lambda: "Ben" in str(ann.lists) and "Ann" in str(ben.lists), "each shows the other")
            said = {finding["name"]: finding for finding in bridge.json("doctor")["findings"]}
            assert said["database"] == {
                "name": "database",
                "ok": True,
                "says": "postgresql through a pooler; directly it hears of commits",
                "repair": "DATABASE_DIRECT_URL has to lead to the same database as DATABASE_URL.",
            }
            with postgres.connect(direct) as looking:
                (listeners,) = looking.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
                ).fetchone() or (0,)
            assert listeners == 1
            log = bridge.log()
        assert "no doorbell" not in log
        assert "storage unavailable" not in log
        assert "Traceback" not in log


def test_without_the_direct_address_a_sentence_says_what_to_do(
    pooler: PgBouncer, direct: str, run_bridge: Callable[..., Any]
) -> None:
    for command in ("migrate", "doctor"):
        ended = run_bridge(command, DATABASE_URL=pooler.url(direct))
        assert ended.returncode != 0, command
        assert SENTENCE in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr
    with pytest.raises(ConfigError, match="PgBouncer"):
        Database.open(direct, direct_url=pooler.url(direct).replace("://", "+psycopg://")).doorbell()


def test_one_of_two_is_the_only_one_and_sessions_keep_nothing_of_a_transaction(pooler: PgBouncer, direct: str) -> None:
    web, worker = opened(pooler, direct), opened(pooler, direct, durable=False)
    migrate.upgrade(web)
    first, second = SoleHolder(web), SoleHolder(worker)
    assert [first.holds(), second.holds(), first.holds()] == [True, False, True]

    def how(database: Database) -> str:
        with database.begin() as tx:
            return str(tx.exec_driver_sql("SHOW synchronous_commit").scalar())

    assert {(how(worker), how(web)) for _ in range(TRANSACTIONS)} == {("off", "on")}
    first.let_go()
    assert second.holds()
    second.let_go()
    with postgres.connect(direct) as looking:
        (clients,) = looking.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        ).fetchone() or (0,)
    assert 1 <= clients <= SESSIONS
    web.close()
    worker.close()
