"""Whoever follows a need, a skill or a mentor gets each post that matches, once, and hears what was taken back."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as Xml

import pytest

from bridge.operations import need_log
from bridge.operations.withdrawal import pause_blog
from bridge.storage.bank.card_filters import Filters
from tests.bank.conftest import BROWSER, House
from tests.bank.test_filters import says
from tests.bank.test_skills import offered_by_both
from tests.lab.texts import CASH, HIRING
from tests.trials import trials

ATOM, TOMBSTONES = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}"
WORDS = sorted({word for _, text in (*CASH, *HIRING) for word in text.split()})
STEPS = 6


def prose(seed: int, *, about: bool = True) -> str:
    """A text like no other, on beekeeping or on nothing of the kind."""
    words = random.Random(seed).choices(WORDS, k=80)
    return " ".join([*words, *(["L’apiculture m’a appris la patience, et j’aime l’apiculture."] * 3 if about else [])])


def read(house: House, address: str) -> Xml.Element:
    return Xml.fromstring(house.get(address))


def titles(house: House, address: str) -> list[str]:
    return [str(entry.findtext(f"{ATOM}title")) for entry in read(house, address).iter(f"{ATOM}entry")]


def deleted_names(house: House, address: str) -> set[str]:
    """The entries that a feed names as taken back."""
    return {str(entry.get("ref")) for entry in read(house, address).iter(f"{TOMBSTONES}deleted-entry")}


def work(house: House) -> None:
    house.bank.clock.advance(minutes=1)
    house.bank.work()


@dataclass
class FeedReader:
    """A program that asks for a feed again and again, and remembers what it was given."""

    house: House
    address: str
    etag: str = ""
    body: bytes = b""
    delivered: Counter[str] = field(default_factory=Counter)  # titles, each time one was new
    names: dict[str, str] = field(default_factory=dict)  # {id: title} that are kept now

    def poll(self) -> int:
        """Ask once; what the bridge answered."""
        answer = self.house.client.get(self.address, headers={**BROWSER, "If-None-Match": self.etag})
        if answer.status_code == 304:
            return 304
        assert answer.status_code == 200
        assert answer.data != self.body, "what has not changed is 304"
        self.etag, self.body = answer.headers["ETag"], answer.data
        root = Xml.fromstring(answer.data)
        for entry in root.iter(f"{ATOM}entry"):
            name, title = str(entry.findtext(f"{ATOM}id")), str(entry.findtext(f"{ATOM}title"))
            if name not in self.names:
                self.delivered[title] += 1
            self.names[name] = title
        for entry in root.iter(f"{TOMBSTONES}deleted-entry"):
            self.names.pop(str(entry.get("ref")), None)
        return 200


def test_nine_posts_of_one_mentor_on_a_need_are_nine_entries(house: House) -> None:
    house.bank.send(house.alice, *(house.alice.post(80 + n, 1, f"Ruche {n}", prose(n), 100 + n) for n in range(9)))
    work(house)
    expected = [f"Ruche {n}" for n in reversed(range(9))]
    assert titles(house, "/mentors.atom?need=apiculture") == expected
    assert titles(house, "/mentors/alice/posts.atom")[:9] == expected


@pytest.mark.slow
def test_a_skill_is_followed_through_all_posts_that_name_it(house: House) -> None:
    skill = offered_by_both(house)
    named = f" {skill.label('fr')}, voilà mon métier depuis dix ans." * 3
    house.bank.send(
        house.alice, *(house.alice.post(80 + n, 1, f"Suite {n}", prose(n) + named, 100 + n) for n in range(6))
    )
    work(house)
    assert titles(house, f"/mentors.atom?skill={skill.id}")[:6] == [f"Suite {n}" for n in reversed(range(6))]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(trials(1, 60)))
def test_each_post_that_matched_is_delivered_once_whatever_happens_to_it(house: House, seed: int) -> None:
    dice = random.Random(seed)
    house.bank.send(house.alice, house.alice.post(79, 1, "Always", prose(0), 100))
    work(house)
    need = FeedReader(house, "/mentors.atom?need=apiculture")
    mentor = FeedReader(house, "/mentors/alice/posts.atom")
    need.poll()
    mentor.poll()
    before = len(mentor.names)
    matched: set[str] = set()
    live: dict[int, bool] = {}  # {post: whether it is on the need}
    for step in range(STEPS):
        act = dice.choice(["publish", "publish", "edit", "withdraw"]) if live else "publish"
        number = dice.choice(sorted(live)) if act in ("edit", "withdraw") else 80 + step
        if act == "withdraw":
            del live[number]
            house.bank.send(house.alice, house.alice.event("post.removed", id=number))
        else:
            about = live[number] if act == "edit" else dice.choice([True, True, False])
            live[number] = about
            matched |= {f"Post {number}"} if about else set()
            text = prose(100 * number + step, about=about)
            house.bank.send(house.alice, house.alice.post(number, 1, f"Post {number}", text, 100 + number))
        work(house)
        for reader in (need, mentor):
            reader.poll()
            house.bank.clock.advance(minutes=20)
            assert reader.poll() == 304
        assert set(need.names.values()) == {f"Post {number}" for number, about in live.items() if about} | {"Always"}
        assert len(mentor.names) == before + len(live)
    assert need.delivered == Counter(dict.fromkeys({*matched, "Always"}, 1))
    assert set(mentor.delivered.values()) == {1}


@pytest.mark.slow
def test_what_was_taken_back_is_named_until_it_comes_back(house: House) -> None:
    address = "/mentors/alice/posts.atom"
    house.bank.send(house.alice, house.alice.post(80, 1, "Mes ruches", prose(1), 100))
    work(house)
    first = read(house, address).find(f"{ATOM}entry/{ATOM}id")
    assert first is not None
    house.bank.send(house.alice, house.alice.event("post.removed", id=80))
    work(house)
    (deleted,) = read(house, address).iter(f"{TOMBSTONES}deleted-entry")
    assert deleted.get("ref") == first.text
    assert str(deleted.get("when")) > "2026"
    assert not list(read(house, "/mentors/bob/posts.atom").iter(f"{TOMBSTONES}deleted-entry"))
    house.bank.send(house.alice, house.alice.post(80, 1, "Mes ruches", prose(1), 100))
    work(house)
    assert not list(read(house, address).iter(f"{TOMBSTONES}deleted-entry"))
    house.bank.send(house.alice, house.alice.event("post.removed", id=80))
    work(house)
    assert len(deleted_names(house, address)) == 1
    house.bank.clock.advance(days=31)
    assert not list(read(house, address).iter(f"{TOMBSTONES}deleted-entry"))


@pytest.mark.slow
def test_an_empty_feed_is_the_same_whenever_it_is_asked_for(house: House) -> None:
    reader = FeedReader(house, "/mentors.atom?need=xylophone")
    assert reader.poll() == 200
    house.bank.clock.now += timedelta(days=3)
    assert reader.poll() == 304
    assert not reader.names


@pytest.mark.slow
def test_an_entry_says_which_words_of_the_need_its_post_holds(house: House) -> None:
    house.bank.send(house.alice, house.alice.post(80, 1, "Mes ruches", prose(1), 100))
    work(house)
    (entry,) = read(house, "/mentors.atom?need=apiculture+urbaine&lang=fr").iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary") == "Parle de\u00a0: apiculture"


@pytest.mark.slow
def test_a_json_feed_has_the_entries_of_the_atom_feed_and_ends_with_the_consent(house: House) -> None:
    for path in ("/mentors", "/mentors/alice/posts"):
        for query in ("", "?need=facture&lang=fr"):
            entries = list(read(house, f"{path}.atom{query}").iter(f"{ATOM}entry"))
            answer = house.client.get(f"{path}.json{query}", headers=BROWSER)
            assert answer.content_type.startswith("application/feed+json")
            feed = json.loads(answer.data)
            assert feed["version"] == "https://jsonfeed.org/version/1.1"
            assert f"{path}.json" in feed["feed_url"]
            said = [(item["id"], item["title"], item["date_published"], item["content_text"]) for item in feed["items"]]
            names = ("id", "title", "published", "summary")
            assert said == [tuple(entry.findtext(f"{ATOM}{name}") or "" for name in names) for entry in entries] != []
            tag = {**BROWSER, "If-None-Match": answer.headers["ETag"]}
            assert house.client.get(f"{path}.json{query}", headers=tag).status_code == 304
    assert "/mentors/alice/posts.json" in house.get("/mentors/alice")
    house.leaves(house.alice)
    assert house.client.get("/mentors/alice/posts.json", headers=BROWSER).status_code == 410
    assert "alice" not in house.get("/mentors.json?need=facture").lower()


@pytest.mark.slow
def test_a_list_of_blogs_says_whose_it_is_and_when_they_last_wrote(house: House) -> None:
    for query in ("", "?need=facture"):
        first = house.client.get(f"/mentors.opml{query}", headers=BROWSER)
        head = Xml.fromstring(first.data).find("head")
        assert head is not None
        assert head.findtext("ownerName") == "Mentor bridge"
        newest = parsedate_to_datetime(str(head.findtext("dateModified")))
        entries = read(house, f"/mentors.atom{query}").iter(f"{ATOM}entry")
        assert newest >= max(datetime.fromisoformat(str(entry.findtext(f"{ATOM}published"))) for entry in entries)
        house.bank.clock.now += timedelta(days=1)
        again = house.client.get(f"/mentors.opml{query}", headers={**BROWSER, "If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.slow
def test_who_fits_is_found_behind_any_number_of_newer_posts_of_others(house: House) -> None:
    says(house, house.bob, region="Estrie")
    house.bank.send(house.alice, *(house.alice.post(80 + n, 1, f"A{n}", prose(n), 110 + n) for n in range(5)))
    house.bank.send(house.bob, *(house.bob.post(80 + n, 1, f"B{n}", prose(50 + n), 100 + n) for n in range(3)))
    work(house)
    with house.bank.database.read() as tx:
        found = need_log.list_posts_on_need(tx, "apiculture", Filters(region="Estrie"), "fr", 2)
        everybody = need_log.list_posts_on_need(tx, "apiculture", Filters(), "fr", 2)
    assert [item.post.title for item in found] == ["B2", "B1"]
    assert [item.post.title for item in everybody] == ["A4", "A3"]


@pytest.mark.slow
@pytest.mark.parametrize("leaving", ["author.removed", "blog.removed"])
def test_whoever_followed_a_need_hears_that_all_of_somebody_is_gone(house: House, leaving: str) -> None:
    address, other = "/mentors.atom?need=apiculture", "/mentors.atom?need=facture"
    for peer, number in ((house.alice, 80), (house.bob, 81)):
        house.bank.send(peer, peer.post(number, 1, f"Ruche {number}", prose(number), number))
    work(house)
    before = read(house, address)
    names = {str(entry.findtext(f"{ATOM}title")): entry.findtext(f"{ATOM}id") for entry in before.iter(f"{ATOM}entry")}
    assert set(names) == {"Ruche 80", "Ruche 81"}
    house.bank.send(house.alice, house.alice.event(leaving, **({"id": 1} if leaving == "author.removed" else {})))
    work(house)
    assert titles(house, address) == ["Ruche 81"]
    body = house.get(address)
    assert deleted_names(house, address) == {names["Ruche 80"]}
    assert "alice" not in body.lower(), "not whose it was"
    assert not deleted_names(house, other), "who never got an entry hears of none"


@pytest.mark.slow
def test_a_blog_that_is_away_for_a_while_takes_nothing_back(house: House) -> None:
    address = "/mentors.atom?need=facture"
    before = titles(house, address)
    with house.bank.database.begin() as tx:
        pause_blog(tx, "alice", house.bank.clock())
    assert titles(house, address) != before
    assert not deleted_names(house, address)
