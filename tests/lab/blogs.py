"""`make blogs`, `make stop`: two real WordPress blogs connected to the running demo, to publish by hand and watch."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import urllib.request
from pathlib import Path

from tests.lab.fixtures import ARCHIVE, write_post
from tests.lab.mariadb import MariaDB
from tests.lab.texts import CASH, HIRING
from tests.lab.wordpress import Blog

FOLDER = Path(os.environ.get("BRIDGE_HOME") or "var").absolute() / "blogs"
STATE = FOLDER / "running.json"
BRIDGE = os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"


def start() -> int:
    """Install, connect, and say where they are."""
    try:
        with urllib.request.urlopen(f"{BRIDGE}/healthz", timeout=5):
            pass
    except OSError:
        print(f"No bridge answers at {BRIDGE}. Start `make demo` in another terminal first.", file=sys.stderr)
        return 1
    stop()
    FOLDER.mkdir(parents=True, exist_ok=True)
    database = MariaDB(FOLDER / "db").start()
    assert database.process is not None
    groups = [database.process.pid]
    STATE.write_text(json.dumps(groups))
    for name, posts in (("ada", CASH), ("bruno", HIRING)):
        blog = Blog(database, FOLDER, name, f"Le blogue {name}", "fr_FR")
        blog.install().start()
        assert blog.process is not None
        groups.append(blog.process.pid)
        STATE.write_text(json.dumps(groups))
        blog.install_plugin(ARCHIVE)
        for title, text in posts:
            write_post(blog, title, text)
        blog.eval(f"return mentor_bridge_connect( '{BRIDGE}', array( 1 ), array( 'statistics' => true ) );")
        print(f"{blog.url}  (wp-admin: admin / {blog.password})")
    print(f"Connected to {BRIDGE}. `make stop` ends them.", file=sys.stderr)
    return 0


def stop() -> int:
    """End what `start` started, by process group, and make room for new ones."""
    if STATE.exists():
        for group in reversed(json.loads(STATE.read_text())):
            try:
                os.killpg(group, signal.SIGTERM)
            except ProcessLookupError:
                continue  # it ended by itself
    shutil.rmtree(FOLDER, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit({"start": start, "stop": stop}[sys.argv[1] if len(sys.argv) > 1 else "start"]())
