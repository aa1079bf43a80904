"""The owner and an author in a real browser: install, connect, tick, invite, agree, upgrade, disconnect."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.lab.browser import plugin_words
from tests.lab.fixtures import CORES, blog_id, stored_in_bridge, wait_until, write_post
from tests.lab.texts import CASH, ENGLISH
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

pytestmark = [pytest.mark.browser]


def settings(page: Page, blog: Blog, say: Callable[[str], str]) -> None:
    """Where the menu leads."""
    page.goto(f"{blog.url}/wp-admin/options-general.php")
    page.locator("#menu-settings").get_by_role("link", name=say("Mentor bridge"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Mentor bridge"))


def upload(page: Page, blog: Blog, archive: Path) -> None:
    """Plugins › Add New › Upload Plugin."""
    page.goto(f"{blog.url}/wp-admin/plugin-install.php?tab=upload")
    page.set_input_files("#pluginzip", archive)
    page.click("#install-plugin-submit")


def known(bridge: RunningBridge, blog: Blog) -> list[str]:
    """The states of what the bridge has from this address."""
    return [item["state"] for item in bridge.json("blog", "list")["blogs"] if item["home_url"] == blog.url]


def holds(bridge: RunningBridge, blog: Blog, posts: int) -> bool:
    """Whether the bridge holds so many posts of a blog."""
    return bool(stored_in_bridge(bridge, blog)["posts"] == posts)


@pytest.mark.parametrize(
    ("locale", "version", "posts"), [("fr_FR", CORES[0], CASH[:3]), ("en_US", CORES[-1], ENGLISH[:3])]
)
def test_connect_invite_agree_and_disconnect(
    locale: str,
    version: str,
    posts: tuple[Any, ...],
    new_blog: Callable[..., Blog],
    bridge: RunningBridge,
    visit: Callable[..., Page],
) -> None:
    say = plugin_words(locale)
    blog = new_blog(f"click{locale[:2]}", locale, version, posts)
    blog.eval(
        f"$id = wp_insert_user( array( 'user_login' => 'zoe', 'user_pass' => '{blog.password}', 'role' => 'author',"
        " 'display_name' => 'Zoe' ) ); wp_update_post( array( 'ID' => get_posts( array( 'numberposts' => 1 ) )[0]->ID,"
        " 'post_author' => $id ) ); return true;"
    )
    owner = visit(blog)
    settings(owner, blog, say)
    expect(owner.get_by_text(say("So far this blog is not connected, and nothing is sent to anybody."))).to_be_visible()
    assert known(bridge, blog) == []
    owner.get_by_label(say("Address"), exact=True).fill(bridge.url)
    assert not owner.get_by_role("button", name=say("Connect"), exact=True).is_visible(), "nobody connects unread"
    owner.get_by_text(say("Next: what will be sent, and to whom")).click()
    expect(owner.get_by_role("heading", name=say("What will be sent, and to whom"))).to_be_visible()
    own = owner.get_by_label(say("I have read this and take part as a mentor"))
    assert not own.is_checked(), "nobody is ticked for them"
    own.check()
    owner.get_by_role("checkbox", name=f"{say('Invite')} Zoe").check()
    owner.get_by_role("button", name=say("Connect"), exact=True).click()
    expect(owner.get_by_text(say("Connected to %s") % bridge.url).first).to_be_visible()
    wait_until(partial(holds, bridge, blog, 2), "the owner's posts, and not Zoe's", seconds=60)
    owner.reload()
    expect(owner.get_by_role("row", name=re.compile("Zoe"))).to_contain_text(say("Invited, no answer yet."))

    author = visit(blog, "zoe")
    author.goto(f"{blog.url}/wp-admin/profile.php")
    expect(author.get_by_text(bridge.url).first).to_be_visible()
    author.get_by_label(say("I have read this and take part as a mentor")).check()
    author.click("#submit")
    wait_until(partial(holds, bridge, blog, 3), "Zoe's post", seconds=60)

    owner.goto(f"{blog.url}/wp-admin/edit.php")
    title = owner.locator("th.column-title").first.bounding_box()
    assert title is not None
    assert title["width"] > 150, "our columns leave room for the titles"

    settings(owner, blog, say)
    owner.get_by_role("link", name=say("Disconnect…")).click()
    owner.get_by_role("button", name=say("Disconnect and have everything removed")).click()
    expect(owner.get_by_text(bridge.url).first).to_be_visible()

    def confirmed() -> bool:
        settings(owner, blog, say)
        again = owner.get_by_role("button", name=say("Ask again now"))
        if again.count():
            again.click()
        return owner.get_by_text(say("So far this blog is not connected, and nothing is sent to anybody.")).count() > 0

    wait_until(confirmed, "the screen says that all is withdrawn", seconds=90)
    assert known(bridge, blog) == ["disconnected"]
    assert blog.complaints() == []


@pytest.fixture
def older(archive: Path, tmp_path: Path) -> Path:
    """The plugin as an older release: the same but for its version."""
    older = tmp_path / "mentor-bridge.zip"
    with zipfile.ZipFile(archive) as now, zipfile.ZipFile(older, "w") as then:
        for name in now.namelist():
            content = now.read(name)
            if name == "mentor-bridge/mentor-bridge.php":
                content = re.sub(rb"(Version: +|VERSION', ')\d+\.\d+\.\d+", rb"\g<1>0.1.0", content)
            then.writestr(name, content)
    return older


def test_a_newer_zip_over_an_older_one_keeps_everything_and_brings_it_up_to_date(
    older: Path, archive: Path, new_blog: Callable[..., Blog], bridge: RunningBridge, visit: Callable[..., Page]
) -> None:
    blog = new_blog("upgrade", "en_US", CORES[0], ENGLISH[:2])
    blog.eval("deactivate_plugins( 'mentor-bridge/mentor-bridge.php' ); return true;")
    blog.eval("return delete_plugins( array( 'mentor-bridge/mentor-bridge.php' ) );")
    owner = visit(blog)
    upload(owner, blog, older)
    owner.get_by_role("link", name="Activate Plugin").click()
    expect(owner.get_by_text("Plugin activated.")).to_be_visible()
    assert blog.eval("return MENTOR_BRIDGE_VERSION;") == "0.1.0"
    blog.eval(f"return mentor_bridge_connect( '{bridge.url}', array( 1 ) );")
    wait_until(partial(holds, bridge, blog, 2), "the first posts", seconds=60)
    before = blog.eval(
        "return array( Mentor_Bridge\\Connection::get(), get_option( Mentor_Bridge\\Connection::KEYS ) );"
    )
    # What an older release would have left: a table without a column, and something that waits to be sent.
    blog.eval(
        "add_filter( 'pre_http_request', function () { return new WP_Error( 'x', 'no network' ); } );"
        " wp_insert_post( array( 'post_title' => 'Waiting', 'post_status' => 'publish', 'post_author' => 1,"
        " 'post_content' => 'Invoices, deposits and rent: what I would do first.' ) ); return true;"
    )
    table = "SHOW COLUMNS FROM wp_mentor_bridge_outbox"
    columns = {row[0] for row in blog.sql(table)}
    blog.sql("ALTER TABLE wp_mentor_bridge_outbox DROP COLUMN tried")
    newest = blog.eval(
        "$v = get_option( 'mentor_bridge_db_version' ); update_option( 'mentor_bridge_db_version', 0 ); return $v;"
    )

    upload(owner, blog, archive)
    owner.locator(".update-from-upload-overwrite").click()
    expect(owner.get_by_text("Plugin updated successfully.")).to_be_visible()
    settings(owner, blog, plugin_words("en_US"))
    expect(owner.get_by_text(f"Connected to {bridge.url}").first).to_be_visible()
    assert blog.eval("return MENTOR_BRIDGE_VERSION;") != "0.1.0"
    assert {row[0] for row in blog.sql(table)} == columns
    assert blog.eval("return get_option( 'mentor_bridge_db_version' );") == newest
    now = blog.eval("return array( Mentor_Bridge\\Connection::get(), get_option( Mentor_Bridge\\Connection::KEYS ) );")
    assert now == before, "the connection and its keys are those of before"
    blog.eval("return Mentor_Bridge\\Sender::drain( 'button', 10.0 );")
    wait_until(partial(holds, bridge, blog, 3), "what waited is sent", seconds=60)
    assert blog_id(blog) == before[0]["blog_id"]
    assert write_post(blog, "Afterwards", ENGLISH[2][1])
    wait_until(partial(holds, bridge, blog, 4), "what is written afterwards", seconds=60)
    assert blog.complaints() == []
