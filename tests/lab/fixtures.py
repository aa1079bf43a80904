"""Three real blogs and a real bridge: ada and bruno write in French, carol in English.

ada runs Debian's WordPress, bruno the newest core, carol Debian's again; MENTOR_BRIDGE_CORES names others.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.mariadb import MariaDB
from tests.lab.texts import CASH, ENGLISH, HIRING, html
from tests.lab.wordpress import Blog
from tests.running import HANG_SECONDS, RunningBridge

ROOT = Path(__file__).parent.parent.parent
ARCHIVE = ROOT / "dist" / "mentor-bridge.zip"
CORES = os.environ.get("MENTOR_BRIDGE_CORES", "6.1,newest").split(",")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the bridge said stands beside a failure."""
    report = yield
    running = getattr(item, "funcargs", {}).get("bridge")
    if report.failed and isinstance(running, RunningBridge):
        report.sections.append(("the bridge's log", running.log()[-6000:]))
    return report


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A short path: MariaDB's socket must fit into 107 characters, and another user must get in."""
    made = Path(tempfile.mkdtemp(prefix="mb-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def mariadb(folder: Path) -> Iterator[MariaDB]:
    """One server for all blogs."""
    server = MariaDB(folder / "db").start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def archive() -> Path:
    """The plugin as it is installed, built from the sources as they are."""
    subprocess.run([str(ROOT / ".ci" / "plugin-zip")], check=True, timeout=HANG_SECONDS, capture_output=True)
    return ARCHIVE


@pytest.fixture(scope="session")
def new_blog(folder: Path, mariadb: MariaDB, archive: Path) -> Iterator[Callable[..., Blog]]:
    """Installs and serves one more blog with the plugin, not connected."""
    made: list[Blog] = []

    def make(name: str, locale: str = "fr_FR", version: str = CORES[0], posts: tuple[Any, ...] = ()) -> Blog:
        blog = Blog(mariadb, folder, name, f"Blog {name}", locale, version).install().start()
        made.append(blog)
        blog.install_plugin(archive)
        print(f"\n{name}: WordPress {blog.release}")
        for title, text in posts:
            write_post(blog, title, text)
        return blog

    yield make
    for blog in made:
        blog.stop()


@pytest.fixture(scope="session")
def bridge(folder: Path) -> Iterator[RunningBridge]:
    """`bridge serve` with default settings, for blogs on loopback."""
    with RunningBridge(folder / "home") as running:
        yield running


@pytest.fixture(scope="session")
def ada(new_blog: Callable[..., Blog], bridge: RunningBridge) -> Blog:
    """French, about cash."""
    return connect_blog(new_blog("ada", posts=CASH), bridge)


@pytest.fixture(scope="session")
def bruno(new_blog: Callable[..., Blog], bridge: RunningBridge) -> Blog:
    """French, about hiring, on the newest core."""
    return connect_blog(new_blog("bruno", version=CORES[-1], posts=HIRING), bridge)


@pytest.fixture(scope="session")
def carol(new_blog: Callable[..., Blog], bridge: RunningBridge) -> Blog:
    """English."""
    return connect_blog(new_blog("carol", "en_US", CORES[len(CORES) // 2], ENGLISH), bridge)


def connect_blog(blog: Blog, bridge: RunningBridge, statistics: bool = True) -> Blog:
    """By the scripts' door."""
    flag = "true" if statistics else "false"
    done = blog.eval(f"return mentor_bridge_connect( '{bridge.url}', array( 1 ), array( 'statistics' => {flag} ) );")
    assert done is True
    return blog


def write_post(blog: Blog, title: str, text: str) -> int:
    """A post, straight into WordPress."""
    title, content = title.replace("'", "\\'"), html(text).replace("'", "\\'")
    post = f"array( 'post_title' => '{title}', 'post_content' => '{content}', 'post_status' => 'publish', 'post_author' => 1 )"
    return int(blog.eval(f"return wp_insert_post( wp_slash( {post} ) );"))


POLL_SECONDS = 0.1  # seconds between two looks, at the least


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 30) -> Any:
    """What the condition answers as soon as it is true.

    `seconds` are those of an idle machine. What is counted is looks, not time: beside other work a look takes longer,
    as does what it waits for. Against a hang there is the test's own time-out.
    """
    for _ in range(round(seconds / POLL_SECONDS)):
        asked = time.monotonic()
        found = condition()
        if found:
            return found
        # Asking costs a process, often: at least as long is left to what it waits for.
        time.sleep(max(POLL_SECONDS, time.monotonic() - asked))
    pytest.fail(f"not within {seconds:.0f} s of an idle machine: {what}")


def names_mentor(blog: Blog, post_id: int, other: Blog) -> bool:
    """Whether a post's page names a mentor of another blog."""
    page = blog.get(f"/?p={post_id}").text
    return 'class="mentor-bridge-related"' in page and other.url in page


def public_posts(blog: Blog) -> list[int]:
    """Its public posts."""
    rows = blog.sql("SELECT ID FROM wp_posts WHERE post_type='post' AND post_status='publish' AND post_password=''")
    return [int(row[0]) for row in rows]


def first_post(blog: Blog) -> int:
    """Its oldest public post."""
    return int(blog.sql("SELECT MIN(ID) FROM wp_posts WHERE post_type='post' AND post_status='publish'")[0][0])


def blog_id(blog: Blog) -> str:
    """How the bridge calls it."""
    return str(blog.eval("return Mentor_Bridge\\Connection::status()['blog_id'];"))


def stored_in_bridge(bridge: RunningBridge, blog: Blog) -> dict[str, Any]:
    """What the bridge holds of a blog."""
    known_as = next(one["id"] for one in bridge.json("blog", "list")["blogs"] if one["home_url"] == blog.url)
    found: dict[str, Any] = bridge.json("stats")["blogs"][known_as]
    return found
