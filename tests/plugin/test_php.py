"""The plugin's own tests, inside of real blogs on each core, and on a network of sites.

The newest core has all of them; an older one those that hang on the core, and all of them in `make test-cores`.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.lab.fixtures import CORES
from tests.lab.mariadb import MariaDB
from tests.lab.wordpress import Blog
from tests.running import HANG_SECONDS

SUITE = Path(__file__).parent.parent.parent / "wp-plugin-stub" / "tests"

pytestmark = pytest.mark.wordpress


def run(blog: Blog, configuration: str, *options: str) -> None:
    """phpunit in that blog; what it says is shown when it fails."""
    done = subprocess.run(
        ["phpunit", "-c", str(SUITE / configuration), *options],
        env={**os.environ, "MENTOR_BRIDGE_WP_ROOT": str(blog.root), "MENTOR_BRIDGE_WP_HOST": f"127.0.0.1:{blog.port}"},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    print(done.stderr[-500:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]
    assert "OK (" in done.stdout


@pytest.mark.parametrize("version", sorted(set(CORES)))
def test_the_plugin_in_a_real_wordpress(version: str, folder: Path, mariadb: MariaDB, archive: Path) -> None:
    blog = Blog(mariadb, folder, f"php{version.replace('.', '')}", "For phpunit", "en_US", version).install()
    blog.install_plugin(archive)  # active before, as it is for every request but the first
    run(blog, "phpunit.xml", "--testsuite", "plugin" if version == CORES[-1] else "core")


def test_the_plugin_in_a_network(folder: Path, mariadb: MariaDB) -> None:
    run(Blog(mariadb, folder, "phpnet", "Network", "en_US").install().make_network(), "phpunit-network.xml")


def test_what_needs_no_wordpress() -> None:
    done = subprocess.run(
        ["phpunit", "-c", str(SUITE / "phpunit-without-wordpress.xml")],
        env={name: value for name, value in os.environ.items() if name != "MENTOR_BRIDGE_WP_ROOT"},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "OK (" in done.stdout
