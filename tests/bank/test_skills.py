"""Skills: from the first page to who offers one, with the posts that say so, and nobody who did not agree."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree as Xml

import pytest
from sqlalchemy import select

from bridge.bank.labels import AREA_LABELS
from bridge.mentors.post_reading import PostExperience
from bridge.mentors.skills import Skill, bundled_skills
from bridge.storage.bank import directory
from bridge.storage.content import post_analysis
from bridge.storage.content.tables import post_skills, posts
from bridge.storage.matching import skills
from bridge.webhooks.service import Service
from tests.bank.conftest import BROWSER, FRENCH, House
from tests.bench.pages import LIMIT_QUERIES, Queries

ATOM = "{http://www.w3.org/2005/Atom}"
ESCO = "http://data.europa.eu/esco/skill/0000-1111"


def offered_by_both(house: House) -> Skill:
    """A skill that Alice and Bob write about."""
    with house.bank.database.read() as tx:
        name = next(name for name, number in directory.list_offered_skills(tx) if number == 2)
    return next(skill for skill in bundled_skills() if skill.id == name)


def mentors_on(page: str) -> list[str]:
    """Who is shown, in order."""
    return re.findall(r'class="p-name u-url" href="([^"]+)"', page)


def test_the_first_page_begins_with_skills_in_the_readers_language(house: House) -> None:
    skill = offered_by_both(house)
    for headers, language in ((BROWSER, "en"), (FRENCH, "fr")):
        page = html.unescape(house.client.get("/", headers=headers).text)
        assert f'<a href="/skills/{skill.id}">{skill.label(language)}</a>' in page


def test_the_page_of_a_skill_names_who_offers_it_with_posts_and_both_labels(house: House) -> None:
    skill = offered_by_both(house)
    page = html.unescape(house.client.get(f"/skills/{skill.id}", headers=FRENCH).text)
    assert sorted(mentors_on(page)) == ["/mentors/alice", "/mentors/bob"]
    heading = re.search(r"<h1>(.*?)</h1>", page)
    assert heading
    assert heading[1].casefold() == skill.label("fr").casefold()
    assert f'<span lang="en">{skill.label("en")}</span>' in page
    assert re.search(r"\d articles? en parle", page)
    assert re.search(r'href="https://alice.example/\?p=\d+" hreflang="fr"', page)
    assert "wilma" not in page


def test_a_skill_can_be_subscribed_to(house: House) -> None:
    skill = offered_by_both(house)
    page = house.get(f"/skills/{skill.id}")
    address = re.search(r'type="application/atom\+xml" title="[^"]+" href="([^"]+)"', page)
    assert address
    feed = Xml.fromstring(house.get(html.unescape(address[1])))
    assert skill.label("en") in str(feed.findtext(f"{ATOM}title"))
    entries = feed.findall(f"{ATOM}entry")
    with house.bank.database.read() as tx:
        on = post_analysis.list_posts_by_skill(tx, [house.author(house.alice), house.author(house.bob)], [skill.id], 40)
    assert len(entries) == sum(item.total for item in on.values()) > 0
    moments = [str(entry.findtext(f"{ATOM}published")) for entry in entries]
    assert moments == sorted(moments, reverse=True)
    opml = Xml.fromstring(house.get(f"/mentors.opml?skill={skill.id}"))
    assert {item.get("xmlUrl") for item in opml.iter("outline")} == {
        "https://alice.example/feed/",
        "https://bob.example/feed/",
    }


def test_who_takes_consent_back_offers_nothing(house: House) -> None:
    skill = offered_by_both(house)
    house.leaves(house.alice)
    for address in (
        f"/skills/{skill.id}",
        f"/mentors?skill={skill.id}",
        f"/mentors.atom?skill={skill.id}",
        f"/mentors.opml?skill={skill.id}",
        f"/api/v1/mentors?skill={skill.id}",
    ):
        page = house.get(address)
        assert "bob" in page, address
        assert "alice" not in page, address


def test_the_card_names_skills_with_the_posts_and_dates(house: House) -> None:
    skill = offered_by_both(house)
    text = html.unescape(house.get("/mentors/alice"))
    assert f'<a href="/skills/{skill.id}">{skill.label("en")}</a>'.casefold() in text.casefold()
    section = text.split(f'"/skills/{skill.id}"', 1)[1].split("</section>", 1)[0]
    assert re.search(r"\d posts? speaks? of it", section)
    assert re.search(r"\(\w+ \d+, 20\d\d\)", section)
    card = house.client.get("/api/v1/mentors/alice").get_json()
    offer = next(item for item in card["skills"] if item["id"] == skill.id)
    assert offer["labels"]["fr"] == skill.label("fr")
    assert len(offer["latest"]) == min(3, offer["posts"])


def test_the_api_lists_skills_in_pages_and_answers_304(house: House) -> None:
    first = house.client.get("/api/v1/skills?limit=2")
    data = first.get_json()
    assert len(data["skills"]) == 2
    assert data["skills"][0]["mentors"] >= data["skills"][1]["mentors"] >= 1
    assert data["pages"] == -(-data["total"] // 2)
    second = house.client.get("/api/v1/skills?limit=2&page=2").get_json()
    assert not {item["id"] for item in data["skills"]} & {item["id"] for item in second["skills"]}
    again = house.client.get("/api/v1/skills?limit=2", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    shown = house.client.get(f"/api/v1/mentors?skill={data['skills'][0]['id']}").get_json()
    assert shown["total"] == data["skills"][0]["mentors"]


def test_an_imported_skill_has_an_address_too(house: House) -> None:
    with house.bank.database.begin() as tx:
        skills.upsert_import(tx, "esco", [Skill(ESCO, "esco", {"en": "keeping bees", "fr": "élever des abeilles"}, {})])
    page = house.client.get("/skills/0000-1111", headers=FRENCH)
    assert page.status_code == 200
    assert "Élever des abeilles" in page.text
    assert "Personne dans la banque ne l’offre encore" in html.unescape(page.text)


@pytest.mark.parametrize("address", ["nothing-of-the-kind", "%00", "%25", "_", "a" * 900])
def test_what_is_no_skill_is_not_found(house: House, address: str) -> None:
    assert house.client.get(f"/skills/{address}", headers=BROWSER).status_code == 404


def test_a_post_names_skills_in_its_text_and_by_its_tags_until_it_is_read_otherwise(house: House) -> None:
    key = house.author(house.bob)
    with house.bank.database.begin() as tx:
        ids = list(tx.scalars(select(posts.c.id).where(posts.c.blog_id == "bob").order_by(posts.c.published_at.desc())))
        tagged = PostExperience(skills={"a": 1, "keeping-accounts": 2}, tagged=("b", "keeping-accounts"))
        post_analysis.upsert_skills(tx, dict.fromkeys(ids, tagged))
        named = post_analysis.list_posts_by_skill(tx, [key], ["keeping-accounts", "b", "c"], 2)
        post_analysis.upsert_skills(tx, {ids[0]: PostExperience()})
        after = post_analysis.list_posts_by_skill(tx, [key], ["a"], 2)
    assert set(named) == {(key, "keeping-accounts"), (key, "b")}
    assert named[key, "b"].total == len(ids) > 2
    assert [post.id for post in named[key, "b"].posts] == ids[:2]
    assert [post.id for post in after[key, "a"].posts] == ids[1:3]


def test_a_skill_is_named_by_no_post_that_is_gone(house: House) -> None:
    skill, key = offered_by_both(house), house.author(house.alice)
    with house.bank.database.read() as tx:
        (named,) = post_analysis.list_posts_by_skill(tx, [key], [skill.id], 40).values()
    removed = [int(post.url.rpartition("=")[2]) for post in named.posts]
    house.bank.send(house.alice, *(house.alice.event("post.removed", id=number) for number in removed))
    house.bank.work()
    with house.bank.database.read() as tx:
        assert post_analysis.list_posts_by_skill(tx, [key], [skill.id], 40) == {}
        kept = select(post_skills.c.post_id).where(post_skills.c.post_id.in_([post.id for post in named.posts]))
        assert tx.execute(kept).all() == []


def test_no_page_of_skills_asks_the_database_often(house: House, service: Service) -> None:
    skill = offered_by_both(house)
    for path in ("/skills", f"/skills/{skill.id}", f"/mentors?skill={skill.id}", f"/mentors.atom?skill={skill.id}"):
        queries = Queries(service.database)
        house.get(path)
        assert queries.count <= LIMIT_QUERIES, path


def test_all_skills_stand_in_groups_that_have_names_in_both_languages(house: House) -> None:
    skill = offered_by_both(house)
    areas = {"money": ("Money", "Argent"), "people": ("Working with people", "Travailler avec d’autres")}
    assert skill.area in areas
    for headers, name in zip((BROWSER, FRENCH), areas[skill.area], strict=True):
        page = html.unescape(house.client.get("/skills", headers=headers).text)
        group = page.split(f">{name}</h2>")[1].split("</section>")[0]
        assert f'href="/skills/{skill.address}"' in group
        assert page.count(f'href="/skills/{skill.address}"') == 1


def test_every_area_of_the_list_has_a_name() -> None:
    assert {skill.area for skill in bundled_skills()} == set(AREA_LABELS)
