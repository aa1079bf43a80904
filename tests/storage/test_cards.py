"""Cards: who is shown at which address, and that nobody else ever gets it."""

from __future__ import annotations

import pytest

from bridge.model import AuthorKey, BlogState
from bridge.storage.bank import card_addresses, cards, directory
from bridge.storage.bank.card_filters import Filters
from bridge.storage.blogs import blogs
from bridge.worker.intake.read_inbox import absorb
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, bank

pytestmark = pytest.mark.slow

__all__ = ["bank"]
ALL = Filters()


def publish(bank: WorkerBank, name: str, author: str, texts: tuple[tuple[str, str], ...]) -> PeerBlog:
    peer = bank.blog(name)
    bank.send(peer, peer.author(1, author))
    bank.send(peer, *(peer.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate(texts)))
    bank.work()
    return peer


@pytest.fixture
def alice(bank: WorkerBank) -> PeerBlog:
    return bank.prepare("zoe", lambda: publish(bank, "alice", "Zoé L’Écuyer", CASH))["alice"]


def shown(bank: WorkerBank, filters: Filters = ALL) -> list[str]:
    with bank.database.read() as tx:
        found, total = cards.list_page(tx, filters, 10)
        mentors, of_blogs = directory.count_mentors_and_blogs(tx)
    assert total == len(found)
    assert filters or mentors == total
    assert of_blogs == len({card.key.blog_id for card in found}) or filters
    return [card.slug for card in found]


def state(bank: WorkerBank, slug: str) -> str:
    with bank.database.read() as tx:
        if cards.find(tx, slug):
            return "shown"
        return "gone" if card_addresses.is_gone(tx, slug) else "unknown"


def test_a_card_has_the_authors_name_for_address_and_what_they_write_about(bank: WorkerBank, alice: PeerBlog) -> None:
    assert shown(bank) == ["zoe-l-ecuyer"]
    with bank.database.read() as tx:
        card = cards.find(tx, "zoe-l-ecuyer")
        assert card is not None
        assert cards.list_by_author(tx, [card.key, AuthorKey("bob", "1")]) == {card.key: card}
    assert (card.posts, card.languages) == (len(CASH), ("fr",))
    assert card.feed_url == "https://alice.example/feed/"
    words = [word for word, _, _ in card.themes["fr"]]
    assert words[0] == "trésorerie"
    assert 2 <= len(words) <= 8
    assert all(weight > 0 and posts > 0 for _, weight, posts in card.themes["fr"])


def test_an_address_is_never_given_to_somebody_else(bank: WorkerBank, alice: PeerBlog) -> None:
    bob = publish(bank, "bob", "Zoé L’Écuyer", HIRING)
    assert sorted(shown(bank)) == ["zoe-l-ecuyer", "zoe-l-ecuyer-bob"]
    bank.send(alice, alice.event("author.removed", id=1))
    bank.work()
    assert state(bank, "zoe-l-ecuyer") == "gone"
    carol = publish(bank, "carol", "Zoé L’Écuyer", HIRING)
    assert sorted(shown(bank)) == ["zoe-l-ecuyer-bob", "zoe-l-ecuyer-carol"]
    assert state(bank, "zoe-l-ecuyer") == "gone"
    assert bob.blog_id != carol.blog_id


def test_who_comes_back_has_their_address_again(bank: WorkerBank, alice: PeerBlog) -> None:
    bank.send(alice, alice.event("author.removed", id=1))
    bank.work()
    assert shown(bank) == []
    bank.send(alice, alice.author(1, "Zoé L’Écuyer"))
    bank.send(alice, *(alice.post(n + 1, 1, title, text, n) for n, (title, text) in enumerate(CASH)))
    bank.work()
    assert state(bank, "zoe-l-ecuyer") == "shown"


def test_withdrawing_hides_with_the_event_itself(bank: WorkerBank, alice: PeerBlog) -> None:
    bank.send(alice, alice.event("author.removed", id=1))
    absorb(bank.context, "alice")  # nothing else has run
    assert shown(bank) == []
    assert state(bank, "zoe-l-ecuyer") == "gone"
    bank.work()
    assert state(bank, "zoe-l-ecuyer") == "gone"


def test_a_blog_that_leaves_leaves_no_name(bank: WorkerBank, alice: PeerBlog) -> None:
    bank.send(alice, alice.event("blog.removed"))
    bank.work()
    assert state(bank, "zoe-l-ecuyer") == "gone"
    assert state(bank, "somebody-else") == "unknown"


def test_a_paused_blog_is_shown_nowhere_and_not_gone(bank: WorkerBank, alice: PeerBlog) -> None:
    with bank.database.begin() as tx:
        blogs.record_state(tx, "alice", BlogState.PAUSED, bank.clock())
    assert shown(bank) == []
    assert state(bank, "zoe-l-ecuyer") == "unknown"


def test_too_few_posts_are_no_card(bank: WorkerBank, alice: PeerBlog) -> None:
    bank.send(alice, *(alice.event("post.removed", id=n + 1) for n in range(len(CASH) - 2)))
    bank.clock.advance(minutes=1)
    bank.work()
    assert shown(bank) == []


def test_filters_and_what_there_is_to_choose(bank: WorkerBank, alice: PeerBlog) -> None:
    publish(bank, "bob", "Bob", HIRING)
    with bank.database.read() as tx:
        choices = directory.get_filter_choices(tx)
    assert choices.language == {"fr": 2}
    assert choices.region == {}
    assert sorted(shown(bank, Filters(language="fr"))) == ["bob", "zoe-l-ecuyer"]
    assert shown(bank, Filters(language="r")) == []
    assert shown(bank, Filters(language="%")) == []
    assert shown(bank, Filters(region="Québec")) == []


def test_an_address_is_taken_out_of_whatever_name_arrives(bank: WorkerBank) -> None:
    peer = publish(bank, "carl", "Carl (carl [at] exemple.fr)", CASH)
    bank.send(
        peer,
        peer.event(
            "blog.updated",
            uuid="carl",
            name="Blogue carl@exemple.fr",
            description="",
            language="fr-FR",
            home_url=peer.url,
            rest_url=f"{peer.url}/wp-json/",
            xmlrpc_url="",
            wordpress_version="",
            php_version="",
            plugin_version="",
            statistics=True,
        ),
    )
    bank.work()
    assert shown(bank) == ["carl"]
    bank.send(
        peer,
        peer.event(
            "author.updated",
            id=1,
            name="carl@exemple.fr",
            url=f"{peer.url}/author/carlexemple-com/",
            bio="",
            takes_part=True,
            consented_at="2026-01-01T00:00:00Z",
            consent_door="profile",
            consent_text="v1",
            offers=[],
            needs=[],
            languages=[],
            declared={},
        ),
    )
    bank.work()
    with bank.database.read() as tx:
        card = cards.find(tx, "carl")
        assert card is not None
        assert (card.name, card.blog, card.url, card.personal) == ("Blogue", "Blogue", peer.url, False)
