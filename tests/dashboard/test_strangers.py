"""Every address of the dashboard, tried by everybody: what is not for them does not exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bridge.dashboard.access import SECTIONS, Access
from tests.dashboard.conftest import BROWSER, GUEST, KEY, OTHER, OWNER, WRITER
from tests.peer import PeerBlog

BLOG, AUTHOR, OWN_DATA = Access.BLOG, Access.AUTHOR, Access.OWN_DATA
PAGES = {  # below /dashboard/alice/ → the least that shows it
    "overview": BLOG,
    "asks": AUTHOR,
    "card": AUTHOR,
    "related": AUTHOR,
    "shown": BLOG,
    "readers": BLOG,
    f"readers/{KEY}": BLOG,
    "posts": AUTHOR,
    "posts?by=comments&order=up": AUTHOR,
    "posts/2": AUTHOR,
    "posts/1": AUTHOR,
    "deliveries": BLOG,
    "deliveries?view=calls": BLOG,
    "deliveries?view=held&only=open": BLOG,
    "deliveries/1": BLOG,
    "deliveries/calls/1": BLOG,
    "settings": OWN_DATA,
    "settings/export.zip": OWN_DATA,
}
FORMS = (
    "asks/1/accept",
    "asks/pause",
    "card/hide",
    "card/confirm",
    "card/skill",
    "card/word",
    "related/verdict",
    "related/sentence",
    "related/standing",
    "shown/mode",
    "shown/decision",
    "posts/1/drop",
    "deliveries/again",
    "deliveries/compare",
    "deliveries/resend",
    "deliveries/test",
    "deliveries/work",
    "settings/feed",
    "settings/keys",
    "settings/erase",
    "sign-out",
)


def test_no_address_is_forgotten(app: Flask) -> None:
    """A new route has to be entered above, or nobody tries it as a stranger."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/dashboard/<blog_id>/")]
    tried = {path.partition("?")[0].split("/")[0] for path in (*PAGES, *FORMS)}
    for rule in rules:
        first = rule.rule.removeprefix("/dashboard/<blog_id>/").split("/")[0]
        assert first in tried | {""}, rule.rule
    assert {section.name for section in SECTIONS} <= tried


def statuses(browser: FlaskClient) -> dict[str, int]:
    answers = {path: browser.get(f"/dashboard/alice/{path}", headers=BROWSER).status_code for path in PAGES}
    return answers | {path: browser.post(f"/dashboard/alice/{path}", headers=BROWSER).status_code for path in FORMS}


@pytest.mark.parametrize("who", ["stranger", "another blog's owner", "a made-up cookie"])
def test_a_stranger_gets_404_everywhere(
    who: str, app: Flask, sign_in: Callable[..., FlaskClient], house: PeerBlog
) -> None:
    browser = sign_in(OTHER) if who == "another blog's owner" else app.test_client()
    if who == "a made-up cookie":
        browser.set_cookie("bridge", "eyJrZXlzIjp7ImFsaWNlIjoiYSJ9fQ.x.y", domain="localhost")
    assert set(statuses(browser).values()) == {404}
    assert browser.get("/dashboard/nobody/overview").status_code == 404
    assert browser.get("/dashboard/alice/nothing").status_code == 404
    assert browser.get("/sign-in", headers=BROWSER).status_code == 404
    assert browser.get("/digest/guessed.atom").status_code == 404


@pytest.mark.parametrize(
    ("person", "level", "own"),
    [(OWNER, BLOG, {"posts/1", "posts/2"}), (WRITER, AUTHOR, {"posts/1"}), (GUEST, OWN_DATA, set())],
)
def test_everybody_sees_their_own(
    person: object, level: Access, own: set[str], sign_in: Callable[..., FlaskClient], house: PeerBlog
) -> None:
    browser = sign_in(person)
    for path, least in PAGES.items():
        seen = least <= level and (path not in {"posts/1", "posts/2"} or path in own)
        answer = browser.get(f"/dashboard/alice/{path}", headers=BROWSER)
        assert answer.status_code == (200 if seen else 404), path
        assert answer.headers["Cache-Control"] == "no-store"


def test_odd_addresses_are_404_not_500(sign_in: Callable[..., FlaskClient], house: PeerBlog) -> None:
    alice = sign_in(OWNER)
    for path in (
        "posts?by=title",
        "posts?page=99",
        "deliveries?view=x",
        "deliveries?view=calls&only=waiting",
        "deliveries/99999",
        "deliveries/calls/99999",
        "readers/x",
        f"readers/{'d' * 64}",
        "posts/none",
        "card/fr/1",
    ):
        assert alice.get(f"/dashboard/alice/{path}", headers=BROWSER).status_code == 404, path
    for huge in ("9" * 19, "9" * 20, str(2**63), "9" * 5000):  # no column holds it, and Python reads no more digits
        for path in (f"deliveries/{huge}", f"card/fr/{huge}", f"posts?page={huge}", "posts/%00", "readers/%00"):
            assert alice.get(f"/dashboard/alice/{path}", headers=BROWSER).status_code == 404, path
        for view in ("received", "calls", "held"):
            path = f"deliveries?view={view}&before={huge}"
            assert alice.get(f"/dashboard/alice/{path}", headers=BROWSER).status_code == 200, path
    for path in ("posts?page=x", "posts?page=-1", "deliveries?before=x", "overview?lang=zz", "deliveries?before=-5"):
        assert alice.get(f"/dashboard/alice/{path}", headers=BROWSER).status_code == 200, path
