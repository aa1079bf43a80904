"""Passages that tell of something lived, requests, calls for comments: French (also of Quebec) and English."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.text import experience
from bridge.text.experience import Passage, PassageLabel
from bridge.text.html import plain_text
from bridge.text.patterns import fold_text
from bridge.text.sentences import split_sentences, without_quotes

TOLD = [
    ("en", PassageLabel.FAILURE, "In our second year we lost our biggest client and had no plan for it."),
    ("en", PassageLabel.FAILURE, "I underestimated how long the permits would take."),
    ("en", PassageLabel.FAILURE, "My first bakery went bankrupt before its second winter."),
    ("en", PassageLabel.FAILURE, "I was fired the week before Christmas, with two children at home."),
    ("en", PassageLabel.SUCCESS, "After three rounds of talks I managed to sign the lease at half the rent."),
    ("en", PassageLabel.SUCCESS, "We finally broke even in the spring."),
    ("en", PassageLabel.LESSON, "Looking back, I should have raised my prices a year earlier."),
    ("en", PassageLabel.LESSON, "That summer taught me to ask for a deposit."),
    ("en", PassageLabel.TURNING_POINT, "In 2014 I quit my job at the bank and rented a stall."),
    ("en", PassageLabel.TURNING_POINT, "We hired our first employee before we could afford her."),
    ("fr", PassageLabel.FAILURE, "J'ai perdu mon plus gros client parce que je n'écoutais pas."),
    ("fr", PassageLabel.FAILURE, "Je me suis planté en ouvrant une deuxième boutique trop vite."),
    ("fr", PassageLabel.FAILURE, "On a frappé un mur en janvier : plus une cenne dans le compte."),
    ("fr", PassageLabel.FAILURE, "Nous avons dû licencier trois personnes au printemps."),
    ("fr", PassageLabel.SUCCESS, "Après deux ans, nous avons décroché notre premier contrat à l'export."),
    ("fr", PassageLabel.SUCCESS, "Je suis fière de ce que mon équipe a bâti."),
    ("fr", PassageLabel.LESSON, "Avec le recul, j'aurais dû demander de l'aide bien avant."),
    ("fr", PassageLabel.LESSON, "Cette saison m'a appris à dire non."),
    ("fr", PassageLabel.TURNING_POINT, "En 2016, j'ai démissionné pour reprendre la ferme de mes parents."),
    ("fr", PassageLabel.TURNING_POINT, "J'ai embauché ma première employée sans savoir faire une paie."),
    ("fr", PassageLabel.TURNING_POINT, "Je me suis lancée en affaires à cinquante ans."),
]
NOT_TOLD = [
    ("en", "I never failed an inspection in ten years."),
    ("en", "We did not lose a single order that week."),
    ("en", "If I had failed, nobody would have noticed."),
    ("en", "The company went bankrupt before the war."),
    ("en", "Most founders fail because they run out of money."),
    ("en", "“I lost everything I had built,” she told the room."),
    ("en", "I won't sell to people who do not read the label."),
    ("fr", "Je n'ai jamais échoué à une inspection."),
    ("fr", "Nous n'avons pas perdu une seule commande cette semaine-là."),
    ("fr", "Si j'avais échoué, personne ne l'aurait su."),
    ("fr", "L'entreprise a fait faillite en 1929."),
    ("fr", "« J'ai tout perdu en une nuit », m'a dit le boulanger."),
    ("fr", "Imaginons que j'ai fait faillite en mai, avec le stock plein."),
    ("fr", '"J\'ai perdu mon plus gros client,\nle reste a suivi" : voilà ce que dit Lise.'),
    ("fr", "— J'ai perdu la recette, dit-elle en riant."),
    ("fr", "J'aurais du mal à vous donner une date."),
]


def read(text: str, language: str) -> list[Passage]:
    return list(experience.read_experience(text, language).passages)


@pytest.mark.parametrize(("language", "label", "sentence"), TOLD)
def test_what_somebody_lived_is_found_with_its_reason(language: str, label: PassageLabel, sentence: str) -> None:
    (found,) = read(f"{sentence} Voilà." if language == "fr" else f"{sentence} So it went.", language)
    assert (found.label, found.text, found.position) == (label.value, sentence, 0)
    assert found.patterns[0].startswith(f"{label.value}: ")


@pytest.mark.parametrize(("language", "sentence"), NOT_TOLD)
def test_what_is_negated_imagined_quoted_or_of_others_is_not(language: str, sentence: str) -> None:
    assert read(sentence, language) == []


def test_quoted_blocks_and_code_never_count() -> None:
    text = plain_text(
        "<blockquote>I lost my biggest client last year.</blockquote>"
        "<pre><code>I failed to parse my own file.</code></pre>"
        "<p>That is what a friend wrote to me yesterday evening.</p>"
    )
    assert read(text, "en") == []


def test_a_passage_names_its_place_in_the_text() -> None:
    text = "It rained all day. We lost our biggest client in May. Nobody spoke."
    (found,) = read(text, "en")
    assert text[found.position :].startswith(found.text)


def test_abbreviations_initials_and_numbers_do_not_end_a_sentence() -> None:
    whole = "With the help of Dr. J. Roy I managed to save approx. 3.5 % on rent."
    assert [passage.text for passage in read(f"{whole} The end.", "en")] == [whole]


def test_lines_of_fixed_width_are_one_sentence_and_lists_are_several() -> None:
    wrapped = "After many long winter evenings with the books on the kitchen table we lost\nour biggest client."
    assert read(wrapped, "en")[0].text == wrapped.replace("\n", " ")
    listed = "I lost my shop in the flood\nWe sold over two hundred boxes that week"
    assert [passage.label for passage in read(listed, "en")] == ["failure", "success"]


def test_another_sentence_has_another_key() -> None:
    one, same, other = (
        read(text, "en")[0].key
        for text in ("We lost our client in May.", "  We  lost our client in May. ", "We lost our client in June.")
    )
    assert one == same != other


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We lost our biggest client. That winter I wanted to die."),
        ("fr", "J'ai perdu mon entreprise. J'avais des idées noires."),
    ],
)
def test_a_text_about_a_crisis_gives_nothing(language: str, text: str) -> None:
    found = experience.read_experience(text, language)
    assert found.crisis
    assert (found.passages, found.requests, found.score) == ((), (), None)


def test_a_request_and_a_call_for_comments() -> None:
    asked = experience.read_experience(
        "I am looking for a bookkeeper in Lévis. The shop grows. What do you think?", "en"
    )
    assert [one.text for one in asked.requests] == ["I am looking for a bookkeeper in Lévis."]
    assert [one.text for one in asked.calls] == ["What do you think?"]
    posee = experience.read_experience(
        "Le bail finit en juin. On cherche un local à Rimouski. Et vous, comment avez-vous fait ?", "fr"
    )
    assert [one.text for one in posee.requests] == ["On cherche un local à Rimouski."]
    assert [one.label for one in posee.calls] == ["call for comments"]


def test_a_question_to_the_reader_is_a_request_only_at_the_end() -> None:
    filling = "The market opens at eight. " * 20
    assert experience.read_experience(f"Is your oven older than mine? {filling}", "en").requests == ()
    assert len(experience.read_experience(f"{filling} Is your oven older than mine?", "en").requests) == 1


def test_lessons_weigh_twice_and_we_weighs_less() -> None:
    def score(sentence: str) -> float:
        return experience.read_experience(sentence, "en").score or 0.0

    lesson, failure, ours = "I learned to ask first.", "I lost my first shop.", "We lost our first shop."
    assert score(lesson) > score(failure) > score(ours) > score("The shop is open on Monday.") == 0.0


def test_other_languages_are_not_read() -> None:
    assert experience.read_experience("Ich habe meinen besten Kunden verloren und viel gelernt.", "de").score is None


@given(st.text(max_size=400), st.sampled_from(["en", "fr", "ar", "zh", ""]))
def test_any_text_gives_an_answer(text: str, language: str) -> None:
    found = experience.read_experience(plain_text(text), language)
    assert found.score is None or 0 <= found.score < 1


@given(st.permutations([sentence for language, _, sentence in TOLD if language == "en"]))
def test_the_order_of_sentences_changes_neither_score_nor_labels(order: list[str]) -> None:
    found, before = (experience.read_experience("\n".join(lines), "en") for lines in (order, sorted(order)))
    assert found.score == before.score
    assert sorted(passage.key for passage in found.passages) == sorted(passage.key for passage in before.passages)


@settings(max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                "I lost ",
                "J’ai raté ",
                "œuvre ",
                "Σ",
                "ΑΣ. ",
                "İ",
                "\n",
                "\r",
                "\u2028",
                "\u00a0",
                "हि",
                "ﬁn",
                "™",
                "´",
                "。",
                "! ",
                "« deux mots »",
                "« trois mots cités »",
                "\u0301",
                "nous avons réussi. ",
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_a_sentence_is_folded_as_it_would_be_alone(text: str) -> None:
    own = without_quotes(text)
    for one in split_sentences(text):
        assert text.startswith(one.text, one.start)
        assert one.folded == " ".join(fold_text(own[one.start : one.start + len(one.text)]).split())
