"""Two bilingual blogs teach words; then a French mentor is found for English posts that share no word with theirs."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bridge.mentors.explain import reason_sentence
from bridge.mentors.word_pairs import WordPair
from bridge.model import MentorKey
from bridge.storage.content import posts
from bridge.storage.matching import epochs, profiles
from bridge.text.terms import term_id
from bridge.text.tokens import stem
from bridge.worker.matching.epoch import freeze_epoch
from tests.peer import PeerBlog
from tests.storage.test_upgrades import older
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow

WORDS = (
    ("verger", "orchard"),
    ("récolte", "harvest"),
    ("sécheresse", "drought"),
    ("deuil", "grief"),
    ("loyer", "rent"),
    ("embauche", "hiring"),
    ("sommeil", "sleep"),
    ("levain", "sourdough"),
)
POSTS = 10  # pairs, of two blogs; each word is missing from three of them, no two from the same
GROWER = MentorKey("verger", "1", "fr")
ASKING = MentorKey("orchard", "1", "en")


def both(n: int) -> tuple[str, str]:
    some = [pair for i, pair in enumerate(WORDS) if n not in {i, (i + 3) % POSTS, (i + 4) % POSTS}]
    return (
        "Je pense que nous avons toujours parlé de cela : " + ", puis ".join(f"le {fr}" for fr, _ in some) + ".",
        "I think that we have always been talking about this: " + ", then ".join(f"the {en}" for _, en in some) + ".",
    )


def teach(bank: WorkerBank, name: str, numbers: range, linked: bool = True) -> PeerBlog:
    """A blog that says everything twice; only the French post names the other."""
    peer = bank.blog(name)
    bank.send(peer, peer.author(1, name.title()))
    for n in numbers:
        french, english = both(n)
        said = {"translations": [100 + n]} if linked else {}
        bank.send(
            peer, peer.post(n + 1, 1, "", french, n, **said), peer.post(100 + n, 1, "", english, n, language="en")
        )
    return peer


def write(bank: WorkerBank, name: str, language: str, sentences: list[str]) -> PeerBlog:
    peer = bank.blog(name, language)
    bank.send(peer, peer.author(1, name.title()))
    bank.send(peer, *(peer.post(n + 1, 1, "", one, n) for n, one in enumerate(sentences)))
    return peer


def fill(bank: WorkerBank, linked: bool = True) -> None:
    french = [
        f"Depuis {n} ans mon verger souffre de la sécheresse, ma récolte aussi ; loyer, embauche et sommeil : {one}."
        for n, one in enumerate(("les pommiers", "un puits creusé", "des voisins généreux", "le paillage des rangs"), 3)
    ]
    english = [
        f"For {n} years drought has followed our orchard and the harvest; then rent, hiring and sleep: {one}."
        for n, one in enumerate(("plums and pears", "a shallow well", "kind people", "straw under the trees"), 13)
    ]
    teach(bank, "twin", range(6), linked)
    teach(bank, "pair", range(6, POSTS), linked)
    write(bank, "verger", "fr", french)
    write(bank, "orchard", "en", english)
    rebuild(bank)


def rebuild(bank: WorkerBank) -> None:
    bank.work()
    freeze_epoch(bank.context)
    bank.clock.advance(minutes=1)
    bank.work()


def pairs(bank: WorkerBank) -> list[WordPair]:
    with bank.database.read() as tx:
        epoch = epochs.find_current(tx)
        return epochs.list_word_pairs(tx, epoch.id) if epoch else []


def said(bank: WorkerBank) -> str:
    """Why the grower is shown to the one who asks; "": they are not."""
    with bank.database.read() as tx:
        shown = {one.mentor_id: one.reason for one in profiles.list_related(tx, ASKING.id)}
    return reason_sentence(shown[GROWER.id], "en") if GROWER.id in shown else ""


def names_a_taught_word(why: str) -> bool:
    """Whether a reason rests on what two blogs taught; who only fills a short list has none of that."""
    return any(word in why for word in ("verger", "sécheresse", "récolte"))


def taught(bank: WorkerBank) -> set[tuple[int, int]]:
    return {(one.term, one.other) for one in pairs(bank)}


EXPECTED = {(term_id(stem(en, "en")), term_id(stem(fr, "fr"))) for fr, en in WORDS}


def test_a_french_mentor_is_found_by_words_that_two_blogs_taught(bank: WorkerBank) -> None:
    bank.prepare("taught", lambda: fill(bank))
    assert taught(bank) >= EXPECTED
    why = said(bank)
    assert why.startswith("Writes in French; "), why
    assert names_a_taught_word(why), "named as the mentor writes it"


def test_without_links_nothing_is_taught(bank: WorkerBank) -> None:
    fill(bank, linked=False)
    assert pairs(bank) == []
    assert not names_a_taught_word(said(bank))


def crossing(bank: WorkerBank) -> bytes:
    with bank.database.read() as tx:
        row = profiles.find(tx, GROWER.id)
    return row.crossing.to_bytes() if row else b""


def test_the_same_epoch_again_is_the_same_to_the_byte(bank: WorkerBank) -> None:
    bank.prepare("taught", lambda: fill(bank))
    before = pairs(bank), said(bank), crossing(bank)
    rebuild(bank)
    assert (pairs(bank), said(bank), crossing(bank)) == before


def test_removed_posts_teach_no_more(bank: WorkerBank) -> None:
    twin = bank.prepare("taught", lambda: fill(bank))["twin"]
    bank.send(twin, *(twin.event("post.removed", id=100 + n) for n in range(6)))
    rebuild(bank)
    assert pairs(bank) == []
    assert not names_a_taught_word(said(bank))


def test_who_withdraws_teaches_no_more(bank: WorkerBank) -> None:
    twin = bank.prepare("taught", lambda: fill(bank))["twin"]
    bank.send(twin, twin.event("author.removed", id=1))
    rebuild(bank)
    assert pairs(bank) == []


def test_a_link_to_nothing_to_itself_or_said_twice_counts_as_what_it_is(bank: WorkerBank) -> None:
    peer = bank.blog("ann")
    bank.send(
        peer,
        peer.author(1, "Ann"),
        peer.post(1, 1, "", both(1)[0], translations=[1, 2, 99]),
        peer.post(2, 1, "", both(1)[1], language="en", translations=[1]),
    )
    rebuild(bank)
    assert pairs(bank) == []
    with bank.database.read() as tx:
        linked = posts.list_translations(tx)
        known = set(posts.list_names_by_blog(tx, "ann"))
    assert len(linked) == 2
    assert [both_ for both_ in linked if set(both_) <= known] == [tuple(sorted(known))]


def test_a_filled_bank_of_before_goes_on_and_learns_when_it_is_told(bank: WorkerBank) -> None:
    bank.prepare("taught", lambda: fill(bank))
    with older(bank.database, "0018") as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM posts")).scalar() == 2 * POSTS + 8
    rebuild(bank)
    assert pairs(bank) == []
    teach(bank, "told", range(POSTS))
    rebuild(bank)
    assert taught(bank) >= EXPECTED
