"""`make pictures`: the screens that README shows, photographed from a demo in a temporary home.

Dates in the sample blogs end today, so each run gives other pictures: make them anew when a screen has changed.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.lab.browser import CHROMIUM, CHROMIUM_OPTIONS, new_page

ROOT = Path(__file__).parent.parent.parent
PICTURES = ROOT / "docs" / "pictures"
BRIDGE = Path(sys.executable).parent / "bridge"
WIDTH = 900  # pixels: as wide as GitHub shows a README
ABOVE = 24  # pixels of air
NEED = "fixer ses prix et rédiger une soumission"


@contextmanager
def demo(home: Path) -> Iterator[tuple[str, str]]:
    """(its address, a link into a dashboard), until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "BRIDGE_HOME": str(home), "PORT": str(port)}
    process = subprocess.Popen(
        [BRIDGE, "demo"], env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield f"http://127.0.0.1:{port}", _link(process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()


def _link(process: subprocess.Popen[str]) -> str:
    """The way into the dashboard, once the demo prints that it listens; everything said before is passed over."""
    assert process.stderr is not None
    link = ""
    for line in process.stderr:
        link = link or "".join(re.findall(r"A dashboard in it: (\S+)", line))
        if line.startswith("Listening"):
            return link
    raise SystemExit("The demo ended before it listened; `bridge demo` says why.")


def _photograph(page: Page, name: str, first: str, height: int) -> None:
    """`height` pixels of a page, from just above the element `first` on."""
    page.wait_for_load_state("networkidle")
    box = page.locator(first).first.bounding_box()
    assert box is not None, f"{name}: there is no {first}"
    top = max(0.0, box["y"] - ABOVE)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=True, clip={"x": 0, "y": top, "width": WIDTH, "height": height})
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")


def _take(browser: Browser, address: str, dashboard: str) -> None:
    """A search and the first card it finds, in French; a dashboard, in English."""
    page = new_page(browser, locale="fr-CA", viewport={"width": WIDTH, "height": 1200})
    page.goto(address, wait_until="networkidle")
    page.get_by_role("searchbox").or_(page.locator("input[name=need]")).first.fill(NEED)
    page.keyboard.press("Enter")
    page.wait_for_url("**/mentors?*")
    _photograph(page, "search", "article.mentor", 560)
    page.locator("main a[href^='/mentors/']").first.click()
    page.wait_for_url(re.compile(r"/mentors/[^?]+$"))
    _photograph(page, "card", "body", 760)
    page = new_page(browser, locale="en", viewport={"width": WIDTH, "height": 1200})
    page.goto(dashboard)
    _photograph(page, "dashboard", "#figures", 540)


def main() -> None:
    """Into docs/pictures/."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="mb-pictures-") as folder,
        demo(Path(folder)) as (address, dashboard),
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS, env={"HOME": folder})
        _take(browser, address, dashboard)
        browser.close()


if __name__ == "__main__":
    main()
