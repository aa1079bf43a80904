"""The editor of WordPress is the same with the plugin as without it, and our blocks work in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.lab.fixtures import CORES
from tests.lab.wordpress import Blog

pytestmark = [pytest.mark.browser]

BLOCKS = ("mentor-bridge/related-mentors", "mentor-bridge/regulars")
CONTENT = "".join(f"<!-- wp:{name} /-->" for name in BLOCKS)
# The welcome would lie over everything.
QUIET = "wp.data.dispatch( 'core/preferences' ).set( 'core/edit-post', 'welcomeGuide', false )"
NAMES = "wp.data.select( 'core/block-editor' ).getBlocks().map( block => [ block.name, block.isValid ] )"


def test_the_editor_keeps_its_frame_and_complains_of_nothing_of_ours(
    new_blog: Callable[..., Blog], visit: Callable[..., Page]
) -> None:
    blog = new_blog("edited", "en_US", CORES[-1])
    config = blog.root / "wp-config.php"
    config.write_text(config.read_text().replace("<?php\n", "<?php\ndefine( 'SCRIPT_DEBUG', true );\n", 1))
    page = visit(blog)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("warning", "error") else None)
    post = blog.publish("Two blocks", CONTENT)
    page.goto(f"{blog.url}/wp-admin/post.php?post={post}&action=edit")
    page.wait_for_function("window.wp?.data?.select( 'core/block-editor' )?.getBlocks().length === 2")
    page.evaluate(QUIET)
    assert page.evaluate(NAMES) == [[name, True] for name in BLOCKS]
    canvas = page.frame_locator("iframe[name=editor-canvas]").locator("body")
    for name in BLOCKS:
        expect(canvas.locator(f"[data-type='{name}'] .components-placeholder__label")).to_be_visible()
    ours = [text for text in said if "mentor" in text.lower() or "API version" in text]
    assert ours == []
