"""What a post is beside its words: signatures, the same text again, lists of words, quotations."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.text.html import read_post_html
from bridge.text.sketches import estimate_jaccard
from bridge.text.text_quality import (
    TextQuality,
    linked_host,
    measure_quality,
    omitted_paragraphs,
    paragraphs_of,
    repeated_paragraphs,
    without_paragraphs,
)
from tests.lab.texts import CASH, ENGLISH, HIRING

SIGNATURE = "Abonnez-vous à la lettre du vendredi, c'est gratuit et sans publicité."
TEXTS = [text for _, text in CASH + HIRING]


def figures(text: str, language: str = "fr") -> TextQuality:
    return measure_quality(read_post_html(text), language)


def repeated(posts: Iterable[tuple[tuple[int, int], ...]]) -> dict[int, frozenset[int]]:
    """Of different posts of one author in order of time."""
    distinct = list(dict.fromkeys(posts))
    return repeated_paragraphs(enumerate(distinct), len(distinct))


def test_a_signature_is_found_and_left_out_and_the_text_stays() -> None:
    posts = [f"{text}\n{SIGNATURE}" for text in TEXTS]
    often = repeated(paragraphs_of(post) for post in posts)
    sign = paragraphs_of("ABONNEZ-VOUS à la lettre du vendredi c'est gratuit et sans publicité")
    assert often == dict.fromkeys(range(len(posts)), frozenset(number for number, _ in sign))
    for place, (post, text) in enumerate(zip(posts, TEXTS, strict=True)):
        assert without_paragraphs(post, omitted_paragraphs(paragraphs_of(post), often[place])) == text


def test_a_paragraph_of_two_posts_stays_until_it_is_a_habit_and_then_is_left_out_there() -> None:
    posts = [paragraphs_of(f"{TEXTS[n % 10]} {'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}") for n in range(100)]
    sign = paragraphs_of(SIGNATURE)

    def signed(*places: int) -> dict[int, frozenset[int]]:
        return repeated((*post, *sign) if n in places else post for n, post in enumerate(posts))

    assert not signed(3, 4)
    assert not signed(0, 30, 60, 90)
    habit = dict.fromkeys((40, 42, 44, 46), frozenset({sign[0][0]}))
    assert signed(40, 42, 44, 46) == habit, "of one spring, also long after it"
    assert signed(3, 40, 42, 44, 46, 90) == habit, "what stands alone years before is a sentence of its post"


def test_what_posts_repeat_is_told_from_those_around_them() -> None:
    sign = paragraphs_of(SIGNATURE)
    posts = [paragraphs_of(f"{TEXTS[n % 10]} {'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}") for n in range(100)]
    posts = [(*post, *sign) if n % 7 in (0, 3) else post for n, post in enumerate(posts)]
    habits = repeated(posts)
    for place in range(100):
        around = [(near, posts[near]) for near in range(max(0, place - 19), min(100, place + 20))]
        assert repeated_paragraphs(around, 100).get(place) == habits.get(place)


def test_a_heading_is_no_signature_unless_half_of_the_posts_have_it() -> None:
    posts = [f"{text} {n}" for n, text in enumerate(TEXTS)]
    some = [f"Conclusion\n{post}" if n % 3 == 0 else post for n, post in enumerate(posts)]
    assert not repeated(paragraphs_of(post) for post in some)
    assert repeated(paragraphs_of(f"Conclusion\n{post}") for post in posts)


def test_a_text_that_is_posted_again_and_again_is_no_signature() -> None:
    assert not repeated(paragraphs_of(TEXTS[0]) for _ in range(5))
    edited = [paragraphs_of(f"{TEXTS[0]}\nÉdition de l'an {n}.") for n in range(5)]
    often = repeated(edited)
    assert all(not omitted_paragraphs(post, often.get(place, frozenset())) for place, post in enumerate(edited))


def test_light_edits_are_the_same_text_and_another_post_on_the_subject_is_not() -> None:
    text = " ".join(TEXTS[:3])
    edited = text.replace("Trois factures", "Quatre factures") + " Merci de m'avoir lue."
    assert estimate_jaccard(figures(text).sketch, figures(edited).sketch) > 0.8
    assert estimate_jaccard(figures(text).sketch, figures(" ".join(TEXTS[3:6])).sketch) < 0.1


def test_lists_of_words_differ_from_what_people_write() -> None:
    for language, texts in (("fr", CASH + HIRING), ("en", ENGLISH)):
        said = figures("\n".join(text for _, text in texts), language)
        assert said.variety is not None
        assert said.joining is not None
        assert said.variety > 0.45
        assert said.joining > 0.2
    stuffed = figures("trésorerie acompte facture loyer banque client " * 40)
    assert stuffed.variety is not None
    assert stuffed.variety < 0.1
    assert stuffed.joining == 0
    assert figures("trésorerie acompte", "fr").variety is None
    assert (
        figures("Mon atelier n'avait plus de trésorerie cet hiver. " * 40).variety is None
    )  # one sentence, said again
    assert figures("上海の天気はとても良い。" * 50, "ja").joining is None


@pytest.mark.parametrize("quotation", ["<blockquote><p>{}</p></blockquote>", "> {}"], ids=["HTML", "Markdown"])
def test_quotations_and_links_are_seen(quotation: str) -> None:
    text = (
        'Lu chez <a href="https://www.example.org/a?b">eux</a>, [ici](http://blog.example.net/x), <a href="/x">là</a>.'
    )
    page = read_post_html(f"{text}\n\n{quotation.format(TEXTS[0])}\n")
    found = measure_quality(page, "fr")
    assert TEXTS[0][:30] not in page.text
    assert found.quoted > 0.8
    assert found.hosts == ("blog.example.net", "example.org")
    assert figures(TEXTS[0]).quoted == 0


def test_a_guest_is_told_from_one_who_was_a_guest_elsewhere() -> None:
    assert figures("This is a guest post by Ann Smith. I bake.", "en").guest
    assert figures("Billet invité de Léa Roy : comment j'ai ouvert mon café.").guest
    assert not figures("I wrote a guest post for a baker last week.", "en").guest
    assert not figures("J'ai été invitée à la radio pour parler de mon billet.").guest


@given(st.text(max_size=400), st.sampled_from(["fr", "en", "ja", "ar", "xx"]))
def test_any_text_is_measured_and_survives_storage(text: str, language: str) -> None:
    found = measure_quality(read_post_html(text), language)
    back = TextQuality.from_bytes(found.to_bytes())
    assert back.to_bytes() == found.to_bytes()
    assert np.array_equal(back.sketch, found.sketch)
    assert (back.paragraphs, back.hosts, back.quoted) == (found.paragraphs, found.hosts, found.quoted)


def test_only_sites_are_linked_to() -> None:
    assert linked_host("https://WWW.Example.org/x") == "example.org"
    for odd in ("/x", "mailto:a@b.example", "https://", "https://[", "javascript:alert(1)", "https://localhost/x"):
        assert linked_host(odd) == ""
