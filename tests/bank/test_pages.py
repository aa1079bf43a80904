"""What somebody who looks for a mentor finds, and that nobody is found who did not agree."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from xml.etree import ElementTree as Xml

import pytest
from sqlalchemy import select, text, update

from bridge.model import BlogState
from bridge.storage.blogs import blogs
from bridge.storage.blogs import tables as blogs_tables
from bridge.storage.content import post_analysis
from bridge.storage.matching.tables import facets, mentors
from bridge.webhooks.service import Service
from bridge.worker.nightly import sweep
from tests.bank.conftest import BROWSER, FRENCH, House, publish, send
from tests.bench.pages import LIMIT_QUERIES, Queries
from tests.lab.texts import CASH, ENGLISH
from tests.peer import PeerBlog
from tests.storage.test_upgrades import older

EVERYWHERE = (
    "/",
    "/mentors",
    "/mentors?need=trésorerie",
    "/mentors?need=embaucher",
    "/mentors.opml",
    "/mentors.atom",
    "/mentors.atom?need=trésorerie",
    "/mentors.opml?need=trésorerie",
    "/mentors/bob",
    "/mentors/bob/posts.atom",
    "/api/v1/mentors",
    "/api/v1/search?need=trésorerie",
    "/api/v1/mentors/bob",
    "/api/v1/mentors/bob/related",
)
OF_A_CARD = ("/mentors/{}", "/mentors/{}/posts.atom", "/api/v1/mentors/{}", "/api/v1/mentors/{}/related")


def seen(page: str) -> str:
    """A page as it is read."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_a_need_typed_in_french_finds_who_wrote_about_it_and_says_why(house: House) -> None:
    page = house.get("/mentors?need=relancer+une+facture+impayee", **{"Accept-Language": "fr-CA"})
    assert re.findall(r'class="p-name u-url" href="([^"]+)"', page)[0] == "/mentors/alice"
    assert re.search(r"\d articles? sur .*dont « ", seen(page))
    assert '<h2 class="mentor-name">' in page
    assert "https://alice.example/?p=" in page
    assert "Relancer une facture impayée" in page
    assert 'value="relancer une facture impayee"' in page


def test_an_honest_nothing(house: House) -> None:
    assert "Nobody in the bank has written about it yet" in house.get("/mentors?need=xylophone")
    assert "too little to go by" in house.get("/mentors?need=le")
    assert "Nobody fits all of this" in house.get("/mentors?language=en")
    assert "Nobody fits all of this" in house.get("/mentors?need=facture&region=Gaspésie")


def test_where_nobody_has_lived_it_the_nearest_skills_lead_on(house: House) -> None:
    page = house.get("/mentors?need=insolvency+of+a+zeppelin", **{"Accept-Language": "fr"})
    assert 'class="mentor-name"' not in page
    declare(house)
    house.bank.clock.advance(minutes=2)
    page = house.get("/mentors?need=caisse+d%27un+zeppelin", **{"Accept-Language": "fr"})
    near = page.split('id="near"')[1].split("</section>")[0]
    assert "Ce qui s’en approche le plus" in seen(page)
    assert re.findall(r'href="/skills/([^"?]+)"', near)
    assert 'id="near"' not in house.get("/mentors?need=facture")


def test_an_empty_bank_says_so_and_how_to_connect_stays_in_reach(house: House) -> None:
    assert 'class="address"' in house.get("/")
    house.leaves(house.alice)
    house.leaves(house.bob)
    for address in ("/", "/mentors"):
        assert "The bank is still empty" in house.get(address)
    assert "mentor-bridge.zip" in house.get("/")
    assert "Nobody in the bank has written about it yet" in house.get("/mentors?need=facture")


def test_a_card_tells_what_is_declared_what_is_read_and_who_is_near(house: House) -> None:
    page = house.get("/mentors/alice")
    text = seen(page)
    for words in ("Declared by the author", "Read from the posts", "Provisional profile", "It is no grade"):
        assert words in text
    assert "/mentors/bob" in page
    assert "Both write about" in text
    assert "https://alice.example/feed/" in page
    assert page.count("<h1") == 1
    assert not re.search(r"\d\s*(%|/\s*(5|10|100))", text.split("About this card")[0])


def test_what_is_offered_and_what_is_only_written_about_stand_apart(house: House) -> None:
    declare(house)
    page = house.get("/mentors/alice")
    offered, written = page.split('id="offers"')[1].split('id="themes"')[0].split('id="written"')
    assert re.findall(r'href="/skills/([^"?]+)"', offered) == ["cash-flow"]
    assert "/skills/" in written
    assert "/skills/cash-flow" not in written
    assert "no offer of theirs" in seen(written)


def test_who_has_hardly_written_is_found_by_what_they_declare_and_says_so(house: House) -> None:
    nina = house.bank.blog("nina")
    event, body = nina.author(1, "admin")
    data = json.loads(body)
    data["data"]["offers"] = ["accounting", "export"]
    house.bank.send(nina, (event, json.dumps(data).encode()))
    house.bank.clock.advance(minutes=1)
    house.bank.work()
    page = house.get("/mentors?need=accounting")
    section = page.split('id="newcomers"')[1]
    assert re.findall(r'class="p-name u-url" href="([^"]+)">([^<]+)', section) == [("/mentors/nina", "Nina")]
    assert "Provisional profile: in their own words" in seen(section)
    assert "/mentors/nina" not in house.get("/mentors?need=xylophone")
    answer = json.loads(house.get("/api/v1/search?need=accounting"))
    assert [item["slug"] for item in answer["newcomers"]] == ["nina"]
    assert answer["newcomers"][0]["last_post_at"] is None
    card = house.get("/mentors/nina")
    assert "It rests on what the author declares" in seen(card)
    assert "repose sur ce qui est déclaré" in seen(house.get("/mentors/nina", **{"Accept-Language": "fr"}))
    assert '"@type": "Organization"' in card
    assert " admin " not in seen(card)
    assert json.loads(house.get("/api/v1/mentors/nina/related"))["mentors"] == []


def test_a_card_for_machines(house: House) -> None:
    answer = house.client.get("/mentors/alice", headers=BROWSER)
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL)
    assert script
    data = json.loads(script[1])
    assert data["mainEntity"]["name"] == "Alice"
    assert data["mainEntity"]["subjectOf"]["url"] == "https://alice.example"
    assert '<link rel="canonical" href="http' in answer.text
    assert 'property="og:title" content="Alice"' in answer.text
    assert 'class="p-name"' in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_only_who_allows_it_is_found_by_search_engines(house: House) -> None:
    house.bank.send(house.alice, house.alice.author(1, "Alice", search_engines=True))
    house.bank.work()
    answer = house.client.get("/mentors/alice", headers=BROWSER)
    assert "noindex" not in answer.text
    assert "X-Robots-Tag" not in answer.headers
    for address in ("/mentors", "/mentors?need=facture", "/mentors.atom", "/api/v1/mentors/alice"):
        assert house.client.get(address, headers=BROWSER).headers["X-Robots-Tag"] == "noindex"


def test_what_authors_write_is_text(house: House) -> None:
    name = '</script><b onload="x">&amp; Zoë'
    publish(house.bank, "zoe", name, tuple((f"{title} <i>&", text) for title, text in CASH))
    read = name.replace("&amp;", "&")  # WordPress keeps it with entities
    page = house.get("/mentors/script-b-onload-x-zoe")
    assert "<b onload" not in page
    assert page.count("</script>") == page.count("<script")
    data = re.search(r'ld\+json">(.*?)</script>', page, re.DOTALL)
    assert data
    assert json.loads(data[1])["mainEntity"]["name"] == read
    feed = Xml.fromstring(house.get("/mentors/script-b-onload-x-zoe/posts.atom"))
    titles = [entry.text for entry in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert titles[0] == read
    assert any("<i>&" in str(title) for title in titles)


def test_subscribing_needs_no_account(house: House) -> None:
    opml = Xml.fromstring(house.get("/mentors.opml"))
    assert {outline.get("xmlUrl") for outline in opml.iter("outline")} == {
        "https://alice.example/feed/",
        "https://bob.example/feed/",
    }
    atom = "{http://www.w3.org/2005/Atom}"
    feed = Xml.fromstring(house.get("/mentors.atom?need=trésorerie&lang=fr"))
    assert feed.find(f"{atom}title").text == "Mentors pour «\u00a0trésorerie\u00a0»"  # type: ignore[union-attr]
    entries = feed.findall(f"{atom}entry")
    assert entries
    moments = [str(entry.findtext(f"{atom}published")) for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert len({entry.findtext(f"{atom}id") for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.findtext(f"{atom}author/{atom}name") in {"Alice", "Bob"}
        link = entry.find(f"{atom}link")
        assert link is not None
        assert str(link.get("href")).startswith("https://")


def test_a_new_post_comes_to_the_top_of_a_saved_need(house: House) -> None:
    before = house.get("/mentors.atom?need=apiculture")
    assert "<entry>" not in before
    house.bank.send(house.alice, house.alice.post(77, 1, "Mes ruches", "L’apiculture m’a appris la patience. " * 9, 99))
    house.bank.clock.advance(minutes=1)
    house.bank.work()
    assert "Mes ruches" in house.get("/mentors.atom?need=apiculture")


def test_the_withdrawn_are_gone_everywhere(house: House) -> None:
    for address in EVERYWHERE:
        assert "wilma" not in house.get(address).lower(), address
    for address in OF_A_CARD:
        answer = house.client.get(address.format("wilma"), headers=BROWSER)
        assert answer.status_code == 410, address
        assert answer.headers["Cache-Control"] in ("no-cache", "no-store")
    page = house.client.get("/mentors/wilma", headers=FRENCH)
    assert "La personne présentée ici n’est plus montrée" in page.text
    assert house.client.get("/api/v1/mentors/wilma").get_json()["error"]["type"] == "gone"


def test_a_name_made_of_an_address_is_gone_everywhere_once_the_bridge_is_updated(house: House) -> None:
    with older(house.bank.database, "0022") as connection:
        connection.execute(text("UPDATE authors SET name = 'jeanne-martinexample-org' WHERE blog_id = 'alice'"))
        connection.execute(text("UPDATE cards SET slug = 'jeanne-martinexample-org' WHERE blog_id = 'alice'"))
    house.bank.clock.advance(minutes=2)
    house.bank.work()
    for address in OF_A_CARD:
        answer = house.client.get(address.format("jeanne-martinexample-org"), headers=BROWSER)
        assert answer.status_code == 410, address
    for address in (*EVERYWHERE, "/sitemap.xml", "/mentors/alice"):
        assert "martin" not in house.get(address), address
    assert "alice.example" in house.get("/mentors/alice"), "shown under the name of the blog"


@pytest.mark.parametrize("slug", ["mallory", "alice2", "..", "%00", "%FF", "a" * 900])
def test_a_stranger_is_not_found(house: House, slug: str) -> None:
    for address in OF_A_CARD:
        assert house.client.get(address.format(slug), headers=BROWSER).status_code == 404


def test_a_copy_is_asked_about_and_ends_with_the_consent(house: House) -> None:
    for address in ("/mentors/alice", "/mentors/alice/posts.atom", "/api/v1/mentors/alice", "/mentors?need=facture"):
        first = house.client.get(address, headers=BROWSER)
        assert first.headers["Cache-Control"] == "no-cache"
        again = house.client.get(address, headers={**BROWSER, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    tag = house.client.get("/mentors/alice", headers=BROWSER).headers["ETag"]
    house.leaves(house.alice)
    assert house.client.get("/mentors/alice", headers={**BROWSER, "If-None-Match": tag}).status_code == 410
    for address in EVERYWHERE[:8]:
        assert "/mentors/alice" not in house.get(address)


def test_a_paused_blog_is_shown_nowhere(house: House) -> None:
    with house.bank.database.begin() as tx:
        blogs.record_state(tx, "alice", BlogState.PAUSED, house.bank.clock())
    for address in EVERYWHERE:
        assert "alice" not in house.get(address).lower(), address
    for address in OF_A_CARD:
        assert house.client.get(address.format("alice"), headers=BROWSER).status_code == 404


def test_no_reader_of_a_blog_is_on_a_page(house: House) -> None:
    house.bank.send(
        house.alice,
        house.alice.event(
            "comment.published",
            id=5,
            post_id=1,
            parent_id=0,
            commenter="c" * 64,
            commenter_basis="email",
            author_name="Claude Discret",
            content="Merci, un acompte.",
            published_at="2026-05-01T00:00:00Z",
        ),
    )
    house.bank.clock.advance(minutes=2)
    house.bank.work()
    for address in (*EVERYWHERE, "/mentors/alice", "/api/v1/mentors/alice"):
        page = house.get(address)
        assert "Claude" not in page
        assert "cccc" not in page
        assert "@" not in re.sub(r"@(context|type|id)", "", page)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # cut in storage/test_needs.py
def test_an_address_can_be_shared_and_pages_turned(house: House) -> None:
    for number in range(12):
        send(house.bank, f"b{number}", f"Mentor {number}", CASH[:3])
    house.bank.work()
    first, second = house.get("/mentors?need=trésorerie"), house.get("/mentors?need=trésorerie&page=2")
    assert "need=tr%C3%A9sorerie&amp;page=2" in first
    assert "Page 1 of 2" in first
    cards = [set(re.findall(r'class="p-name u-url" href="([^"]+)"', page)) for page in (first, second)]
    assert len(cards[0]) == 12
    assert not cards[0] & cards[1]
    beyond = house.client.get("/mentors?need=trésorerie&page=99", headers=BROWSER)
    assert beyond.status_code == 302
    assert "Nobody fits" in house.get("/mentors?page=0&language=%00&region=%27&need=&stage=%F0%9F%98%80")
    assert "lang=fr" in first


def test_a_choice_applies_and_is_kept(house: House) -> None:
    publish(house.bank, "nora", "Nora", ENGLISH)
    page = house.get("/mentors?language=en")
    assert "/mentors/nora" in page
    assert "/mentors/alice" not in page
    assert '<option value="en" selected>English (1)</option>' in page
    assert 'name="language" value="en"' in page


def test_how_somebody_writes_narrows_the_list(house: House) -> None:
    with house.bank.database.begin() as tx:
        mentor = select(mentors.c.id).where(mentors.c.blog_id == "bob").scalar_subquery()
        tx.execute(update(facets).values(personal_percentile=10, depth_percentile=90))
        tx.execute(update(facets).where(facets.c.mentor_id == mentor).values(personal_percentile=60))
    for address in ("/mentors?personal=1", "/mentors?personal=1&in-depth=1", "/mentors?need=trésorerie&personal=1"):
        page = house.get(address)
        assert set(re.findall(r'class="p-name u-url" href="([^"]+)"', page)) <= {"/mentors/bob"}
        assert re.search(r'name="personal" value="1" checked', page)
    assert "/mentors/bob" in house.get("/mentors?personal=1")
    assert "/mentors/alice" in house.get("/mentors?in-depth=1")
    listed = house.client.get("/api/v1/mentors?personal=true").get_json()["mentors"]
    assert [item["slug"] for item in listed] == ["bob"]
    assert house.client.get("/api/v1/mentors?personal=false&in-depth=true").get_json()["total"] == 2


def test_who_answers_soon_is_known_only_of_blogs_that_share_statistics(house: House) -> None:
    """Ten comments answered within hours are responsive; nine are not known, and two days are not soon."""
    answered(house, house.alice, 10, hours=3)
    answered(house, house.bob, 9, hours=3)
    a_night_passes(house)
    page = house.get("/mentors?responsive=1")
    assert set(re.findall(r'class="p-name u-url" href="([^"]+)"', page)) == {"/mentors/alice"}
    assert "shares its comments for statistics" in page
    assert house.client.get("/api/v1/mentors?responsive=true").get_json()["total"] == 1
    answered(house, house.bob, 10, hours=60, first=50)
    a_night_passes(house)
    assert "/mentors/bob" not in house.get("/mentors?responsive=1")
    with house.bank.database.begin() as tx:
        tx.execute(update(blogs_tables.blogs).where(blogs_tables.blogs.c.id == "alice").values(statistics=False))
    assert "/mentors/alice" not in house.get("/mentors?responsive=1")


def a_night_passes(house: House) -> None:
    """All that has arrived is counted, and the cards are made anew."""
    house.bank.work()
    house.bank.clock.advance(days=1)
    sweep(house.bank.context)


def answered(house: House, peer: PeerBlog, count: int, *, hours: int, first: int = 0) -> None:
    """Readers' comments under a first post, each answered by its author after some hours."""
    now = house.bank.clock()
    comments = []
    for n in range(first, first + count):
        asked = now - timedelta(days=8, minutes=n)
        for reply in (False, True):
            at = asked + timedelta(hours=hours) if reply else asked
            comments.append(
                peer.event(
                    "comment.published",
                    id=1000 + 2 * n + reply,
                    post_id=1,
                    parent_id=1000 + 2 * n if reply else 0,
                    commenter="a" * 64 if reply else f"{n:x}".rjust(64, "b"),
                    commenter_basis="email",
                    author_name="Alice" if reply else f"Lectrice {n}",
                    is_staff=reply,
                    by_post_author=reply,
                    content=f"Une phrase numéro {n} sur la relance et les acomptes, {reply}.",
                    published_at=at.isoformat(timespec="seconds").replace("+00:00", "Z"),
                )
            )
    house.bank.send(peer, *comments)


def declare(house: House, **declared: object) -> None:
    with house.bank.database.read() as tx:
        post, passage = next(
            (post, passage)
            for post in post_analysis.list_by_author(tx, "alice", "1")
            for passage in post.lived.passages
        )
    _, body = house.alice.author(1, "Alice")
    data = json.loads(body)["data"] | {"offers": ["la trésorerie"], "declared": {"quotable": [passage.key], **declared}}
    house.bank.send(house.alice, house.alice.event("author.updated", **data))
    house.bank.clock.advance(minutes=1)
    house.bank.work()
    house.quoted, house.from_post = passage.text, post.title


def test_what_an_author_declares_and_chose_is_on_the_card_and_nothing_else(house: House) -> None:
    declare(house, region="Gaspésie", limits="Pas de comptabilité", formats=["courriel"])
    page = html.unescape(house.get("/mentors/alice"))
    for words in ("la trésorerie", "Gaspésie", "Pas de comptabilité", "courriel", house.quoted):
        assert words in page
    assert 'id="lived"' not in page, "the one sentence that was chosen stands at the top"
    assert "/mentors/alice" in house.get("/mentors?region=Gaspésie")
    declared = house.client.get("/api/v1/mentors/alice").get_json()["declared"]
    assert declared["region"] == "Gaspésie"
    assert "quotable" not in declared


@pytest.mark.parametrize("role", ["mentee", "neither"])
def test_who_does_not_want_to_be_a_mentor_is_none(house: House, role: str) -> None:
    declare(house, role=role)
    for address in EVERYWHERE:
        assert "/mentors/alice" not in house.get(address), address
    assert house.client.get("/mentors/alice", headers=BROWSER).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *EVERYWHERE,
        "/mentors?need=tresorrerie+embuache",
        "/mentors?language=fr",
        "/mentors?need=facture&region=Gasp%C3%A9sie",
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both databases are sent the same
def test_no_page_asks_the_database_often(path: str, house: House, service: Service) -> None:
    queries = Queries(service.database)
    house.get(path)
    assert 0 < queries.count <= LIMIT_QUERIES


def test_a_need_in_a_language_that_nobody_writes_in_is_an_honest_nothing(house: House) -> None:
    assert "Nobody" in house.get("/mentors?need=xylophone&language=de")
    assert "too little to go by" in house.get("/mentors?need=le&language=de")
