"""A seeker erases their ask, the operator puts an older backup back: nobody ever reads it again."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
import requests

from bridge.asks.states import ERASE_AFTER, AskState
from bridge.config import Config
from bridge.operations.ask_answers import end_ask
from bridge.runtime import open_vault
from bridge.storage.core.database import Database
from tests.asks.mentors import add_mentors, make_ask
from tests.running import HANG_SECONDS, RunningBridge, migrated_file

pytestmark = pytest.mark.slow
SECRET_KEY = "k" * 43
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@contextmanager
def polled(bridge: RunningBridge, *paths: str) -> Iterator[set[tuple[str, int]]]:
    """How each of these pages is answered, asked for again and again from before the start on."""
    statuses, ended = set[tuple[str, int]](), threading.Event()

    def poll() -> None:
        while not ended.wait(0.01):
            for path in paths:
                try:
                    statuses.add((path, bridge.get(path)[0]))
                except OSError:  # it is not there yet
                    continue

    poller = threading.Thread(target=poll, daemon=True)
    poller.start()
    try:
        yield statuses
    finally:
        ended.set()
        poller.join(HANG_SECONDS)


def erase(bridge: RunningBridge, path: str) -> None:
    """As its seeker does."""
    with requests.Session() as browser:
        browser.trust_env = False
        match = TOKEN.search(browser.get(bridge.url + path, timeout=HANG_SECONDS).text)
        assert match is not None
        form = {"csrf_token": unescape(match[1])}
        sent = browser.post(f"{bridge.url}{path}/erase", data=form, timeout=HANG_SECONDS, allow_redirects=False)
        assert sent.status_code == 303


def test_an_ask_that_was_erased_is_in_no_answer_after_an_older_backup_was_put_back(
    tmp_path: Path,
) -> None:
    home, file, now = tmp_path / "home", tmp_path / "bridge.backup", datetime.now(UTC)
    home.mkdir()
    shutil.copyfile(migrated_file(), home / "bridge.sqlite")
    config = Config.from_env({"BRIDGE_HOME": str(home), "SECRET_KEY": SECRET_KEY})
    vault, database = open_vault(config), Database.open(config.database_url)
    with database.begin() as tx:
        mentor, other_mentor = add_mentors(tx, ["ann", "bea"], now)
    token, _ = make_ask(database, vault, mentor, now)
    open_token, _ = make_ask(database, vault, other_mentor, now)
    old_token, old = make_ask(database, vault, mentor, now - ERASE_AFTER - timedelta(days=9))
    with database.begin() as tx:
        end_ask(tx, old, AskState.WITHDRAWN, now - ERASE_AFTER - timedelta(days=1), by_seeker=True)
    database.close()
    bridge = RunningBridge(home, SECRET_KEY=SECRET_KEY)
    bridge.run("backup", str(file))
    with bridge:
        assert bridge.get(f"/asks/{token}")[0] == 200
        erase(bridge, f"/asks/{token}")
        assert bridge.get(f"/asks/{token}")[0] == 404
    bridge.run("restore", str(file), "--replace")
    with polled(bridge, f"/asks/{token}", f"/asks/{old_token}") as statuses, bridge:
        assert bridge.get(f"/asks/{open_token}")[0] == 200, "whoever erased nothing keeps theirs"
        bridge.get(f"/asks/{token}")
    assert statuses == {(f"/asks/{token}", 404), (f"/asks/{old_token}", 404)}
