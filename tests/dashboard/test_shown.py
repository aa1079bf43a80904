"""Who is shown, decided by clicking: by the owner of a blog, by a mentor, and by nobody else; and nobody is told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from bridge.storage.blogs import blogs
from bridge.webhooks.service import Service
from bridge.worker.outbound.list_wording import compile_objects
from tests.dashboard.conftest import BROWSER, OTHER, OWNER, WRITER, csrf
from tests.peer import PeerBlog

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
SignIn = Callable[..., FlaskClient]
BOB = {"blog": "bob", "author": "1"}


def read(browser: FlaskClient, path: str, at: str = "alice") -> str:
    answer = browser.get(f"/dashboard/{at}/{path}", headers=BROWSER)
    assert answer.status_code == 200, path
    return answer.text


def press(browser: FlaskClient, path: str, at: str = "alice", **fields: str) -> int:
    """What a form of the dashboard answers."""
    token = csrf(read(browser, "related", at))
    form = {"csrf_token": token, **fields}
    return browser.post(f"/dashboard/{at}/{path}", data=form, headers=BROWSER).status_code


def names_on(service: Service, blog_id: str) -> dict[str, list[str]]:
    """Who stands under each post of a blog, as it is pushed."""
    with service.database.read() as tx:
        objects = compile_objects(tx, blogs.get(tx, blog_id))
    return {item.object: [mentor.name for mentor in item.mentors] for item in objects if item.mentors}


def seen_by_bob(service: Service, bob: FlaskClient) -> dict[str, object]:
    """What Bob has of pages, export, pushes and his public card, but for where he stands."""
    with service.database.read() as tx:
        pushed = compile_objects(tx, blogs.get(tx, "bob"))
    archive = bob.get("/dashboard/bob/settings/export.zip", headers=BROWSER).data
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        parts = {name: zipped.read(name) for name in zipped.namelist() if not name.startswith("about")}
    pages = {path: without_tokens(read(bob, path, "bob")) for path in ("shown", "posts", "posts/1", "deliveries")}
    return {**parts, **pages, "pushed": pushed, "card": bob.get("/mentors/bob", headers=BROWSER).text}


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def test_an_owner_is_asked_says_yes_and_says_no(service: Service, house: PeerBlog, sign_in: SignIn) -> None:
    owner = sign_in(OWNER)
    assert "Bob" in str(names_on(service, "alice"))
    assert press(owner, "shown/mode", mode="ask") == 303
    assert names_on(service, "alice") == {}
    assert "1 mentor waits for your yes or no" in read(owner, "overview")
    queue = read(owner, "shown").partition('id="waiting"')[2].partition('id="standing"')[0]
    assert "Bob" in queue
    assert press(owner, "shown/decision", decision="approve", **BOB) == 303
    assert "Bob" in str(names_on(service, "alice"))
    page = read(owner, "shown")
    assert "Nobody waits for a decision." in page
    assert "You said yes" in page
    assert press(owner, "shown/decision", decision="refuse", **BOB) == 303
    assert names_on(service, "alice") == {}
    assert "You said yes" not in read(owner, "shown")
    assert press(owner, "shown/decision", decision="allow", **BOB) == 303
    assert "Nobody waits for a decision." not in read(owner, "shown"), "they wait again"
    assert press(owner, "shown/mode", mode="all") == 303
    assert press(owner, "shown/decision", decision="refuse", blog="bob") == 303
    assert names_on(service, "alice") == {}


def test_a_line_is_dropped_under_one_post_by_whoever_wrote_it(
    service: Service, house: PeerBlog, sign_in: SignIn
) -> None:
    before = names_on(service, "alice")
    writer = sign_in(WRITER)
    own, foreign = "1", "2"  # posts of Aline's and of Alice's
    assert "Not under this post" in read(writer, f"posts/{own}")
    assert press(writer, f"posts/{foreign}/drop", decision="refuse", **BOB) == 404
    assert press(writer, f"posts/{own}/drop", decision="refuse", **BOB) == 303
    assert names_on(service, "alice") == {post: names for post, names in before.items() if post != own}
    assert "Not under this post" not in read(writer, f"posts/{own}")
    assert press(writer, "shown/decision", decision="refuse", **BOB) == 404, "for the whole blog its owner decides"


def test_a_mentor_says_where_and_for_what_they_do_not_want_to_stand(
    service: Service, house: PeerBlog, sign_in: SignIn
) -> None:
    bob, alice = sign_in(OTHER), sign_in(OWNER)
    told = [read(alice, "shown").partition('id="refused"')[2], read(alice, "posts"), read(alice, "deliveries")]
    page = read(bob, "related", "bob")
    assert "Not here" in page
    word = page.partition("Because you share:")[2].partition("<bdi>")[2].partition("</bdi>")[0]
    assert press(bob, "related/standing", "bob", blog="alice", word=word, decision="refuse") == 303
    with service.database.read() as tx:
        objects = compile_objects(tx, blogs.get(tx, "alice"))
    assert not [mentor for item in objects for mentor in item.mentors if mentor.name == "Bob" and word in mentor.topics]
    assert press(bob, "related/standing", "bob", blog="alice", decision="refuse") == 303
    assert "Bob" not in str(names_on(service, "alice"))
    assert "Where you do not want to stand" in read(bob, "related", "bob")
    after = [read(alice, "shown").partition('id="refused"')[2], read(alice, "posts"), read(alice, "deliveries")]
    assert [without_tokens(page) for page in after] == [without_tokens(page) for page in told]
    assert press(alice, "related/standing", blog="bob", decision="allow") == 404, "it is not theirs to take back"
    assert press(bob, "related/standing", "bob", blog="alice", decision="allow") == 303
    assert "Bob" in str(names_on(service, "alice"))


def test_nobody_is_told_of_a_no(service: Service, house: PeerBlog, sign_in: SignIn, work: Callable[[], None]) -> None:
    """Who was refused sees what somebody sees whom matching did not choose."""
    alice, bob = sign_in(OWNER), sign_in(OTHER)
    before = seen_by_bob(service, bob)
    assert press(alice, "shown/decision", decision="refuse", **BOB) == 303
    work()
    assert seen_by_bob(service, bob) == before
    assert "No blog for now." in read(bob, "related", "bob")


def test_a_pinned_mentor_carries_a_sentence_and_it_shows_who_shows_back(
    service: Service, house: PeerBlog, sign_in: SignIn
) -> None:
    alice = sign_in(OWNER)
    sentence = "Je lis ce blog parce que tout y est vécu."
    assert press(alice, "related/sentence", sentence=sentence, **BOB) == 404, "they are not pinned"
    page = read(alice, "related")
    assert "shows you" in page
    assert "Show Bob back" in page
    assert press(alice, "related/verdict", verdict="pin", **BOB) == 303
    assert "Show Bob back" not in read(alice, "related")
    assert press(alice, "related/sentence", sentence=f"{sentence} bob@example.org", **BOB) == 303
    with service.database.read() as tx:
        notes = {mentor.note for item in compile_objects(tx, blogs.get(tx, "alice")) for mentor in item.mentors}
    assert sentence in " ".join(notes)
    assert "@" not in " ".join(notes)
