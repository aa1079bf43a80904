"""The card of a mentor quotes the sentence by which a skill was read from a post, and nothing that is to be kept."""

from __future__ import annotations

import html
import re

from bridge.bank import views
from bridge.model import AuthorKey
from bridge.operations import corrections
from bridge.storage.bank import cards
from tests.bank.conftest import House, publish
from tests.peer import PeerBlog

TEXTS = (
    (
        "Le bail commercial, de printemps en printemps",
        "Personne ne m’avait prévenue. Je relis le bail commercial <b>chaque</b> année & le café suit.",
    ),
    (
        "Le deuxième bail commercial",
        "« Je signe un bail commercial sans le lire », disait mon voisin. Le bail commercial me tenait éveillée.",
    ),
    ("Le troisième bail commercial", "La neige est venue tôt, et le bail commercial avec elle, comme une promesse."),
    (
        "Le quatrième bail commercial",
        "J’ai échoué à négocier le bail commercial, et j’ai appris à prévoir deux mois d’avance.",
    ),
)


def cited(house: House, slug: str) -> list[str]:
    """The sentences on a card, as they stand in the page."""
    page = house.get(f"/mentors/{slug}")
    return re.findall(r'<blockquote class="snippet"[^>]*>(.*?)</blockquote>', page)


def carla(house: House, texts: tuple[tuple[str, str], ...] = TEXTS) -> PeerBlog:
    return publish(house.bank, "carla", "Carla", texts)


def test_a_card_quotes_the_sentence_that_names_a_skill_with_the_name_marked(house: House) -> None:
    carla(house, TEXTS[2::-1])  # the last is the newest
    page = house.get("/mentors/carla")
    assert "What this mentor has written about" in page
    (quote,) = [text for text in cited(house, "carla") if "bail" in text]
    assert quote == "Je relis le <mark>bail commercial</mark> chaque année &amp; le café suit."
    section = page.split('id="written"')[1]
    assert section.index("<mark>bail commercial</mark>") < section.index("Le bail commercial, de printemps")


def test_what_others_say_what_was_lived_and_what_is_declared_is_not_quoted(house: House) -> None:
    carla(house, (TEXTS[2], TEXTS[1], TEXTS[3]))
    quotes = [html.unescape(text) for text in cited(house, "carla")]
    assert "Le <mark>bail commercial</mark> me tenait éveillée." in quotes, "of the post before the newest"
    assert not [text for text in quotes if "échoué" in text or "voisin" in text]
    with house.bank.database.begin() as tx:
        key = AuthorKey("carla", "1")
        for skill in corrections.list_answerable_skills(tx, key, ()):
            assert corrections.answer_for_skill(tx, key, skill, confirmed=True, now=house.bank.clock())
        (card,) = cards.list_by_author(tx, [key]).values()
        view = views.with_sentences(tx, views.view_card(tx, card, house.bank.clock()))
    assert [offer.sentence for offer in view.offers if offer.sentence] == [], "what they say themselves needs no proof"
