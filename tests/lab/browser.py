"""Debian's Chromium, driven by Playwright; it reaches nothing but this machine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.lab.wordpress import Blog

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
LANGUAGES = Path(__file__).parent.parent.parent / "wp-plugin-stub" / "languages"


TIMEOUT_MILLISECONDS = 120_000  # milliseconds that a page may take on a busy machine; what is there is seen at once


def new_page(browser: Browser, **options: Any) -> Page:
    """A page in a session of its own; the session ends with `page.context.close()`."""
    context = browser.new_context(**options)
    context.set_default_timeout(TIMEOUT_MILLISECONDS)
    return context.new_page()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as driver, tempfile.TemporaryDirectory(prefix="mb-chromium-") as home:
        environment: dict[str, str | float | bool] = {"HOME": home}
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS, env=environment)
        expect.set_options(timeout=TIMEOUT_MILLISECONDS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Signs somebody in on a blog, in a browser session of their own; a script error on any page is a failure."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def sign_in(blog: Blog, user: str = "admin", **options: Any) -> Page:
        page = new_page(chromium, **options)
        contexts.append(page.context)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{blog.url}/wp-login.php")
        page.fill("#user_login", user)
        page.fill("#user_pass", blog.password)
        page.click("#wp-submit")
        page.wait_for_selector("#wpadminbar", state="attached")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert errors == []


@cache
def plugin_words(locale: str) -> Callable[[str], str]:
    """What the plugin says in a language for an English source string."""
    if locale.startswith("en"):
        return str
    with (LANGUAGES / f"mentor-bridge-{locale}.po").open("rb") as file:
        catalogue = read_po(file, locale=locale)

    def say(source: str) -> str:
        message = catalogue.get(source)
        assert message is not None, f"{source!r} is no string of the plugin"
        assert message.string, f"{source!r} is not translated"
        return str(message.string)

    return say
