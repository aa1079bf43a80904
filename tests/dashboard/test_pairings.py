"""Pairings in the dashboard: both ways, with what each gives, and nothing once one side no longer wants it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.dashboard.conftest import BROWSER, OWNER
from tests.dashboard.test_pages import HOME
from tests.peer import PeerBlog, silent_blog

Deliver = Callable[[PeerBlog, list[tuple[str, bytes]]], None]


@pytest.fixture
def bob(house: PeerBlog) -> PeerBlog:
    return silent_blog("bob", "https://bob.example", revision=1000)


def test_who_could_help_and_whom_one_could_help(
    sign_in: Callable[..., FlaskClient], house: PeerBlog, bob: PeerBlog, deliver: Deliver, work: Callable[[], None]
) -> None:
    alice = sign_in(OWNER)
    assert "Say on your profile what you are looking for" in alice.get(f"{HOME}/related", headers=BROWSER).text
    deliver(house, [house.declaring(offers=["exportation"], needs=["négociation"], role="both")])
    deliver(bob, [bob.declaring(offers=["négociation"], needs=["exportation"], role="both")])
    work()
    page = alice.get(f"{HOME}/related", headers=BROWSER).text
    assert "Could help you" in page
    assert "You could help" in page
    assert "Can help with negotiating; looks for exporting" in page
    assert page.count('href="/mentors/bob/ask"') == 1, "who could help can be asked, whom one could help cannot"
    french = alice.get(f"{HOME}/related", headers={"Accept-Language": "fr"}).text
    assert "Pourraient vous aider" in french
    deliver(bob, [bob.declaring(offers=["négociation"], needs=["exportation"], role="neither")])
    work()
    assert "Could help you" not in alice.get(f"{HOME}/related", headers=BROWSER).text


def test_what_is_only_asked_in_a_post_is_named_as_such(
    sign_in: Callable[..., FlaskClient], house: PeerBlog, bob: PeerBlog, deliver: Deliver, work: Callable[[], None]
) -> None:
    alice = sign_in(OWNER)
    asked = "Avez-vous des conseils pour une négociation difficile ? " * 2
    deliver(house, [house.declaring(offers=["exportation"], needs=[], role="both")])
    deliver(house, [house.post(900, 1, "Mon propriétaire", asked, 80)])
    deliver(bob, [bob.declaring(offers=["négociation"], needs=["exportation"], role="both")])
    work()
    page = alice.get(f"{HOME}/related", headers=BROWSER).text
    assert "Can help with negotiating" in page
    assert "What you look for was read from requests in your posts" in page
    deliver(house, [house.declaring(offers=["exportation"], needs=["négociation"], role="both")])
    work()
    assert "was read from requests" not in alice.get(f"{HOME}/related", headers=BROWSER).text
