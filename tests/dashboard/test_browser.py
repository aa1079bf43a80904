"""Every page in Debian's Chromium: three widths, both languages, nothing to see, one of each, and ten thousand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from bridge.app import create_app
from bridge.config import Config
from bridge.mentors.explain import Reason
from bridge.mentors.pairing import PairingSide, Role
from bridge.mentors.related import Match
from bridge.mentors.skills import bundled_skills
from bridge.model import AuthorKey, MentorKey, ShowingMode
from bridge.operations import corrections
from bridge.runtime import build_runtime
from bridge.storage.blogs import blogs
from bridge.storage.content import tables
from bridge.storage.core import migrate
from bridge.storage.core.database import Database, Tx
from bridge.storage.matching import list_entries, pairing
from bridge.storage.people import sessions
from bridge.storage.people.sessions import Person
from bridge.text.terms import WEIGHT_UNIT, term_id
from bridge.webhooks.service import Service
from bridge.wordpress.client import WordPressClient
from bridge.worker.context import Context
from tests.conftest import NOW
from tests.lab.bank import WORDS, fill_blog
from tests.lab.browser import new_page
from tests.running import free_port
from tests.serving import served

pytestmark = [pytest.mark.browser]

AXE = Path(sys.prefix, "npm", "node_modules", "axe-core", "axe.min.js")  # put there by .ci/setup test
WIDTHS = (390, 768, 1280)
SIZES = {"empty": (0, 0, 0, 0), "single": (1, 1, 1, 1), "large": (10_000, 10_000, 30, 10_000)}
PATHS = (
    "overview",
    "asks",
    "card",
    "related",
    "shown",
    "readers",
    "posts",
    "posts?by=comments",
    "deliveries",
    "deliveries?view=calls",
    "deliveries?view=held",
    "settings",
)
MORE = {
    "single": ("posts/1", f"card/fr/{term_id(WORDS[0])}", "deliveries/1", "deliveries/calls/1"),
    "large": ("posts/1", "posts?page=200", "deliveries/8", "deliveries/calls/5"),
    "empty": (),
}
OUTSIDE = ("/", "/nothing", "/dashboard/", "/sign-in?token=over")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Service]]:
    """A web side with three blogs, on loopback."""
    port = free_port()
    config = Config.from_env({"BRIDGE_HOME": str(tmp_path_factory.mktemp("home")), "PORT": str(port)})
    database = Database.open(config.database_url)
    migrate.upgrade(database)
    service = Service(build_runtime(config, database, lambda: NOW))
    context = Context(service, WordPressClient(service.door))
    for name, (posts, comments, mentors, log) in SIZES.items():
        fill_blog(database, name, NOW, posts_=posts, comments_=comments, mentors_=mentors, log=log, context=context)
        with database.begin() as tx:
            ask_about_skills(tx, AuthorKey(name, "1"), posts)
    with database.begin() as tx:
        let_wait(tx, "large", 4)
    with served(create_app(service), port):
        yield config.public_url, service
    database.close()


def ask_about_skills(tx: Tx, author: AuthorKey, posts: int) -> None:
    """Her card asks about skills, of which some are answered, and words are struck and added."""
    skills = [skill.id for skill in bundled_skills()[: min(posts, 60)]]
    side = PairingSide(str(author), author.blog_id, frozenset({"fr"}), Role.BOTH, dict.fromkeys(skills, 0.5), {})
    pairing.upsert(tx, author, side, dict.fromkeys(skills, 0.5))
    for number, skill in enumerate(skills[1::3]):
        corrections.answer_for_skill(tx, author, skill, confirmed=number % 2 == 0, now=NOW)
    for number in range(min(posts, 40)):
        corrections.strike_word(tx, author, f"anticonstitutionnellement{number}", NOW)
    for word in ("apiculture", "délais de paiement")[:posts]:
        corrections.add_word(tx, author, word, NOW)


def let_wait(tx: Tx, blog_id: str, count: int) -> None:
    """Some mentors were found for a post of a blog that asks first."""
    named = select(tables.posts.c.id, tables.posts.c.remote_id).where(tables.posts.c.blog_id == blog_id)
    post, name = tx.execute(named.order_by(tables.posts.c.id).limit(1)).one()
    reason = Reason(WORDS[:2], ((WORDS[0], WEIGHT_UNIT // 2),), "Mes prix", "", NOW)
    mentors = [MentorKey(f"{blog_id}-{n}", "1", "fr") for n in range(count)]
    lines = [(Match(key.id, WEIGHT_UNIT - n, WEIGHT_UNIT), reason) for n, key in enumerate(mentors)]
    list_entries.upsert_under_posts(tx, [(post, (blog_id, name), lines)], 1)
    blogs.record_showing(tx, blog_id, ShowingMode.ASK)


@pytest.fixture
def enter(house: tuple[str, Service], chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A page of somebody who is signed in at a blog."""
    url, service = house
    opened: list[BrowserContext] = []

    def sign_in(blog: str, width: int = 1280, language: str = "fr-CA", **options: object) -> Page:
        page = new_page(chromium, viewport={"width": width, "height": 900}, locale=language, **options)
        opened.append(page.context)
        with service.database.begin() as tx:
            token = sessions.record_link(tx, Person(blog, "1", "administrator", True, "Alice"), NOW)
        page.goto(f"{url}/sign-in?token={token}")
        return page

    yield sign_in
    for context in opened:
        context.close()


# Labels of a chart that stand on each other by more than a pixel, which axe does not look at.
OVERPRINTED = """() => [...document.querySelectorAll('svg.chart')].flatMap(chart => {
  const labels = [...chart.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
  const shown = labels.filter(([, box]) => box.width);
  return shown.flatMap(([text, a], n) => shown.slice(n + 1).filter(([, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1
  ).map(([other]) => `${text} / ${other}`));
})"""


def misfits(page: Page) -> list[str]:
    """What does not fit or is printed over at some width, and what every page has but this one."""
    violations = []
    shown = page.viewport_size
    assert shown is not None
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            violations.append(f"{wide} px wide at {width}")
        violations += [f"overprinted at {width}: {labels}" for labels in page.evaluate(OVERPRINTED)]
    page.set_viewport_size(shown)
    if page.locator("h1").count() != 1:
        violations.append(f"{page.locator('h1').count()} h1")
    for landmark in ("header", "main", "footer"):
        if page.locator(f"body > {landmark}").count() != 1:
            violations.append(f"no {landmark}")
    return violations


def problems(page: Page) -> list[str]:
    """What does not fit, and what axe says at the present width."""
    violations = misfits(page)
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return violations + [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in result["violations"]]


# Each language and each scheme, and the narrowest and the widest: each with one of the other two.
LOOKS = (("fr-CA", "light", 390), ("en-GB", "dark", 1280))


@pytest.mark.parametrize(
    ("size", "language", "scheme", "width", "look"),
    [
        *(("single", *look, problems) for look in LOOKS),
        ("large", "fr-CA", "dark", 390, problems),
        ("large", "en-GB", "light", 1280, misfits),  # axe takes a second for many rows, which differ by their words
        ("empty", "en-GB", "light", 390, problems),
    ],
)
def test_nothing_is_wrong_with_any_page(
    size: str,
    language: str,
    scheme: str,
    width: int,
    look: Callable[[Page], list[str]],
    house: tuple[str, Service],
    enter: Callable[..., Page],
) -> None:
    page = enter(size, width, language, color_scheme=scheme, bypass_csp=False)
    url, seen = house[0], []
    page.on("console", lambda message: seen.append(message.text) if message.type == "error" else None)
    page.on("request", lambda r: seen.append(r.url) if urlsplit(r.url).netloc != urlsplit(url).netloc else None)
    for path in (*PATHS, *MORE[size]):
        page.goto(f"{url}/dashboard/{size}/{path}")
        assert (path, look(page)) == (path, [])
        assert page.evaluate("document.documentElement.lang") == language[:2]
    assert seen == []


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_nothing_is_wrong_outside(
    language: str, scheme: Any, width: int, house: tuple[str, Service], chromium: Browser
) -> None:
    page = new_page(chromium, viewport={"width": width, "height": 900}, locale=language, color_scheme=scheme)
    for path in OUTSIDE:
        page.goto(house[0] + path)
        assert (path, problems(page)) == (path, [])
    page.context.close()


def test_it_works_without_javascript(house: tuple[str, Service], enter: Callable[..., Page]) -> None:
    page = enter("single", java_script_enabled=False)
    page.goto(f"{house[0]}/dashboard/single/deliveries")
    page.select_option("#only", "quarantined")
    page.get_by_role("button", name="Appliquer").click()
    page.wait_for_url("**only=quarantined*")
    page.goto(f"{house[0]}/dashboard/single/card")
    page.get_by_role("button", name="Masquer ma fiche").click()
    expect(page.get_by_text("masquée depuis")).to_be_visible()
    page.get_by_role("button", name="Montrer ma fiche").click()
    expect(page.get_by_text("masquée depuis")).to_have_count(0)
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Votre session est fermée.")).to_be_visible()


def test_a_choice_changes_nothing_until_the_button_is_pressed(
    house: tuple[str, Service], enter: Callable[..., Page]
) -> None:
    page = enter("large")
    page.goto(f"{house[0]}/dashboard/large/deliveries")
    page.locator("#only").focus()
    page.keyboard.press("End")
    page.select_option("#only", "quarantined")
    expect(page.locator("#only")).to_be_focused()
    assert page.url.endswith("/dashboard/large/deliveries")
    page.get_by_role("button", name="Appliquer").click()
    page.wait_for_url("**only=quarantined")
    assert page.locator("tbody tr").count() == 50


def test_rows_are_cards_on_a_phone_and_stay_a_table(house: tuple[str, Service], enter: Callable[..., Page]) -> None:
    page = enter("single", 390, "en-GB")
    page.goto(f"{house[0]}/dashboard/single/posts")
    frame = page.locator(".table-frame").first
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    cell = frame.locator("td[data-label=Comments]").first
    assert "Comments:" in cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert frame.get_by_role("row").count() > 1
    assert frame.get_by_role("columnheader").get_by_role("link").first.is_visible(), "it can still be sorted"


def test_the_keyboard_reaches_everything(house: tuple[str, Service], enter: Callable[..., Page]) -> None:
    page = enter("single")
    page.goto(f"{house[0]}/dashboard/single/related")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.getAttribute('href')")
    assert first == "#content"
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    reachable = page.locator("main :is(a[href], button, summary, [tabindex='0'])").count()
    reached = set()
    for _ in range(reachable + 3):
        page.keyboard.press("Tab")
        inside = "document.activeElement.closest('main') ? document.activeElement.outerHTML : ''"
        reached.add(page.evaluate(inside))
        unseen = "document.activeElement !== document.body && getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(unseen) != "none", page.evaluate("document.activeElement.outerHTML")
    assert len(reached - {""}) >= reachable


def test_an_answer_is_given_by_keyboard_and_the_reader_stays_at_the_skill(
    house: tuple[str, Service], enter: Callable[..., Page]
) -> None:
    page = enter("single")
    page.goto(f"{house[0]}/dashboard/single/card")
    question = page.locator("#questions ~ ul > li").first
    question.get_by_role("button", name="Non").focus()
    page.keyboard.press("Enter")
    expect(question.get_by_text("Vous avez répondu non")).to_be_visible()
    expect(question).to_be_focused()
    question.get_by_role("button", name="Annuler").focus()
    page.keyboard.press("Enter")
    expect(question.get_by_role("button", name="Oui")).to_be_visible()
    expect(question).to_be_focused()
    page.get_by_label("Un mot ou une courte expression").fill("haies vives")
    page.keyboard.press("Enter")
    expect(page.locator("li", has_text="haies vives")).to_be_focused()


def test_the_queue_is_gone_through_by_keys_and_its_reader_stays_in_it(
    house: tuple[str, Service], enter: Callable[..., Page]
) -> None:
    page = enter("large")
    page.goto(f"{house[0]}/dashboard/large/shown")
    waiting = page.locator("[data-queue] > li")
    names = waiting.locator("h3").all_inner_texts()
    assert len(names) == 4
    for key, place in (("j", 0), ("j", 1), ("k", 0), ("k", 0), ("J", 1)):
        page.keyboard.press(key)
        expect(waiting.nth(place)).to_be_focused()
    page.keyboard.press("y")
    expect(waiting.locator("h3")).to_have_text([names[0], *names[2:]])
    expect(waiting.nth(1)).to_be_focused()  # whoever came after
    expect(page.locator("section[aria-labelledby=approved] li")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(waiting.locator("h3")).to_have_text([names[0], names[2]])
    expect(waiting.nth(1)).to_be_focused()  # nobody came after: the last line
    expect(page.locator("section[aria-labelledby=refused] li")).to_contain_text(names[3])
    page.get_by_label("Un mot qui ne doit").fill("jynk")
    assert waiting.count() == 2, "letters of a word decide nothing"
    for left in (1, 0):
        page.locator("#waiting-1").focus()
        page.keyboard.press("n")
        expect(waiting).to_have_count(left)
    expect(page.locator("#waiting")).to_be_focused()


def test_a_mode_that_is_passed_over_by_keyboard_is_not_chosen(
    house: tuple[str, Service], enter: Callable[..., Page]
) -> None:
    page = enter("single")
    page.goto(f"{house[0]}/dashboard/single/shown")
    page.locator("#mode-all").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#mode-ask")).to_be_focused()
    with house[1].database.read() as tx:
        assert blogs.get(tx, "single").showing is ShowingMode.ALL
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    with house[1].database.begin() as tx:
        assert blogs.get(tx, "single").showing is ShowingMode.ASK
        blogs.record_showing(tx, "single", ShowingMode.ALL)


def test_whoever_wants_no_motion_gets_none(house: tuple[str, Service], enter: Callable[..., Page]) -> None:
    page = enter("single", reduced_motion="reduce")
    moving = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s').length"
    assert page.evaluate(moving) == 0
