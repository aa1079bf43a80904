"""The ways between a blog and the bridge: plain permalinks, XML-RPC, REST, fetching; and WordPress's own cron."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.lab.fixtures import (
    blog_id,
    connect_blog,
    names_mentor,
    public_posts,
    stored_in_bridge,
    wait_until,
    write_post,
)
from tests.lab.texts import CASH, HIRING
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

MUTE = """<?php
// What hosts and security plugins do: no XML-RPC{and_rest}.
add_filter( 'xmlrpc_enabled', '__return_false' );
"""
NO_REST = """
add_filter( 'rest_pre_dispatch', function ( $result, $server, $request ) {
    $ours = 0 === strpos( $request->get_route(), '/mentor-bridge/' );
    return $ours ? new WP_Error( 'no', 'no', array( 'status' => 403 ) ) : $result;
}, 10, 3 );
"""


@pytest.fixture(scope="module")
def plain(new_blog: Callable[..., Blog], bridge: RunningBridge, ada: Blog) -> Blog:
    """Plain permalinks (`?p=`, `?rest_route=`), connected; ada can be its mentor."""
    blog = new_blog("plain", posts=HIRING[:3])
    blog.eval("update_option( 'permalink_structure', '' ); return true;")
    assert "rest_route=" in blog.eval("return rest_url();")
    return connect_blog(blog, bridge)


def mute(blog: Blog, *, rest: bool) -> None:
    """Switch XML-RPC off, and REST as well."""
    folder = blog.root / "wp-content" / "mu-plugins"
    folder.mkdir(exist_ok=True)
    text = MUTE.format(and_rest=" and no REST" if rest else "") + (NO_REST if rest else "")
    (folder / "mute.php").write_text(text)


def way(bridge: RunningBridge, blog: Blog) -> str | None:
    """How the bridge reaches a blog."""
    found: str | None = bridge.json("blog", "show", blog_id(blog))["transport"]
    return found


def cron(blog: Blog, hook: str) -> None:
    """Make an event due and let WordPress's own cron run it."""
    blog.eval(f"wp_unschedule_hook( '{hook}' ); wp_schedule_single_event( time() - 1, '{hook}' ); return true;")
    assert blog.get("/wp-cron.php?doing_wp_cron").status == 200


def shown(blog: Blog, other: Blog, post: int) -> bool:
    """Whether the post shows a mentor of the other blog."""
    return names_mentor(blog, post, other)


def test_plain_permalinks_do(plain: Blog, ada: Blog, bridge: RunningBridge) -> None:
    wait_until(
        lambda: any(names_mentor(plain, post, ada) for post in public_posts(plain)), "ada under a post", seconds=60
    )
    assert way(bridge, plain) == "xmlrpc"


def test_a_scheduled_post_is_sent_when_it_comes_due(plain: Blog, bridge: RunningBridge) -> None:
    before = stored_in_bridge(bridge, plain)["posts"]
    title, text = HIRING[3]
    post = plain.eval(
        "$when = time() + HOUR_IN_SECONDS; return wp_insert_post( array( 'post_status' => 'future', 'post_author' => 1,"
        f" 'post_title' => '{title}', 'post_content' => '" + text.replace("'", "\\'") + "',"
        " 'post_date' => get_date_from_gmt( gmdate( 'Y-m-d H:i:s', $when ) ),"
        " 'post_date_gmt' => gmdate( 'Y-m-d H:i:s', $when ) ) );"
    )
    assert plain.get("/wp-cron.php?doing_wp_cron").status == 200
    assert plain.eval(f"return get_post_status( {post} );") == "future"
    assert stored_in_bridge(bridge, plain)["posts"] == before, "what is scheduled is not public"

    # An hour passes for this post; WordPress's own cron does the rest.
    plain.sql(
        f"UPDATE wp_posts SET post_date = post_date - INTERVAL 61 MINUTE,"
        f" post_date_gmt = post_date_gmt - INTERVAL 61 MINUTE WHERE ID = {post}"
    )
    plain.eval(
        f"wp_clear_scheduled_hook( 'publish_future_post', array( {post} ) );"
        f" return wp_schedule_single_event( time() - 1, 'publish_future_post', array( {post} ) );"
    )
    assert plain.get("/wp-cron.php?doing_wp_cron").status == 200
    assert plain.eval(f"return get_post_status( {post} );") == "publish"
    wait_until(lambda: stored_in_bridge(bridge, plain)["posts"] == before + 1, "sent by cron")


def test_without_xml_rpc_lists_come_by_rest_and_without_both_the_blog_fetches(
    plain: Blog, ada: Blog, bridge: RunningBridge
) -> None:
    mute(plain, rest=False)
    post = write_post(plain, "Relances et embauche", " ".join(text for _, text in CASH[:2]))
    wait_until(partial(shown, plain, ada, post), "a list that came by REST, through ?rest_route=", seconds=60)
    assert way(bridge, plain) == "rest"

    mute(plain, rest=True)
    post = write_post(plain, "Acomptes et équipe", " ".join(text for _, text in CASH[1:3]))
    wait_until(lambda: way(bridge, plain) == "pull", "the bridge finds no way in", seconds=90)
    assert not names_mentor(plain, post, ada)
    plain.eval("do_action( 'mentor_bridge_daily' ); return true;")  # the ping hears that something waits
    plain.eval("Mentor_Bridge\\Delivery_Status::update( array( 'last_push' => time() - 3600 ) ); return true;")
    cron(plain, "mentor_bridge_drain")
    wait_until(partial(shown, plain, ada, post), "a list that the blog has fetched", seconds=60)
    cron(plain, "mentor_bridge_drain")  # says what it took
    assert stored_in_bridge(bridge, plain)["posts"] > 0
    assert plain.complaints() == []
