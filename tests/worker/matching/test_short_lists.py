"""Nobody is left alone in a small bank: lists are filled with whoever is nearest, who says so and gives way."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from bridge.mentors.explain import reason_sentence
from bridge.operations.withdrawal import withdraw
from bridge.storage.core import counters
from bridge.storage.matching import profiles
from bridge.worker.nightly import sweep
from tests.conftest import NOW, DatabaseSnapshots
from tests.lab.texts import FERMENTS, FERMENTS_ENGLISH
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow

# Each shares with the fermenting ones that something is sold to clients in winter, and little else.
SOAP = (
    (
        "Un savon par semaine",
        "Je vends du savon au marché, et les clients reviennent en hiver. La soude attend à la cave.",
    ),
    (
        "La lessive de cendre",
        "Avec la cendre du poêle je fais une lessive. Le temps compte plus que la recette, et je lis.",
    ),
    ("Sécher sans fendre", "Un pain de savon qui sèche trop vite se fend. J'ai appris à attendre, comme une voisine."),
)
BEES = (
    (
        "Une ruche au printemps",
        "Les abeilles sortent tôt. Je vends le miel au marché, quand les clients ont fini l'hiver.",
    ),
    ("Le miel qui fige", "Un miel qui fige n'est pas gâté. J'ai appris à le dire, et la voisine à le croire un jour."),
    ("Perdre un essaim", "J'ai perdu un essaim en une semaine. Le temps froid, une cave humide, et trop peu de sucre."),
)
Lists = dict[str, dict[int, list[tuple[str, int, str]]]]


def lists(bank: WorkerBank, *names: str) -> Lists:
    """Of each of some blogs who stands under its posts: (blog, score, sentence)."""
    with bank.database.read() as tx:
        by_blog = {name: profiles.list_post_lists(tx, name) for name in names}
        keys = profiles.list_keys(tx, profiles.list_ids(tx))
        return {
            name: {
                post: [(keys[line.mentor_id].blog_id, line.score, reason_sentence(line.reason, "fr")) for line in lines]
                for post, lines in posts.items()
            }
            for name, posts in by_blog.items()
        }


@pytest.fixture
def small(bank: WorkerBank, database_url: str, kept: DatabaseSnapshots) -> WorkerBank:
    """Four blogs on four subjects, one of them in English."""
    kept.once("short lists", bank.database, database_url, partial(_fill, bank))
    bank.clock.now = NOW + timedelta(minutes=1)
    return bank


def _fill(bank: WorkerBank) -> None:
    publish(bank, "ferments", FERMENTS)
    publish(bank, "soap", SOAP)
    publish(bank, "bees", BEES)
    english = bank.blog("english", "en-CA")
    bank.send(english, english.author(1, "Eve"))
    bank.send(english, *(english.post(n + 1, 1, *text, n) for n, text in enumerate(FERMENTS_ENGLISH)))
    bank.clock.advance(minutes=1)
    bank.work()
    sweep(bank.context)


def test_whoever_shares_anything_stands_where_nobody_near_is_left_and_says_so(small: WorkerBank) -> None:
    for posts in lists(small, "ferments", "soap", "bees").values():
        for lines in posts.values():
            assert len(lines) <= 3
            near = [not sentence.startswith("Parmi les plus proches jusqu’ici. ") for _, _, sentence in lines]
            assert near == sorted(near, reverse=True), "who is near comes first"
            assert all(": " in sentence for _, _, sentence in lines), "each has a reason"
    filled = [lines for posts in lists(small, "ferments", "soap").values() for lines in posts.values()]
    assert sum(len(lines) >= 2 for lines in filled) > len(filled) / 2


def test_who_only_fills_gives_way_at_once_and_comes_back(small: WorkerBank) -> None:
    names = ("ferments", "soap", "bees", "english")
    before = lists(small, *names)
    for name in ("near1", "near2", "near3"):
        publish_in_same_epoch(small, name)
    small.clock.advance(minutes=1)
    small.work()
    crowded = lists(small, *names)
    for lines in crowded["ferments"].values():
        assert {name for name, _, _ in lines[:3]} == {"near1", "near2", "near3"}
        assert not any(sentence.startswith("Parmi") for _, _, sentence in lines)
    assert all(len(lines) >= 3 for posts in crowded.values() for lines in posts.values())
    sweep(small.context)
    assert lists(small, *names)["ferments"] == crowded["ferments"], "as if made anew"
    with small.database.begin() as tx:
        for name in ("near1", "near2", "near3"):
            withdraw(tx, name, small.clock())
    small.clock.advance(minutes=1)
    small.work()
    sweep(small.context)
    assert lists(small, *names) == before


def publish_in_same_epoch(bank: WorkerBank, name: str) -> PeerBlog:
    """A blog that joins and writes as the fermenting one does."""
    blog = bank.blog(name)
    with bank.database.begin() as tx:
        counters.upsert_number(tx, counters.EPOCH_POSTS, 1000)
    bank.send(blog, blog.author(1, name.title()))
    bank.send(blog, *(blog.post(n + 1, 1, *text, n) for n, text in enumerate(FERMENTS)))
    bank.work()
    return blog
