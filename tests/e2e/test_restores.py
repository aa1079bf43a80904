"""Either side is put back from a backup, loses something or is killed: both agree again; who withdrew stays away."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge.worker.restore_detection import PROGRESS_FILE
from tests.e2e.comparing import AGREED_WITHIN_SECONDS, agree, seen, unseen
from tests.lab.fixtures import connect_blog, wait_until
from tests.lab.texts import CASH, HIRING
from tests.lab.wordpress import Blog
from tests.running import RunningBridge
from tests.trials import trials

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
INSERT_POST = (
    "wp_insert_post( array( 'post_title' => 'Written, and lost', 'post_content' => 'Here it is.',"
    " 'post_status' => 'publish', 'post_author' => 1 ) )"
)
NEWEST = " $id = get_posts( array( 'author' => 1, 'fields' => 'ids', 'numberposts' => 1 ) )[0];"
CARD = "/mentors/ruth"
TABLES = ("posts", "postmeta", "comments", "commentmeta", "options", "users", "usermeta")
OUR_TABLES = ("outbox", "ledger", "counters", "seen")
KILL = """
    $statements = 0;
    add_filter( 'query', function ( $sql ) use ( &$statements, $moment ) {
        if ( 0 < $statements && $statements++ === $moment ) { posix_kill( getmypid(), SIGKILL ); }
        $writes = '/^\\s*(INSERT INTO|UPDATE|DELETE FROM) `?wp_(posts|comments)`? (\\(|SET `post_author`|WHERE)/';
        if ( 0 === $statements && preg_match( $writes, $sql ) ) { $statements = 1; }
        return $sql;
    } );
"""  # before the statement that is so many after the first that writes a post or a comment
ACTS = {
    "publish": "wp_insert_post( array( 'post_title' => $title, 'post_content' => 'Written, and not told.',"
    " 'post_status' => 'publish', 'post_author' => 1 ) );",
    "edit": "wp_update_post( array( 'ID' => $id, 'post_title' => $title ) );",
    "hide": "wp_update_post( array( 'ID' => $id, 'post_status' => 'draft' ) );",
    "delete": "wp_delete_post( $id, true );",
    "comment": "wp_insert_comment( array( 'comment_post_ID' => $id, 'comment_author' => $title,"
    " 'comment_author_email' => 'k@example.org', 'comment_content' => 'Is that so?' ) );",
}
BEFORE = (
    "$ids = array(); foreach ( array( 'publish', 'edit', 'hide', 'delete', 'comment' ) as $act )"
    " { $ids[ $act ] = wp_insert_post( array( 'post_title' => \"Before $act\", 'post_content' => 'As it was.',"
    " 'post_status' => 'publish', 'post_author' => 1 ) ); } Mentor_Bridge\\Sender::drain( 'cli', 20.0 ); return $ids;"
)
NIGHT = (
    "do_action( 'mentor_bridge_daily' );"
    " for ( $n = 0; $n < 6 && Mentor_Bridge\\State_Check::is_due(); ++$n )"
    " { Mentor_Bridge\\Sender::drain( 'cron', 20.0 ); }"
    " return Mentor_Bridge\\State_Check::is_due();"
)
MOMENTS = trials(1, 60)


@pytest.fixture(scope="module")
def bridge_alone(folder: Path) -> Iterator[RunningBridge]:
    """A bridge that may be thrown away."""
    with RunningBridge(folder / "home-restored") as running:
        yield running


@pytest.fixture(scope="module")
def blog(new_blog: Callable[..., Blog], bridge_alone: RunningBridge) -> Blog:
    """A blog that may be put back as well."""
    return connect_blog(new_blog("restored", posts=(*CASH[:4], *HIRING[:3])), bridge_alone)


def put(source: Path, target: Path, *names: str) -> None:
    """Copy the files of a stopped bridge, and nothing else of it."""
    for beside in ("bridge.sqlite-wal", "bridge.sqlite-shm"):
        (target / beside).unlink(missing_ok=True)
    for name in names:
        shutil.copyfile(source / name, target / name)


def test_what_was_taken_back_after_the_backup_stays_away(
    blog: Blog, bridge_alone: RunningBridge, tmp_path: Path
) -> None:
    bridge, home = bridge_alone, bridge_alone.home
    blog.eval(RUTH)
    assert blog.eval(DRAIN) == 0
    wait_until(lambda: "Ruth" in seen(bridge, CARD) and CASH[0][0] in seen(bridge, CARD), "both are in the bank")
    first = blog.eval("return Mentor_Bridge\\State_Check::state();")
    assert first["at"] > 0, "both sides have compared without waiting for the night"
    bridge.stop()
    put(home, tmp_path, "bridge.sqlite", PROGRESS_FILE)
    bridge.start()
    title = str(blog.eval(LATER))
    assert blog.eval(DRAIN) == 0
    wait_until(
        lambda: "An edited title" in seen(bridge, CARD) and "Ruth" not in seen(bridge, CARD), "the bridge has obeyed"
    )
    bridge.stop()

    put(tmp_path, home, "bridge.sqlite")  # as a backup of the database is put back
    bridge.start()

    def back() -> bool:
        page = seen(bridge, CARD)
        assert "Ruth" not in page
        assert title not in page
        return "An edited title" in page

    wait_until(back, "whoever has not withdrawn is back with the blog's own word", AGREED_WITHIN_SECONDS)
    assert bridge.json("stats")["posts"] == 3
    bridge.stop()

    put(tmp_path, home, "bridge.sqlite", PROGRESS_FILE)  # as a whole machine is put back: only the blog can know
    bridge.start()
    wait_until(
        lambda: "An edited title" in seen(bridge, CARD),
        "the blog was asked, and has shown what is missing",
        AGREED_WITHIN_SECONDS,
    )
    assert "Ruth" not in seen(bridge, CARD)
    assert title not in seen(bridge, CARD)
    agree(blog, bridge)


def sql(blog: Blog, *statements: str) -> None:
    blog.database.run("; ".join((f"USE {blog.name}", *statements)))


@pytest.fixture
def nobody_sees_who_withdrew(bridge_alone: RunningBridge) -> Iterator[None]:
    """Ruth has withdrawn: whatever is put back or lost, no answer names her."""
    with unseen(bridge_alone, "Ruth"):
        yield


@pytest.mark.usefixtures("nobody_sees_who_withdrew")
def test_what_no_hook_told_and_what_was_lost_is_found(blog: Blog, bridge_alone: RunningBridge) -> None:
    bridge = bridge_alone
    agree(blog, bridge)
    ids = blog.eval("return get_posts( array( 'author' => 1, 'fields' => 'ids', 'numberposts' => 3 ) );")
    columns = (
        "post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status, comment_status,"
        " ping_status, post_name, to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered, post_type"
    )
    inserted = columns.replace("post_title", "'Inserted by SQL'")
    sql(
        blog,
        f"UPDATE wp_posts SET post_title = 'Changed by SQL' WHERE ID = {ids[0]}",
        f"DELETE FROM wp_posts WHERE ID = {ids[1]}",
        f"INSERT INTO wp_posts ({columns}) SELECT {inserted} FROM wp_posts WHERE ID = {ids[2]}",
        "INSERT INTO wp_comments (comment_post_ID, comment_author, comment_author_email, comment_date,"
        f" comment_date_gmt, comment_content, comment_type) VALUES ({ids[2]}, 'Zoé', 'zoe@example.org', NOW(),"
        " UTC_TIMESTAMP(), 'Was not typed into a form.', 'comment')",
    )
    agree(blog, bridge)
    titles = titles_held(bridge)
    assert titles[str(ids[0])] == "Changed by SQL"
    assert str(ids[1]) not in titles
    assert "Inserted by SQL" in titles.values()
    with sqlite3.connect(bridge.home / "bridge.sqlite") as database:
        assert database.execute("SELECT author_name FROM comments").fetchall() == [("Zoé",)]


@pytest.mark.usefixtures("nobody_sees_who_withdrew")
def test_what_waited_in_an_outbox_that_was_emptied_is_told(blog: Blog, bridge_alone: RunningBridge) -> None:
    agree(blog, bridge_alone)
    edited, hidden, lost = blog.eval(
        "$ids = get_posts( array( 'author' => 1, 'fields' => 'ids', 'numberposts' => 2 ) );"
        " wp_update_post( array( 'ID' => $ids[0], 'post_title' => 'Lost from the outbox' ) );"
        " wp_update_post( array( 'ID' => $ids[1], 'post_status' => 'draft' ) );"
        f" {INSERT_POST}; global $wpdb;"
        " $ids[] = $wpdb->query( 'SELECT 1 FROM ' . Mentor_Bridge\\Outbox::table() );"
        " $wpdb->query( 'TRUNCATE ' . Mentor_Bridge\\Outbox::table() ); return $ids;"
    )
    assert lost >= 3
    agree(blog, bridge_alone)
    titles = titles_held(bridge_alone)
    assert titles[str(edited)] == "Lost from the outbox"
    assert str(hidden) not in titles
    assert "Written, and lost" in titles.values()


@pytest.mark.usefixtures("nobody_sees_who_withdrew")
def test_a_blog_that_has_lost_its_ledger_notices_it(blog: Blog, bridge_alone: RunningBridge) -> None:
    ghost = blog.eval(f"$id = {INSERT_POST}; Mentor_Bridge\\Sender::drain( 'cli', 20.0 ); return $id;")
    agree(blog, bridge_alone)
    assert str(ghost) in titles_held(bridge_alone)
    sql(blog, "DROP TABLE wp_mentor_bridge_ledger", f"DELETE FROM wp_posts WHERE ID = {ghost}")
    state = agree(blog, bridge_alone, requested=False)
    assert state["taken_back"] >= 1, "the bridge held a post of which the blog knew nothing any more"
    assert str(ghost) not in titles_held(bridge_alone)


@pytest.mark.usefixtures("nobody_sees_who_withdrew")
@pytest.mark.parametrize("edits", [0, 1, 3, 6])
def test_a_blog_from_a_backup_and_the_bridge_agree_again(blog: Blog, bridge_alone: RunningBridge, edits: int) -> None:
    agree(blog, bridge_alone)
    tables = [f"wp_{name}" for name in TABLES] + [f"wp_mentor_bridge_{name}" for name in OUR_TABLES]
    sql(blog, *(f"CREATE TABLE backup_{name} AS SELECT * FROM {name}" for name in tables))
    blog.eval(
        "wp_insert_post( array( 'post_title' => 'After the backup', 'post_content' => 'A ghost then.',"
        " 'post_status' => 'publish', 'post_author' => 1 ) );"
        f"{NEWEST}"
        " wp_update_post( array( 'ID' => $id, 'post_title' => 'Edited after the backup' ) );"
        " Mentor_Bridge\\Sender::drain( 'cli', 20.0 );"
        " return wp_update_post( array( 'ID' => $id, 'post_title' => 'Edited once more' ) );"
    )
    sql(blog, *(f"DELETE FROM {name}; INSERT INTO {name} SELECT * FROM backup_{name}" for name in tables))
    sql(blog, *(f"DROP TABLE backup_{name}" for name in tables))
    blog.eval(
        f"{NEWEST} for ( $n = 0; $n < {edits}; ++$n )"
        " { wp_update_post( array( 'ID' => $id, 'post_title' => \"Edit $n\" ) ); }"
        " return 1;"
    )
    agree(blog, bridge_alone)
    titles = set(titles_held(bridge_alone).values())
    assert not {"After the backup", "Edited after the backup", "Edited once more"} & titles
    assert (f"Edit {edits - 1}" in titles) is bool(edits)


@pytest.mark.faults
@pytest.mark.usefixtures("nobody_sees_who_withdrew")
def test_what_wordpress_wrote_before_it_was_killed_is_told_by_the_next_morning(
    blog: Blog, bridge_alone: RunningBridge
) -> None:
    untold = set(ACTS)  # of whose change the outbox knows nothing at this moment
    for moment in range(1, MOMENTS + 1):
        ids, acts, noted = blog.eval(BEFORE), sorted(untold), outbox_rows(blog)
        for act in acts:
            title = f"Killed {act} {moment}"
            with pytest.raises(RuntimeError, match="php failed"):
                blog.eval(f"$moment = {moment}; $id = {ids[act]}; $title = '{title}'; {KILL} {ACTS[act]} return 1;")
            before, noted = noted, outbox_rows(blog)
            if noted != before:
                untold.remove(act)
        assert moment > 1 or untold >= {"publish", "edit", "hide", "comment"}, "killed before anything was noted"
        assert blog.eval(NIGHT) is False, "both sides have compared"
        with sqlite3.connect(bridge_alone.home / "bridge.sqlite") as database:
            titles = dict(database.execute("SELECT remote_id, title FROM posts"))
            names = {name for (name,) in database.execute("SELECT author_name FROM comments")}
        told = {
            "publish": f"Killed publish {moment}" in titles.values(),
            "edit": titles.get(str(ids["edit"])) == f"Killed edit {moment}",
            "hide": str(ids["hide"]) not in titles,
            "delete": str(ids["delete"]) not in titles,
            "comment": f"Killed comment {moment}" in names,
        }
        assert [act for act in acts if not told[act]] == []
        if not untold:
            break
    agree(blog, bridge_alone)


def outbox_rows(blog: Blog) -> list[list[str]]:
    return blog.sql("SELECT kind, object_id, revision FROM wp_mentor_bridge_outbox ORDER BY kind, object_id")


def titles_held(bridge: RunningBridge) -> dict[str, str]:
    """What the bridge calls each post, by the blog's own number."""
    with sqlite3.connect(bridge.home / "bridge.sqlite") as database:
        return dict(database.execute("SELECT remote_id, title FROM posts"))
