"""The line of progress on the plugin's settings page, in a browser: it tells how long the rest will take."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Browser, Route, expect

from tests.lab.browser import new_page

SCRIPT = Path(__file__).parents[2] / "wp-plugin-stub" / "assets" / "live-progress.js"
PAGE = "http://127.0.0.1/settings"
WORDS = {"address": f"{PAGE}/progress", "minutes": "about %s min left", "soon": "less than a minute left"}


def line(sent: int, total: int = 1000) -> str:
    return f'<p><progress max="{total}" value="{sent}"></progress></p>'


def test_the_time_left_follows_what_was_sent_while_somebody_watched(chromium: Browser) -> None:
    page = new_page(chromium)
    # Every three seconds: nothing yet, ten of the rest, then nearly all of it, then all.
    steps = iter([line(100), line(110), line(990), line(1000)])

    def answer(route: Route) -> None:
        if not route.request.url.endswith("/progress"):
            script = f"window.mentorBridgeLive = {json.dumps(WORDS)};{SCRIPT.read_text(encoding='utf-8')}"
            box = f'<div id="mentor-bridge-live" data-again="1">{line(100)}</div>'
            route.fulfill(content_type="text/html", body=f'<html lang="en">{box}<script>{script}</script></html>')
            return
        html = next(steps)
        route.fulfill(json={"success": True, "data": {"html": html, "again": html != line(1000)}})

    page.route("**/*", answer)
    page.clock.install()
    page.goto(PAGE)
    left = page.locator(".mentor-bridge-time-left")
    bar = page.locator("progress")
    for sent, words in ((100, None), (110, r"about \d+ min left"), (990, "less than a minute left"), (1000, None)):
        page.clock.run_for(3000)
        expect(bar).to_have_js_property("value", sent)
        if words is None:
            expect(left).to_have_count(0)
        else:
            expect(left).to_have_text(re.compile(words))
    page.context.close()
