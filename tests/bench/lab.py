"""Real blogs for benchmarks: Debian's WordPress with the plugin from the built zip, as PHP runs in production."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.fixtures import ARCHIVE
from tests.lab.mariadb import MariaDB
from tests.lab.wordpress import Blog

INI = "opcache.enable=1\nopcache.enable_cli=1\nopcache.validate_timestamps=0\n"


@contextmanager
def lab() -> Iterator[tuple[Path, MariaDB]]:
    """A folder that MariaDB may enter, and MariaDB; PHP keeps its compiled code, as every host lets it."""
    folder = Path(tempfile.mkdtemp(prefix="mb-"))
    folder.chmod(0o755)
    (folder / "bench.ini").write_text(INI)
    before = os.environ.get("PHP_INI_SCAN_DIR")
    server = MariaDB(folder / "db")
    try:
        server.start()
        os.environ["PHP_INI_SCAN_DIR"] = f":{folder}"  # the empty first entry: after the usual ones
        yield folder, server
    finally:
        if before is None:
            os.environ.pop("PHP_INI_SCAN_DIR", None)
        else:
            os.environ["PHP_INI_SCAN_DIR"] = before
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def blog(folder: Path, server: MariaDB, name: str) -> Iterator[Blog]:
    """A served blog with the plugin, not connected."""
    made = Blog(server, folder, name, f"Blog {name}", "fr_FR").install()
    made.install_plugin(ARCHIVE)
    try:
        yield made.start()
    finally:
        made.stop()
