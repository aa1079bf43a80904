"""A bridge is put back from a backup: whoever withdrew since is on no page, from the first answer on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge.worker.restore_detection import PROGRESS_FILE
from tests.lab.fixtures import connect_blog, wait_until
from tests.lab.texts import CASH, HIRING
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

DRAIN = "return Mentor_Bridge\\Sender::drain( 'cli', 20.0 )['left'];"
RUTH = (
    "$id = wp_insert_user( array( 'user_login' => 'ruth', 'user_pass' => 'x', 'display_name' => 'Ruth',"
    " 'user_email' => 'ruth@example.org', 'role' => 'author' ) ); mentor_bridge_set_consent( $id, true );"
    " $posts = get_posts( array( 'numberposts' => 3, 'orderby' => 'ID', 'order' => 'DESC' ) );"
    " foreach ( $posts as $p ) { wp_update_post( array( 'ID' => $p->ID, 'post_author' => $id ) ); } return $id;"
)
LATER = (
    "mentor_bridge_set_consent( get_user_by( 'login', 'ruth' )->ID, false );"
    " $posts = get_posts( array( 'author' => 1, 'orderby' => 'ID', 'order' => 'ASC' ) );"
    " wp_trash_post( $posts[0]->ID );"
    " wp_update_post( array( 'ID' => $posts[1]->ID, 'post_title' => 'An edited title' ) );"
    " return $posts[0]->post_title;"
)
PAGES = ("/mentors", "/mentors/ruth", "/api/v1/mentors", "/mentors.opml", "/mentors.atom", "/")


@pytest.fixture
def bridge_alone(folder: Path) -> Iterator[RunningBridge]:
    """A bridge that may be thrown away."""
    with RunningBridge(folder / "home-restored") as running:
        yield running


def seen(bridge: RunningBridge) -> str:
    """All that anybody may see now."""
    found = "".join(bridge.get(page)[1] for page in PAGES)
    return found + "".join(bridge.get(card)[1] for card in sorted(set(re.findall(r'href="(/mentors/[\w-]+)"', found))))


def put(source: Path, target: Path, *names: str) -> None:
    """Copy the files of a stopped bridge, and nothing else of it."""
    for beside in ("bridge.sqlite-wal", "bridge.sqlite-shm"):
        (target / beside).unlink(missing_ok=True)
    for name in names:
        shutil.copyfile(source / name, target / name)


def test_what_was_taken_back_after_the_backup_stays_away(
    new_blog: Callable[..., Blog], bridge_alone: RunningBridge, tmp_path: Path
) -> None:
    bridge, home = bridge_alone, bridge_alone.home
    blog = connect_blog(new_blog("restored", posts=(*CASH[:4], *HIRING[:3])), bridge)
    blog.eval(RUTH)
    assert blog.eval(DRAIN) == 0
    wait_until(lambda: "Ruth" in seen(bridge) and CASH[0][0] in seen(bridge), "both are in the bank")
    bridge.stop()
    put(home, tmp_path, "bridge.sqlite", PROGRESS_FILE)
    bridge.start()
    title = str(blog.eval(LATER))
    assert blog.eval(DRAIN) == 0
    wait_until(lambda: "An edited title" in seen(bridge) and "Ruth" not in seen(bridge), "the bridge has obeyed")
    bridge.stop()

    put(tmp_path, home, "bridge.sqlite")  # as a backup of the database is put back
    bridge.start()

    def back() -> bool:
        page = seen(bridge)
        assert "Ruth" not in page
        assert title not in page
        return "An edited title" in page

    wait_until(back, "whoever has not withdrawn is back with the blog's own word")
    assert bridge.json("stats")["posts"] == 3
    bridge.stop()

    put(tmp_path, home, "bridge.sqlite", PROGRESS_FILE)  # as a whole machine is put back: only the blog can know
    bridge.start()
    wait_until(lambda: "An edited title" in seen(bridge), "the blog was asked, and has shown what is missing")
    assert "Ruth" not in seen(bridge)
    assert title not in seen(bridge)
