"""What the sections say and what their buttons do."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from bridge.dashboard import delivery_actions, labels, links, posts, readers
from bridge.dashboard.deliveries import redact_payload
from bridge.dashboard.export import as_csv
from bridge.model import AuthorKey
from bridge.operations import suspension
from bridge.operations.stations import Station
from bridge.pushes import PushAnswer, StatsObject
from bridge.storage.bank import tables as bank_tables
from bridge.storage.blogs import address_claims, blogs, calls, delivery_log, keys, state_checks
from bridge.storage.core import job_queues, jobs, set_aside_jobs
from bridge.storage.core import tables as core_tables
from bridge.storage.matching import feedback, profile_holds, profiles
from bridge.storage.people import conversations, sessions
from bridge.storage.people.conversations import SpokenComment
from bridge.webhooks.service import Service
from tests.bench.pages import LIMIT_QUERIES, Queries
from tests.conftest import NOW, Clock
from tests.dashboard.conftest import BROWSER, KEY, OWNER, WRITER, commented, csrf
from tests.dashboard.test_strangers import PAGES
from tests.lab.texts import LONG
from tests.peer import PeerBlog

Enter = Callable[..., FlaskClient]
Work = Callable[[], None]
Deliver = Callable[[PeerBlog, list[tuple[str, bytes]]], None]
HOME = "/dashboard/alice"


def press(browser: FlaskClient, path: str, page: str = "settings", **fields: object) -> int:
    """Send a form, with the token of a page."""
    token = csrf(browser.get(f"{HOME}/{page}").text)
    return browser.post(f"{HOME}/{path}", data={"csrf_token": token, **fields}, headers=BROWSER).status_code


def test_overview_says_what_arrived_and_leads_to_the_reply_form(sign_in: Enter, house: PeerBlog) -> None:
    page = sign_in(OWNER).get(f"{HOME}/overview", headers=BROWSER).text
    with_count = re.search(r"All (\d+) of (\d+) deliveries received and read", page)
    assert with_count is not None
    assert with_count[1] == with_count[2] == "14"
    assert 'href="https://alice.example/?p=1&amp;replytocom=101#respond"' in page
    assert re.search(r'aria-label="Answer Zoé &lt;b&gt; · [^"]+">Answer Zoé', page)
    assert "<b>" not in page.replace("<b>", "", 0).split("Zoé")[1][:4]


@pytest.mark.slow
def test_what_waits_is_in_the_order_of_its_age(
    sign_in: Enter, house: PeerBlog, deliver: Deliver, work: Work, clock: Clock
) -> None:
    remark = commented(house, 190, 6, NOW - timedelta(days=59, hours=23), "Merci de ce billet, je le garde.")
    deliver(house, [remark])
    work()
    page = sign_in(OWNER).get(f"{HOME}/overview", headers=BROWSER).text
    listed = page.partition("Waiting for an answer</h3>")[2].partition("</ul>")[0]
    ages = re.findall(r'<time datetime="([^"]+)"', listed)
    assert len(ages) >= 3
    assert ages == sorted(ages)
    assert "replytocom=190" in listed.partition("</li>")[0], (
        "it has waited longest, though questions are answered first"
    )


def test_overview_begins_with_people_and_folds_what_is_for_the_curious(sign_in: Enter, house: PeerBlog) -> None:
    page = sign_in(OWNER).get(f"{HOME}/overview", headers=BROWSER).text
    order = [
        re.search(r"Your blog is (shown under \d+ posts? of \d+ blogs?|not shown)", page),
        re.search("Your card, as others see it", page),
        re.search("comments? waits? for you", page),
        re.search("What to do next", page),
        re.search("Not enough data yet for: ", page),
        re.search(r"<summary id=.all.>For the curious", page),
        re.search("deliveries received and read", page),
    ]
    places = [match.start() for match in order if match]
    assert len(places) == len(order)
    assert places == sorted(places)
    assert page.count("not enough data") == page.split("<summary")[-1].count("not enough data"), "said once, above"


@pytest.mark.parametrize(
    ("key", "value", "previous", "change", "direction"),
    [
        ("comments", 81, 44, "▲ +84%, from 44", "better"),
        ("comments", 22, 44, "▼ −50%, from 44", "worse"),
        ("reply_time_median_hours", 2, 4, "▼ −50%, from 4 hours", "better"),
        ("comments", 44, 44, "same as in the 90 days before", ""),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no matter of storage
def test_a_change_has_a_sign_and_says_whether_it_is_welcome(
    key: str, value: float, previous: float, change: str, direction: str, service: Service
) -> None:
    from bridge.app import create_app

    figure = {"value": value, "n": 100, "low": None, "high": None, "previous": previous}
    with create_app(service).test_request_context("/", headers=BROWSER):
        (shown,) = labels.figure_texts({key: figure})
    assert (shown.change, shown.direction) == (change, direction)


def test_deliveries_name_the_post_they_are_about(sign_in: Enter, house: PeerBlog) -> None:
    alice = sign_in(OWNER)
    page = alice.get(f"{HOME}/deliveries", headers=BROWSER).text
    assert f'href="{HOME}/posts/1">Billet 1</a>' in page
    number = re.findall(rf'href="{HOME}/deliveries/(\d+)"', page)[0]
    assert "Billet" in alice.get(f"{HOME}/deliveries/{number}", headers=BROWSER).text
    assert "Billet 1</a>" in alice.get(f"{HOME}/deliveries?view=held", headers=BROWSER).text


def test_overview_says_which_address_is_not_proven_and_who_claims_the_blogs_own(
    sign_in: Enter, house: PeerBlog, service: Service, clock: Clock
) -> None:
    page = sign_in(OWNER).get(f"{HOME}/overview", headers=BROWSER).text
    assert "has not proven it" not in page
    assert "Another blog" not in page
    with service.database.begin() as tx:
        address_claims.record(tx, blogs.get(tx, "alice"), "https://new.example/<b>", clock())
        address_claims.record(tx, blogs.get(tx, "bob"), "https://alice.example/", clock())
    page = sign_in(OWNER).get(f"{HOME}/overview", headers=BROWSER).text
    assert "https://new.example/&lt;b&gt;, and has not proven it" in page
    assert "Another blog, https://bob.example, has said" in page


def test_what_is_new_since_the_visit_before(
    sign_in: Enter,
    house: PeerBlog,
    clock: Clock,
    work: Work,
    deliver: Callable[[PeerBlog, list[tuple[str, bytes]]], None],
) -> None:
    assert "From your next visit on" in sign_in(OWNER).get(f"{HOME}/overview", headers=BROWSER).text
    clock.advance(hours=20)
    deliver(house, [("odd_00000001", b'{"type": "post.published", "timestamp": "2026-05-04T12:00:00Z", "data": {}}')])
    work()
    page = sign_in(OWNER).get(f"{HOME}/overview", headers=BROWSER).text
    assert "1 delivery was set aside because it could not be read." in page


@pytest.mark.parametrize(
    ("figure", "value", "change"),
    [
        ({"value": None, "n": 2, "low": None, "high": None, "previous": None}, "not enough data", ""),
        ({"value": 0.5, "n": 40, "low": 0.35, "high": 0.65, "previous": 0.6}, "50%", "no clear change (before: 60%)"),
        (
            {"value": 0.5, "n": 40, "low": 0.35, "high": 0.65, "previous": 0.9},
            "50%",
            "▼ from 90%",
        ),
        ({"value": 0.5, "n": 40, "low": 0.35, "high": 0.65, "previous": 0.5}, "50%", "same as in the 90 days before"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no matter of storage
def test_a_figure_is_compared_in_words(figure: dict[str, float], value: str, change: str, service: Service) -> None:
    from bridge.app import create_app

    with create_app(service).test_request_context("/", headers=BROWSER):
        shown = labels.figure_texts({"reply_rate": figure})[0]
    assert (shown.value, shown.change) == (value, change)
    assert ("35%" in shown.basis) == (figure["low"] is not None)


def test_a_card_says_why(sign_in: Enter, house: PeerBlog) -> None:
    aline = sign_in(WRITER)
    page = aline.get(f"{HOME}/card", headers=BROWSER).text
    why = re.search(rf'href="({HOME}/card/fr/\d+)"', page)
    assert why is not None
    reasons = aline.get(why[1], headers=BROWSER).text
    assert "stands in" in reasons
    assert "Billet 1" in reasons
    assert "Billet 2" not in reasons, "only one's own posts"


def test_whoever_is_called_admin_hears_under_which_name_they_are_shown(
    sign_in: Enter, house: PeerBlog, work: Work, deliver: Deliver
) -> None:
    alice = sign_in(OWNER)
    assert "says nothing of you" not in alice.get(f"{HOME}/card", headers=BROWSER).text
    deliver(house, [house.author(1, "admin")])
    work()
    page = alice.get(f"{HOME}/card", headers=BROWSER).text
    assert "says nothing of you" in page
    assert "<h2>admin</h2>" not in page


def test_a_text_of_somebody_else_is_named_with_its_original(
    sign_in: Enter, house: PeerBlog, service: Service, work: Work, deliver: Deliver
) -> None:
    aline, alice = sign_in(WRITER), sign_in(OWNER)
    title, text = LONG[0]
    deliver(house, [house.post(70, 1, title, text, day=3), house.post(71, 2, f"{title} (bis)", text, day=9)])
    work()
    page = aline.get(f"{HOME}/card", headers=BROWSER).text
    section = page.split('id="elsewhere"')[1].split("</section>")[0]
    assert f"{title} (bis)" in section
    assert f'href="{house.url}/?p=70"' in section
    assert 'id="elsewhere"' not in alice.get(f"{HOME}/card", headers=BROWSER).text


def test_a_hidden_card_is_in_nobodys_list_until_it_is_shown_again(
    sign_in: Enter, house: PeerBlog, service: Service, work: Work
) -> None:
    alice = sign_in(OWNER)

    def listed() -> bool:
        with service.database.read() as tx:
            return any(row.listed for row in profiles.list_by_blog(tx, "alice", "1"))

    assert listed()
    assert press(alice, "card/hide", hide="yes") == 303
    work()
    assert not listed()
    assert "hidden since" in alice.get(f"{HOME}/card", headers=BROWSER).text
    press(alice, "card/hide", hide="no")
    work()
    assert listed()


def test_an_author_confirms_a_sudden_turn(sign_in: Enter, house: PeerBlog, service: Service, work: Work) -> None:
    key = AuthorKey("alice", "2")
    with service.database.begin() as tx:
        profile_holds.record(tx, key, {"fr": NOW}, NOW)
    aline = sign_in(WRITER)
    page = aline.get(f"{HOME}/card", headers=BROWSER).text
    assert "until you confirm that it is you" in page
    assert "Provisional profile" in page
    french = aline.get(f"{HOME}/card?lang=fr", headers=BROWSER).text
    assert "C’est bien moi" in french
    assert "Profil provisoire" in french
    assert press(sign_in(OWNER), "card/confirm") == 303
    with service.database.read() as tx:
        assert [hold.key.author for hold in profile_holds.list_held(tx)] == [key], "nobody confirms for somebody else"
    assert press(aline, "card/confirm", page="card") == 303
    with service.database.read() as tx:
        assert profile_holds.list_held(tx) == []


def test_not_related_counts_and_can_be_taken_back(
    sign_in: Enter, house: PeerBlog, service: Service, work: Work
) -> None:
    alice = sign_in(OWNER)

    def related() -> set[AuthorKey]:
        with service.database.read() as tx:
            mentor_id = profiles.list_by_blog(tx, "alice", "1")[0].key.id
            lines = [line.mentor_id for line in profiles.list_related(tx, mentor_id)]
            return {key.author for key in profiles.list_keys(tx, lines).values()}

    bob = AuthorKey("bob", "1")
    assert related() == {bob}
    assert "Bob" in alice.get(f"{HOME}/related").text
    for verdict, stands in (("unrelated", False), ("clear", True), ("mute", False), ("pin", True)):
        assert press(alice, "related/verdict", verdict=verdict, blog="bob", author="1") == 303
        work()
        assert (bob in related()) == stands, verdict
    assert press(alice, "related/verdict", verdict="unrelated", blog="bob", author="77") == 404
    assert press(alice, "related/verdict", verdict="hate", blog="bob", author="1") == 404
    with service.database.read() as tx:
        assert feedback.list_by_author(tx, AuthorKey("alice", "1")) == {bob: "pinned"}


def test_a_mentor_in_the_list_says_what_only_they_write_about(
    sign_in: Enter, house: PeerBlog, service: Service
) -> None:
    with service.database.begin() as tx:
        themes = json.dumps({"fr": [["trésorerie", 9, 5], ["apiculture", 5, 3]]}, ensure_ascii=False)
        tx.execute(update(bank_tables.cards).where(bank_tables.cards.c.blog_id == "bob").values(themes=themes))
    assert "Bob alone writes about apiculture." in sign_in(OWNER).get(f"{HOME}/related", headers=BROWSER).text


def test_a_post_says_whom_it_brought(sign_in: Enter, house: PeerBlog, service: Service) -> None:
    """Zoé commented on six posts, on the oldest one first."""
    page = sign_in(OWNER).get(f"{HOME}/posts?by=brought", headers=BROWSER).text
    assert page.index("Billet 6") < page.index("Billet 1")
    with service.database.read() as tx:
        brought = {
            post.post: post.figures["newcomers"] for post in conversations.list_post_conversations(tx, "alice", None)
        }
    assert brought == {"6": 1, **dict.fromkeys("12345", 0)}


def test_new_keys_are_asked_for_by_who_manages_the_blog(sign_in: Enter, house: PeerBlog, service: Service) -> None:
    alice, aline = sign_in(OWNER), sign_in(WRITER)
    assert "Make new keys" not in aline.get(f"{HOME}/settings", headers=BROWSER).text
    assert press(aline, "settings/keys") == 404
    assert press(alice, "settings/keys") == 303
    with service.database.read() as tx:
        assert keys.find_rotation_requested_at(tx, "alice") == NOW
        called = select(core_tables.jobs.c.due_at).where(core_tables.jobs.c.station == Station.POKE)
        assert tx.execute(called).scalar() == NOW
    page = alice.get(f"{HOME}/settings", headers=BROWSER).text
    assert "Your blog was asked to fetch new keys and has not come yet" in page
    assert "Make new keys" not in page


def test_what_was_set_aside_is_read_again(
    sign_in: Enter,
    house: PeerBlog,
    service: Service,
    work: Work,
    deliver: Callable[[PeerBlog, list[tuple[str, bytes]]], None],
) -> None:
    deliver(house, [("odd_00000001", b'{"type": "post.published", "timestamp": "2026-05-04T12:00:00Z", "data": {}}')])
    work()
    alice = sign_in(OWNER)
    page = alice.get(f"{HOME}/deliveries?only=quarantined", headers=BROWSER).text
    number = re.search(rf"{HOME}/deliveries/(\d+)", page)
    assert number is not None
    delivery = alice.get(f"{HOME}/deliveries/{number[1]}", headers=BROWSER).text
    assert "It was set aside because:" in delivery
    assert press(alice, "deliveries/again", delivery=number[1]) == 303
    with service.database.read() as tx:
        assert delivery_log.count_received(tx, "alice").waiting == 1
    work()
    with service.database.read() as tx:
        assert delivery_log.count_received(tx, "alice").quarantined == 1


def test_work_that_broke_off_each_time_is_shown_and_tried_again(
    sign_in: Enter, house: PeerBlog, service: Service
) -> None:
    with service.database.begin() as tx:
        jobs.mark_due(tx, Station.TALLY, ["alice"], NOW, blog_id="alice")
        broken = (core_tables.jobs.c.station == Station.TALLY) & (core_tables.jobs.c.entity == "alice")
        tx.execute(core_tables.jobs.update().where(broken).values(crashes=job_queues.SET_ASIDE_AFTER_CRASHES))
    alice = sign_in(OWNER)
    assert "broke off five times" in alice.get(f"{HOME}/deliveries", headers=BROWSER).text
    assert press(alice, "deliveries/work") == 303
    with service.database.read() as tx:
        assert set_aside_jobs.list_set_aside(tx) == []
    assert "broke off five times" not in alice.get(f"{HOME}/deliveries", headers=BROWSER).text


def test_things_are_sent_again_one_or_by_days(sign_in: Enter, house: PeerBlog, service: Service) -> None:
    alice = sign_in(OWNER)

    def waiting() -> int:
        with service.database.read() as tx:
            return len(delivery_log.list_pushed(tx, "alice", True, 0, 500))

    assert waiting() == 0
    assert press(alice, "deliveries/resend", kind="blog", object="0") == 303
    assert waiting() == 1
    press(alice, "deliveries/resend", **{"from": "2020-01-01", "to": "2020-01-02"})
    assert waiting() == 1
    press(alice, "deliveries/resend", **{"from": f"{NOW:%Y-%m-%d}", "to": f"{NOW:%Y-%m-%d}"})
    with service.database.read() as tx:
        assert waiting() == len(delivery_log.list_pushed(tx, "alice", False, 0, 500)) > 1


def test_erasing_leaves_nothing_of_the_author(sign_in: Enter, house: PeerBlog, service: Service, work: Work) -> None:
    aline = sign_in(WRITER)
    assert press(aline, "settings/erase") == 303
    work()
    with service.database.read() as tx:
        assert profiles.list_by_blog(tx, "alice", "2") != []
    assert press(aline, "settings/erase", sure="yes") == 303
    work()
    with service.database.read() as tx:
        assert profiles.list_by_blog(tx, "alice", "2") == []
        assert profiles.list_by_blog(tx, "alice", "1") != []
    assert aline.get(f"{HOME}/posts/1").status_code == 404


def test_everything_can_be_taken_along(sign_in: Enter, house: PeerBlog) -> None:
    def packed(person: sessions.Person) -> dict[str, str]:
        answer = sign_in(person).get(f"{HOME}/settings/export.zip")
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}

    owner, writer = packed(OWNER), packed(WRITER)
    assert {"card.json", "posts.csv", "related.csv", "figures.json", "readers.csv", "deliveries.csv"} <= set(owner)
    assert json.loads(owner["posts.json"])[0]["title"].startswith("Billet")
    assert {post["id"] for post in json.loads(writer["posts.json"])} == {"1", "3", "5"}
    assert not {"figures.json", "readers.json", "deliveries.json", "calls.json"} & set(writer)


def test_a_spreadsheet_runs_nothing() -> None:
    table = as_csv([{"a": "=1+1", "b": -1}, {"a": "@x", "b": None}])
    assert "'=1+1,-1" in table
    assert "'@x," in table


def test_a_private_feed_follows_its_address(sign_in: Enter, house: PeerBlog, clock: Clock) -> None:
    alice = sign_in(OWNER)
    assert press(alice, "settings/feed", act="new") == 303

    def address() -> str:
        match = re.search(r"http://127.0.0.1:8000(/digest/[\w-]+\.atom)", alice.get(f"{HOME}/settings").text)
        return match[1] if match else ""

    first = address()
    feed = ElementTree.fromstring(alice.get(first).data)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) > 3
    assert entries[0].findtext("{http://www.w3.org/2005/Atom}id", "").startswith("tag:mentor-bridge,2026:alice/week/")
    press(alice, "settings/feed", act="new")
    assert alice.get(first).status_code == 404
    assert alice.get(address()).status_code == 200
    second = address()
    press(alice, "settings/feed", act="end")
    assert alice.get(second).status_code == 404


def test_a_payload_shows_nobody_else() -> None:
    body = json.dumps({"data": {"commenter": KEY, "author_name": "Zoé", "content": "x" * 999, "id": 7}}).encode()
    shown = redact_payload(body)
    assert KEY not in shown
    assert "Zoé" not in shown
    assert "x" * 301 not in shown
    assert '"id": 7' in shown
    assert redact_payload(None) == ""


def test_links_lead_only_to_the_web() -> None:
    assert links.reply_link("javascript:alert(1)", "7") == ""
    assert links.reply_link("https://a.example/?p=1", "7") == "https://a.example/?p=1&replytocom=7#respond"
    assert links.reply_link("https://a.example/x", "slug") == "https://a.example/x"


def comment(remote_id: str, parent_id: str) -> SpokenComment:
    """A comment that answers another one, or none."""
    return SpokenComment(
        remote_id, "1", parent_id, "", "Léa", NOW, False, False, 9, False, False, "", False, False, False
    )


def test_a_thread_has_the_shape_of_its_answers() -> None:
    answers = (("1", ""), ("2", "1"), ("3", ""), ("4", "2"), ("5", "99"), ("6", "7"), ("7", "6"))
    rows = [comment(*names) for names in answers]
    assert [(level, row.remote_id) for level, row in posts.thread_shape(rows)] == [
        (0, "1"),
        (1, "2"),
        (2, "4"),
        (0, "3"),
        (0, "5"),
    ]


def test_reply_times_count_those_who_wait_still() -> None:
    assert readers.reply_time_curve({30: 2, 600: 1}, 1) == []
    assert dict(readers.reply_time_curve({30: 2, 600: 1}, 2))[1] == 0.4
    assert dict(readers.reply_time_curve({30: 2, 600: 1}, 2))[168] == 0.6


def test_days_of_a_form_are_whole() -> None:
    start, end = delivery_actions.day_range("2026-05-01", "nonsense", NOW)
    assert (start.isoformat(), end.isoformat()) == ("2026-05-01T00:00:00+00:00", "2026-05-05T00:00:00+00:00")


@pytest.mark.parametrize("path", sorted(set(PAGES) - {"settings/export.zip"}))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both databases are sent the same
def test_no_page_asks_the_database_often(path: str, sign_in: Enter, house: PeerBlog, service: Service) -> None:
    queries = Queries(service.database)
    alice = sign_in(OWNER)
    queries.count = 0
    alice.get(f"{HOME}/{path}", headers=BROWSER)
    assert 0 < queries.count <= LIMIT_QUERIES


def test_both_sides_are_counted_and_compared_when_asked(
    sign_in: Enter, house: PeerBlog, service: Service, clock: Clock
) -> None:
    alice = sign_in(OWNER)
    assert "both sides last counted" not in alice.get(f"{HOME}/overview", headers=BROWSER).text
    assert press(alice, "deliveries/compare", "deliveries") == 303
    with service.database.begin() as tx:
        assert jobs.find_plan(tx, Station.POKE, "alice") is not None, "the blog is called for it"
        assert state_checks.is_asked(tx, "alice")
        state_checks.record_comparison(tx, "alice", (14, 13), {"post": 1}, clock())
    page = alice.get(f"{HOME}/overview", headers=BROWSER).text
    assert "The bridge holds 13 objects and your blog has sent 14, and they are not the same" in page
    with service.database.begin() as tx:
        assert not state_checks.is_asked(tx, "alice")
        state_checks.record_comparison(tx, "alice", (14, 14), {}, clock())
    page = alice.get(f"{HOME}/overview", headers=BROWSER).text
    assert "The bridge holds 14 of 14 objects as your blog has sent them; both sides last counted" in page
    assert "1 range of ids differed and was sent again" in page


def test_an_author_reads_why_their_card_is_hidden_by_the_bank(
    sign_in: Enter, house: PeerBlog, service: Service, work: Work
) -> None:
    with service.database.begin() as tx:
        suspension.suspend(tx, AuthorKey("alice", "1"), "sells <b>places</b>", NOW)
    work()
    page = sign_in(OWNER).get(f"{HOME}/card", headers=BROWSER).text
    assert "has hidden your card since" in page
    assert "sells &lt;b&gt;places&lt;/b&gt;" in page
    assert "has hidden your card" not in sign_in(WRITER).get(f"{HOME}/card", headers=BROWSER).text
    press(sign_in(OWNER), "card/hide", hide="no")
    work()
    assert "has hidden your card since" in sign_in(OWNER).get(f"{HOME}/card", headers=BROWSER).text, "not theirs to end"


def test_a_call_opens_to_what_was_sent_what_came_back_and_the_tries(
    sign_in: Enter, house: PeerBlog, service: Service
) -> None:
    alice, now = sign_in(OWNER), NOW
    figures = [StatsObject("commenter", KEY, 1, {"comments": 3}), StatsObject("post", "2", 1, {})]
    with service.database.begin() as tx:
        numbers = [calls.record_start(tx, "alice", "push", "rest", figures, now) for _ in range(3)]
        for number in numbers[:2]:
            calls.record_end(tx, number, timedelta(milliseconds=1234), 503, "503: the blog is busy. Wait.")
        answer = PushAnswer(accepted=(("post", "2", 1),), unknown=(("commenter", KEY),))
        calls.record_end(tx, numbers[2], timedelta(milliseconds=80), 200, None, answer)
        began = calls.record_start(tx, "alice", "poke", "rest", (), now)
    assert f"deliveries/calls/{numbers[0]}" in alice.get(f"{HOME}/deliveries?view=calls", headers=BROWSER).text
    failed, worked = (
        alice.get(f"{HOME}/deliveries/calls/{number}", headers=BROWSER).text for number in (numbers[1], numbers[2])
    )
    for text in ("503: the blog is busy", "1,234 ms", "number 2: 1 before it failed", f"calls/{numbers[2]}"):
        assert text in failed
    for text in ("number 3: 2 before it failed", "1 taken", "1 is not on your blog any more", "posts/2", "80 ms"):
        assert text in worked
    assert KEY not in worked, "nobody who commented is kept in the log"
    never = alice.get(f"{HOME}/deliveries/calls/{began}?lang=fr", headers=BROWSER).text
    assert "le premier" in never
    assert "interrompue" in never
