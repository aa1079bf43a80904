"""A site is copied as hosts and plugins do it: the copy touches nothing of the site, and asks what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.comparing import AGREED_WITHIN_SECONDS, agree
from tests.lab.fixtures import connect_blog, wait_until, write_post
from tests.lab.texts import CASH
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

STATE = "return Mentor_Bridge\\Connection::state();"
CRON = "foreach ( array( 'drain', 'drain_more', 'daily' ) as $e ) { do_action( 'mentor_bridge_' . $e ); } return true;"
UNINSTALL = (
    "deactivate_plugins( 'mentor-bridge/mentor-bridge.php' );"
    " uninstall_plugin( 'mentor-bridge/mentor-bridge.php' ); return true;"
)


@pytest.fixture(scope="module")
def site(new_blog: Callable[..., Blog], bridge: RunningBridge) -> Iterator[Blog]:
    """A connected blog of which all has arrived."""
    blog = connect_blog(new_blog("copied", posts=CASH[:3]), bridge)
    wait_until(lambda: blog.eval("return Mentor_Bridge\\Sender::drain( 'cli', 20.0 )['left'];") == 0, "all is sent")
    wait_until(lambda: posts(bridge, blog) == 3, "all has arrived")
    agree(blog, bridge)
    yield blog
    bridge.run("blog", "disconnect", blog_id(blog), "--yes")


def blog_id(blog: Blog) -> str:
    return str(blog.eval("return Mentor_Bridge\\Connection::status()['blog_id'];"))


def posts(bridge: RunningBridge, blog: Blog) -> int:
    return int(bridge.json("stats", "--json")["blogs"].get(blog_id(blog), {}).get("posts", 0))


def heard(bridge: RunningBridge) -> float:
    """How many requests of blogs the bridge has answered."""
    _, metrics = bridge.get("/metrics")
    return sum(float(n) for n in re.findall(r"^bridge_webhook_answers_total\{.*\} (\S+)$", metrics, re.MULTILINE))


def shown(bridge: RunningBridge, site: Blog) -> Any:
    """What the bridge holds of the site."""
    return bridge.json("blog", "show", blog_id(site), "--json"), posts(bridge, site)


def misbehave(copy: Blog) -> None:
    """What somebody who tries something out does on a copy, and what it does by itself."""
    write_post(copy, "A draft that nobody should see", "Draft, on the copy only.")
    copy.eval(
        "foreach ( get_posts( array( 'numberposts' => 2 ) ) as $p ) { wp_delete_post( $p->ID, true ); } return 1;"
    )
    copy.eval("Mentor_Bridge\\Consent::set( 1, false, 'script', '' ); return true;")
    copy.eval("return Mentor_Bridge\\Sender::drain( 'button', 5.0 );")
    copy.eval(CRON)
    with pytest.raises(RuntimeError, match="copie"):
        copy.eval("return mentor_bridge_disconnect();")


def test_a_copy_by_search_and_replace_is_harmless_and_asks(site: Blog, bridge: RunningBridge) -> None:
    before, requests = shown(bridge, site), heard(bridge)
    copy = site.copy("staging", search_replace=True).start()
    try:
        assert copy.eval("return home_url();") == copy.url
        assert copy.eval(STATE) == "paused"
        misbehave(copy)
        copy.get("/wp-cron.php")
        copy.sign_in()
        notice = copy.get("/wp-admin/index.php").text
        assert "s’agit-il du même site ou d’un nouveau" in notice
        assert heard(bridge) == requests, "not one request of the copy reached the bridge"
        screen = copy.get("/wp-admin/options-general.php?page=mentor-bridge").text
        assert "toujours le site à son ancienne adresse" in press(copy, screen, "moved"), "the site answers there"
        assert copy.eval(STATE) == "paused"
        screen = press(copy, screen, "new_site")
        assert "a oublié la connexion" in screen
        assert copy.eval(STATE) == "none"
        connect_blog(copy, bridge)
        assert blog_id(copy) != blog_id(site)
        agree(copy, bridge)
        assert copy.eval("return Mentor_Bridge\\Connection::uuid();") != site.eval(
            "return Mentor_Bridge\\Connection::uuid();"
        )
        bridge.run("blog", "disconnect", blog_id(copy), "--yes")
    finally:
        copy.stop()
    assert shown(bridge, site) == before
    assert site.eval(STATE) == "connected"


def press(blog: Blog, screen: str, button: str) -> str:
    """A button of the settings screen, as a form without script."""
    form = re.search(rf'value="mentor_bridge_{button}".*?name="_wpnonce" value="(\w+)"', screen, re.DOTALL)
    assert form is not None, screen[-2000:]
    return blog.post("/wp-admin/admin-post.php", {"action": f"mentor_bridge_{button}", "_wpnonce": form[1]}).text


def test_a_copy_in_another_database_behind_the_same_address_says_nothing_even_when_it_is_uninstalled(
    site: Blog, bridge: RunningBridge
) -> None:
    before, requests = shown(bridge, site), heard(bridge)
    copy = site.copy("hidden", search_replace=False)
    assert copy.eval("return home_url();") == site.url
    assert copy.eval(STATE) == "paused"
    misbehave(copy)
    assert copy.eval(UNINSTALL) is True
    assert heard(bridge) == requests
    assert shown(bridge, site) == before
    assert site.eval(STATE) == "connected"


def test_what_changes_on_a_site_that_is_no_copy_raises_no_alarm(site: Blog) -> None:
    config = site.root / "wp-config.php"
    kept = config.read_text()
    socket = str(site.database.socket)
    for before, after in (
        ("0123456789abcdef", "fedcba9876543210"),  # secrets and salts
        (f"localhost:{socket}", f"localhost:{site.database.socket.parent}/./{site.database.socket.name}"),
        ("$table_prefix", "define( 'WP_HOME', 'https://' . '127.0.0.1:' . " + str(site.port) + " ); $table_prefix"),
    ):
        assert before in kept
        config.write_text(kept.replace(before, after))
        assert site.eval(STATE) == "connected", after
    config.write_text(kept)
    release = site.root.with_name("release-2")
    release.symlink_to(site.root)
    served, site.root = site.root, release
    assert site.eval(STATE) == "connected", "through another path"
    site.root = served


def test_a_site_that_has_moved_goes_on_as_the_same_blog(site: Blog, bridge: RunningBridge) -> None:
    known = blog_id(site)
    moved = site.copy("moved", search_replace=True).start()
    site.stop()
    try:
        moved.sign_in()
        screen = moved.get("/wp-admin/options-general.php?page=mentor-bridge").text
        assert "adresse" in press(moved, screen, "moved")
        assert moved.eval(STATE) == "connected"
        assert blog_id(moved) == known
        assert bridge.json("blog", "show", known, "--json")["home_url"] == moved.url
        write_post(moved, "From the new server", CASH[4][1])
        moved.eval("return Mentor_Bridge\\Sender::drain( 'cli', 20.0 );")
        wait_until(lambda: posts(bridge, moved) == 4, "it goes on", AGREED_WITHIN_SECONDS)
        agree(moved, bridge)
        site.start()
        assert site.eval("return Mentor_Bridge\\Sender::drain( 'cli', 5.0 )['sent'];") == 0, "its keys are good no more"
    finally:
        moved.stop()
