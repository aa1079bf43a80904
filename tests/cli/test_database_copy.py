"""`bridge migrate-database`, from a bank that has worked on SQLite."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

from sqlalchemy import func, select

from bridge.config import Config
from bridge.operations.search import search
from bridge.server.startup import single_process
from bridge.storage.blogs.tables import deliveries
from bridge.storage.core.database import Database
from tests.conftest import Clock
from tests.lab.postgres import PostgresDatabases
from tests.storage.test_database_copy import TEXTS, count
from tests.worker.conftest import WorkerBank, publish


def test_a_bank_goes_up_to_postgresql_and_on_from_there(
    call_bridge: Callable[..., CompletedProcess[str]],
    migrated_file: Path,
    postgres_databases: PostgresDatabases,
    tmp_path: Path,
    clock: Clock,
) -> None:
    file = tmp_path / "bridge.sqlite"
    file.write_bytes(migrated_file.read_bytes())
    below = Database.open(source := f"sqlite:///{file}", durable=False)
    publish(WorkerBank(below, clock), "ann", TEXTS)
    with below.read() as tx:
        answer = search(tx, "délais de paiement d'un chantier")
        highest = tx.scalar(select(func.max(deliveries.c.id)))
    below.close()
    before = file.read_bytes()
    with postgres_databases.empty() as target:
        plain = target.replace("postgresql+psycopg", "postgresql")
        assert "SQLite to PostgreSQL" in call_bridge("migrate-database", plain, source).stderr
        assert "no database" in call_bridge("migrate-database", source + "x", plain).stderr
        config = replace(Config.from_env({"BRIDGE_HOME": str(tmp_path)}), database_url=source)
        with single_process(config, "worker"):
            assert call_bridge("migrate-database", source, plain).returncode == 1, "a bridge runs there"
        done = call_bridge("migrate-database", source, plain, "--json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert (told["tables"]["posts"], told["equal"]) == (3, True)
        assert "already" in call_bridge("migrate-database", source, plain).stderr
        assert file.read_bytes() == before
        above = Database.open(target, durable=False)
        with above.read() as tx:
            assert search(tx, "délais de paiement d'un chantier") == answer
        publish(WorkerBank(above, clock), "eve", TEXTS)
        assert count(above) == 6
        with above.read() as tx:
            assert tx.scalar(select(func.min(deliveries.c.id)).where(deliveries.c.blog_id == "eve")) == highest + 1
        above.close()
