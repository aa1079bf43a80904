"""A seeker without an account asks, the mentor answers from wp-admin, both agree, the seeker erases all of it.

On real blogs, in French on a telephone and in English on a desk; and what a full, a paused and a leaving mentor say.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect

from bridge.bank.time_trap import FASTEST
from bridge.words import translate
from tests.lab.browser import new_page, plugin_words
from tests.lab.fixtures import blog_id, wait_until
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

pytestmark = [pytest.mark.wordpress, pytest.mark.browser]


def find_form(page: Page, address: str) -> bool:
    """Whether somebody has a card on which they can be asked."""
    answer = page.goto(address)
    return answer is not None and answer.status == 200


def send_ask(page: Page, say: Callable[[str], str], name: str) -> None:
    """Fill in the form as a person does: not within seconds."""
    page.get_by_label(say("What I live")).fill("Une boulangerie reprise en mars.")
    page.get_by_label(say("What I look for")).fill("Apprendre à fixer mes prix.")
    page.get_by_label(say("A first name")).fill(name)
    page.wait_for_timeout(
        FASTEST.total_seconds() * 1000 + 1000
    )  # a form that is sent sooner was filled in by no person
    page.get_by_role("button", name=say("Send"), exact=True).click()
    expect(page.get_by_role("heading", name=say("This address is your key"))).to_be_visible()


def assert_fits(page: Page) -> None:
    """Nothing stands outside of the screen."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def is_told(mentor: Page, blog: Blog, words: str) -> bool:
    """Whether wp-admin says that somebody asks."""
    mentor.goto(f"{blog.url}/wp-admin/index.php")
    return mentor.locator(".mentor-bridge-asks").get_by_text(words).count() > 0


@pytest.mark.parametrize(
    ("name", "locale", "width"), [("ada", "fr_FR", 390), ("carol", "en_US", 1280)], ids=["French, 390", "English, 1280"]
)
def test_an_ask_from_the_form_to_its_erasure(
    name: str,
    locale: str,
    width: int,
    request: pytest.FixtureRequest,
    bridge: RunningBridge,
    visit: Callable[..., Page],
    chromium: Browser,
) -> None:
    blog: Blog = request.getfixturevalue(name)
    say, of_plugin = partial(translate, locale[:2]), plugin_words(locale)
    screen = {"viewport": {"width": width, "height": 800}, "locale": locale.replace("_", "-")}
    seeker, mentor = new_page(chromium, **screen), visit(blog, **screen)
    mentor.goto(f"{blog.url}/wp-admin/profile.php")
    mentor.locator("#mentor-bridge-capacity").fill("1")
    mentor.click("#submit")
    expect(mentor.locator("#mentor-bridge-capacity")).to_have_value("1")
    form = f"{bridge.url}/ask/{blog_id(blog)}/1"
    wait_until(lambda: find_form(seeker, form), "a card", 60)
    assert_fits(seeker)
    send_ask(seeker, say, "Léa")
    expect(seeker.get_by_role("heading", name=say("This address is your key"))).to_be_visible()
    assert_fits(seeker)

    wait_until(lambda: is_told(mentor, blog, "1 person" if locale == "en_US" else "1 personne"), "a notice", 60)
    mentor.get_by_role("link", name=of_plugin("Read and answer")).click()
    mentor.wait_for_url(f"{bridge.url}/dashboard/**")
    mentor.goto(f"{bridge.url}/dashboard/{blog_id(blog)}/asks")
    mentor.get_by_role("link", name="Léa").click()
    expect(mentor.get_by_role("button", name=say("Accept"), exact=True)).to_be_visible()
    assert_fits(mentor)
    mentor.get_by_role("button", name=say("Accept"), exact=True).click()
    mentor.get_by_label(say("How often")).fill("Le vendredi matin")
    mentor.get_by_role("button", name=say("Keep it so")).click()

    seeker.reload()
    expect(seeker.get_by_label(say("How often"))).to_have_value("Le vendredi matin")
    seeker.get_by_label(say("What the one who asked wants to reach")).fill("Des prix que j’ose dire.")
    seeker.get_by_role("button", name=say("Keep it so")).click()
    seeker.locator("#text").fill("Bonjour, et merci.")
    seeker.get_by_role("button", name=say("Put it on the page")).click()
    assert_fits(seeker)
    mentor.reload()
    expect(mentor.locator(".thread")).to_contain_text("Bonjour, et merci.")
    expect(mentor.locator("#seeker_goal")).to_have_value("Des prix que j’ose dire.")

    page_of_ask = seeker.url
    seeker.goto(form)
    full = seeker.locator("main .note").inner_text()
    assert full.endswith(say("%(name)s has no free place now.", name="").strip()), full
    assert seeker.locator("form textarea").count() == 0
    mentor.goto(f"{bridge.url}/dashboard/{blog_id(blog)}/asks")
    mentor.locator("form button").filter(has_text="30").click()
    seeker.goto(form)
    assert seeker.locator("form textarea").count() == 0
    expect(seeker.locator("main .note")).not_to_have_text(full)  # a pause, and until when
    mentor.get_by_role("button", name=say("Take asks again")).click()
    seeker.goto(page_of_ask)
    if locale == "en_US":
        leave_and_return(blog, seeker, say)
    seeker.get_by_role("button", name=say("Erase everything at once")).click()
    expect(seeker.get_by_text(say("Everything of your ask was erased."))).to_be_visible()
    answer = seeker.goto(page_of_ask)
    assert answer is not None
    assert answer.status == 404
    mentor.goto(f"{bridge.url}/dashboard/{blog_id(blog)}/asks")
    assert mentor.get_by_role("link", name="Léa").count() == 0
    wait_until(lambda: find_form(seeker, form), "a card, also after the return", 60)
    expect(seeker.locator("form textarea").first).to_be_visible()
    seeker.context.close()


def leave_and_return(blog: Blog, seeker: Page, say: Callable[[str], str]) -> None:
    """The mentor withdraws: what they wrote goes, others are proposed; afterwards they take part again."""
    assert blog.eval("return mentor_bridge_set_consent( 1, false );") is True

    def has_left() -> bool:
        seeker.reload()
        return seeker.get_by_text(say("%(name)s takes part no longer.") % {"name": say("The mentor")}).count() > 0

    wait_until(has_left, "the page of the ask says that the mentor has left", 60)
    wait_until(lambda: seeker.reload() and seeker.locator("#others").count() > 0, "others are proposed", 60)
    assert seeker.get_by_text("Le vendredi matin").count() == 0
    assert_fits(seeker)
    assert blog.eval("return mentor_bridge_set_consent( 1, true );") is True
