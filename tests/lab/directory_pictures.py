"""What the plugin directory shows beside the plugin: icon, banner, and screenshots of a real blog beside a demo.

Into wp-plugin-stub/.wordpress-org/, which is no part of the zip. Icon and banner are drawn from the bridge's own mark,
as is the picture that stands beside a link into the bank where somebody shares it (bridge/static/share.png).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.lab.browser import CHROMIUM, CHROMIUM_OPTIONS, new_page
from tests.lab.fixtures import ARCHIVE, first_post, wait_until, write_post
from tests.lab.mariadb import MariaDB
from tests.lab.pictures import ROOT, demo
from tests.lab.texts import ENGLISH
from tests.lab.wordpress import Blog

ASSETS = ROOT / "wp-plugin-stub" / ".wordpress-org"
MARK = (ROOT / "bridge" / "static" / "mark.svg").read_text("utf-8")
PAPER, INK, ACCENT = "#faf7f0", "#26302e", "#1f5c57"
COMMENTS = (("Noor", "How did you find the courage to ask?"), ("Sam", "We had the same last winter. Thank you."))
WIDTH, HEIGHT = 1200, 900  # pixels of a screenshot
ICON_PAGE = "<body style='margin:0;background:{paper}'><div style='width:{size}px;height:{size}px'>{mark}</div>"
SHARE_PAGE = """<body style="margin:0;width:1200px;height:630px;background:{paper};display:flex;align-items:center;
justify-content:center"><div style="width:300px;height:300px">{mark}</div>"""
BANNER_PAGE = """<body style="margin:0;width:{width}px;height:{height}px;background:{paper};color:{ink};display:flex;
align-items:center;gap:{gap}px;font-family:Georgia,serif">
<div style="width:{mark_size}px;margin-left:{gap}px">{mark}</div><div>
<div style="font-size:{large}px;color:{accent}">Mentor Bridge</div>
<div style="font-size:{small}px;margin-top:{line}px">
Somebody has lived it, and has written about it.</div></div>"""


def _draw(page: Page, name: str, width: int, height: int, html: str) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.set_content(html)
    page.add_style_tag(content="svg{width:100%;height:100%;display:block}")
    page.screenshot(path=ASSETS / name)


def _draw_marks(browser: Browser) -> None:
    page = new_page(browser)
    (ASSETS / "icon.svg").write_text(MARK, "utf-8")
    for size in (128, 256):
        _draw(page, f"icon-{size}x{size}.png", size, size, ICON_PAGE.format(paper=PAPER, size=size, mark=MARK))
    for width, height in ((772, 250), (1544, 500)):
        sizes = {"gap": height // 6, "mark_size": height // 2, "large": height // 5, "small": height // 13}
        page_html = BANNER_PAGE.format(
            width=width, height=height, paper=PAPER, ink=INK, accent=ACCENT, mark=MARK, line=height // 20, **sizes
        )
        _draw(page, f"banner-{width}x{height}.png", width, height, page_html)
    _draw(page, "../../bridge/static/share.png", 1200, 630, SHARE_PAGE.format(paper=PAPER, mark=MARK))
    page.context.close()


def _blog(database: MariaDB, folder: Path) -> Blog:
    blog = Blog(database, folder, "pictures", "The workshop diary", "en_US", "newest").install().start()
    blog.install_plugin(ARCHIVE)
    blog.eval(
        "wp_update_user( array( 'ID' => 1, 'display_name' => 'Ruth Harper', 'first_name' => 'Ruth' ) );"
        "remove_action( 'welcome_panel', 'wp_welcome_panel' ); update_user_meta( 1, 'show_welcome_panel', 0 );"
        "return update_user_meta( 1, 'metaboxhidden_dashboard', array( 'dashboard_right_now', 'dashboard_activity',"
        " 'dashboard_quick_press', 'dashboard_primary', 'dashboard_site_health' ) );"
    )
    for title, text in ENGLISH:
        write_post(blog, title, text)
    return blog


def _shoot(page: Page, number: int, address: str, first: str) -> None:
    """A screenshot that begins a little above the element `first`."""
    page.goto(address, wait_until="networkidle")
    page.locator(first).first.wait_for()
    page.evaluate("(name) => scrollBy(0, document.querySelector(name).getBoundingClientRect().top - 60)", first)
    page.screenshot(path=ASSETS / f"screenshot-{number}.png")


def _take(browser: Browser, blog: Blog, address: str) -> None:
    page = new_page(browser, locale="en", viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(f"{blog.url}/wp-login.php")
    page.fill("#user_login", "admin")
    page.fill("#user_pass", blog.password)
    page.click("#wp-submit")
    page.wait_for_selector("#wpadminbar", state="attached")
    settings = f"{blog.url}/wp-admin/options-general.php?page=mentor-bridge&bridge={address}"
    page.goto(settings, wait_until="networkidle")
    page.locator(".mentor-bridge details summary, details summary").first.click()
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=ASSETS / "screenshot-2.png")
    blog.eval(f"return mentor_bridge_connect( '{address}', array( 1 ), array( 'statistics' => true ) );")
    post = first_post(blog)
    for name, text in COMMENTS:
        by = (
            f"'comment_author' => '{name}', 'comment_author_email' => '{name}@mail.test', 'comment_content' => '{text}'"
        )
        blog.eval(f"return wp_insert_comment( array( 'comment_post_ID' => {post}, {by} ) );")
    blog.eval("Mentor_Bridge\\Sender::drain( 'cli', 20 ); return true;")
    listed = 'class="mentor-bridge-related"'
    wait_until(lambda: listed in blog.get(f"/?p={post}").text, "mentors under the first post", 60)
    visitor = new_page(browser, locale="en", viewport={"width": WIDTH, "height": HEIGHT})
    _shoot(visitor, 1, f"{blog.url}/?p={post}", ".mentor-bridge-related")
    _shoot(page, 3, f"{blog.url}/wp-admin/profile.php", "#mentor-bridge")
    wait_until(
        lambda: blog.sql("SELECT 1 FROM wp_options WHERE option_name='mentor_bridge_stats'"), "figures of the blog", 90
    )
    _shoot(page, 4, f"{blog.url}/wp-admin/index.php", "#dashboard-widgets")


def main() -> None:
    """Everything anew."""
    ASSETS.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="mb-") as name,
        demo(Path(name) / "home") as (address, _),
        sync_playwright() as driver,
    ):
        folder = Path(name)
        folder.chmod(0o755)
        database = MariaDB(folder / "db").start()
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS, env={"HOME": name})
        _draw_marks(browser)
        blog = _blog(database, folder)
        try:
            _take(browser, blog, address)
        finally:
            blog.stop()
            database.stop()
            browser.close()
    for path in sorted(ASSETS.iterdir()):
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
