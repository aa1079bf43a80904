"""A post that holds its own translations counts in each of their languages, and is one post all the same."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bridge.model import MentorKey
from bridge.operations.search import search
from bridge.storage.content.tables import posts
from bridge.storage.matching import profiles
from bridge.storage.people import conversations
from bridge.worker.outbound.push import push
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow

TEXTS = (
    (
        "Relancer ses clients",
        "Mon premier hiver m'a appris à relancer mes clients, à demander un acompte et à tenir la trésorerie.",
        "Chasing invoices",
        "My first winter taught me to chase invoices, to ask for a deposit and to watch the cash of the workshop.",
    ),
    (
        "Deux mois de charges",
        "Depuis, je garde toujours deux mois de charges à la banque, et la trésorerie ne m'empêche plus de dormir.",
        "Two months of expenses",
        "Since then I have always kept two months of expenses at the bank, and invoices no longer keep me awake.",
    ),
    (
        "Un lundi par semaine",
        "Chaque lundi matin, je regarde la trésorerie de l'atelier avant d'ouvrir la porte aux premiers clients.",
        "One Monday a week",
        "Every Monday morning I look at the open invoices of the workshop before I open the door to customers.",
    ),
)
MARKS = {
    "qtranslate": ("[:fr]", "[:en]", "[:]"),
    "first qtranslate": ("<!--:fr-->", "<!--:--><!--:en-->", "<!--:-->"),
    "wpglobus": ("{:fr}", "{:}{:en}", "{:}"),
}


def bilingual(peer: PeerBlog, number: int, marks: tuple[str, str, str]) -> tuple[str, bytes]:
    french_title, french, english_title, english = TEXTS[number - 1]
    begin, middle, end = marks
    title = f"{begin}{french_title}{middle}{english_title}{end}"
    text = f"{begin}<p>{french}</p>{middle}<p>{english}</p>{end}"
    tags = [f"{begin}Argent{middle}Money{end}"]
    home = peer.url if number == 1 else "https://neighbour.example"
    pages = [{"language": "en-US", "url": f"{home}/en/{number}"}]
    return peer.post(number, 1, title, text, number, tags=tags, language_pages=pages)


def stored(bank: WorkerBank) -> set[tuple[str, str]]:
    with bank.database.read() as tx:
        return {(row.language, row.title) for row in tx.execute(select(posts.c.language, posts.c.title))}


def mentors(bank: WorkerBank, blog: str) -> dict[str, int]:
    with bank.database.read() as tx:
        return {row.key.language: row.profile.posts for row in profiles.list_by_blog(tx, blog)}


@pytest.mark.parametrize("marks", MARKS.values(), ids=MARKS)
def test_each_language_has_its_title_profile_and_search(bank: WorkerBank, marks: tuple[str, str, str]) -> None:
    ann = bank.blog("ann")
    bank.send(ann, ann.author(1, "Ann"), *(bilingual(ann, number, marks) for number in (1, 2, 3)))
    bank.work()
    assert stored(bank) == {("fr", row[0]) for row in TEXTS} | {("en", row[2]) for row in TEXTS}
    assert mentors(bank, "ann") == {"fr": 3, "en": 3}
    with bank.database.read() as tx:
        for need, language in (("trésorerie", "fr"), ("invoices", "en")):
            hits = search(tx, need, page_language=language).mentors
            assert MentorKey("ann", "1", language) in {hit.key for hit in hits}, need
        urls = dict(tx.execute(select(posts.c.title, posts.c.url)).all())
        assert urls[TEXTS[0][0]] == f"{ann.url}/?p=1"
        assert urls[TEXTS[0][2]] == f"{ann.url}/en/1"
        assert urls[TEXTS[1][2]] == f"{ann.url}/?p=2", "what is not its own is not shown"
        assert conversations.count_posts(tx, "ann", None) == 3


def test_what_is_taken_out_of_a_post_leaves_with_it(bank: WorkerBank) -> None:
    ann = bank.blog("ann")
    bank.send(ann, ann.author(1, "Ann"), *(bilingual(ann, number, MARKS["wpglobus"]) for number in (1, 2, 3)))
    bank.work()
    bank.send(ann, ann.post(1, 1, TEXTS[0][0], TEXTS[0][1], 1), ann.event("post.removed", id=2))
    bank.work()
    assert stored(bank) == {("fr", TEXTS[0][0]), ("fr", TEXTS[2][0]), ("en", TEXTS[2][2])}
    bank.send(ann, ann.event("author.removed", id=1))
    bank.work()
    assert stored(bank) == set()
    assert mentors(bank, "ann") == {}


def test_a_copy_in_the_place_of_a_translation_counts_once(bank: WorkerBank) -> None:
    ann = bank.blog("ann")
    french = TEXTS[0][1]
    bank.send(ann, ann.author(1, "Ann"), ann.post(1, 1, TEXTS[0][0], f"[:fr]{french}[:en]{french}[:]"))
    bank.work()
    assert stored(bank) == {("fr", TEXTS[0][0])}


def test_a_page_has_one_list_and_one_figure(bank: WorkerBank) -> None:
    ann = bank.blog("ann")
    bank.send(ann, ann.author(1, "Ann"))
    for number, (title, french) in enumerate(CASH[:3], start=1):
        english = f"[:en]{TEXTS[number - 1][3]}[:]"
        bank.send(ann, ann.post(number, 1, title, f"[:fr]{french}{english}", number))
    publish(bank, "ben", CASH[3:] + HIRING[:3])
    push(bank.context, "ann")
    assert set(bank.blogs.held["ann"]) == {"1", "2", "3"}
    assert {name for kind, name in bank.blogs.statistics.get("ann", {}) if kind == "post"} <= {"1", "2", "3"}
