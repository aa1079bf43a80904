"""Several web processes and one Redis: a caller has one limit over all of them, and Redis may go at any moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.cli.main import commands
from bridge.webhooks.limits import STRANGER_LIMIT
from tests.lab.fixtures import wait_until
from tests.lab.postgres import PostgresDatabases
from tests.lab.redis_server import PASSWORD, RedisServer
from tests.peer import post
from tests.running import RunningBridge

pytestmark = [pytest.mark.slow, pytest.mark.postgres]
SETTINGS = {"ALLOW_PRIVATE_ADDRESSES": "", "TRUSTED_PROXIES": "1", "SECRET_KEY": "k" * 43, "REGISTRATION": "code"}
FLOODING, NEIGHBOUR = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """Started, and empty."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def webs(postgres_databases: PostgresDatabases, redis: RedisServer, tmp_path: Path) -> Iterator[list[RunningBridge]]:
    """Two web processes on one database and one Redis."""
    with postgres_databases.migrated() as url, ExitStack() as started:
        settings = SETTINGS | {"DATABASE_URL": url, "LIMITS_URL": redis.url}
        both = [RunningBridge(tmp_path / name, "web", 0, **settings) for name in ("one", "two")]
        yield [started.enter_context(web) for web in both]


def ask(web: RunningBridge, caller: str) -> int:
    """A wish to be connected that says nothing: 400, or 429 from the one on that is too many."""
    return post(f"{web.url}/v1/connections", b"{}", {"X-Forwarded-For": caller}).status


def test_one_limit_over_two_web_processes_and_a_redis_that_goes(webs: list[RunningBridge], redis: RedisServer) -> None:
    def lines(said: str) -> list[int]:
        return [web.log().count(said) for web in webs]

    one, two = webs
    answers = [ask(webs[number % 2], FLOODING) for number in range(STRANGER_LIMIT.amount + 4)]
    assert answers == [400] * STRANGER_LIMIT.amount + [429] * 4, "the same count, whichever of them is asked"
    assert [ask(web, NEIGHBOUR) for web in webs] == [400, 400], "nobody else is kept out"
    held = redis.ask("KEYS *")
    assert "mentor-bridge" in held
    assert not any(name in held for name in (FLOODING, NEIGHBOUR, "connect")), "who called stands in no other server"

    redis.freeze()
    assert [ask(web, NEIGHBOUR) for web in webs] == [400, 400], "one that says nothing holds nobody up"
    redis.thaw()
    wait_until(lambda: [ask(web, FLOODING) for web in webs] == [429, 429], "what it has counted counts again")

    redis.kill()
    alone = [ask(one, FLOODING) for _ in range(STRANGER_LIMIT.amount + 4)]
    assert set(alone) == {400, 429}, "each for itself, and no 500"
    assert alone[-1] == 429, "nobody is let in unlimited"
    assert ask(two, FLOODING) == 400
    assert lines("Redis is away") == [2, 2], "a line each time it goes, not one for each call"

    doctor = CliRunner().invoke(commands, ["doctor"], env=one.environment)
    assert "NOT  limits: Redis does not answer" in doctor.output
    assert PASSWORD not in doctor.output

    redis.start()
    wait_until(lambda: [ask(web, NEIGHBOUR) for web in webs] and lines("Redis is back") == [2, 2], "Redis is back")
    assert not any(PASSWORD in web.log() for web in webs)
    while ask(one, NEIGHBOUR) != 429:
        pass
    assert ask(two, NEIGHBOUR) == 429, "together again"
