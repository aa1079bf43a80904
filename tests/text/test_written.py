"""Texts as people and their editors store them: what a reader of the blog sees is read, and nothing else."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.text.html import plain_text
from bridge.text.terms import count_terms
from bridge.text.tokens import tokens

BEFORE, AFTER = "La potière rallume son four.", "Le voisin ramène des pommes."
SECRET = "goélette"  # a word that no reader sees
NAMES = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_-]{1,20}", fullmatch=True)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters='"\x00<>\r', exclude_categories=["Cs"]), max_size=60)
PROSE = st.lists(
    st.sampled_from(["la", "potière", "a", "vendu", "trois", "bols", "bleus", "au", "marché", "et", "un", "plat"]),
    min_size=6,
    max_size=30,
).map(" ".join)


def lines(html: str) -> list[str]:
    return plain_text(html).split("\n")


@given(NAMES, st.dictionaries(NAMES, VALUES, min_size=1, max_size=4), PROSE)
def test_a_shortcode_of_any_name_and_length_gives_its_prose(name: str, values: dict[str, str], prose: str) -> None:
    attributes = "".join(f' {key}="{value * 30}"' for key, value in values.items())
    read = plain_text(f"<p>{BEFORE}</p>[{name}{attributes}]{prose}[/{name}]<p>{AFTER}</p>")
    assert read.split() == f"{BEFORE} {prose} {AFTER}".split()


@given(st.lists(NAMES, min_size=1, max_size=8), PROSE)
def test_shortcodes_stand_in_each_other(names: list[str], prose: str) -> None:
    opened = "".join(f"[{name}]" for name in names)
    closed = "".join(f"[/{name}]" for name in reversed(names))
    assert plain_text(f"{opened}{prose}{closed}").split() == prose.split()


@pytest.mark.parametrize(
    "body",
    [
        "for ligne in lire(fichier):\n    print(ligne.strip())",
        "const a = goélette.map((x) => x.prix);",
        "SELECT a.goélette FROM b AS a WHERE a.x = 1;",
        "Z29lbGV0dGUgZ29lbGV0dGUgZ29lbGV0dGUgZ29lbGV0dGU=",
        "\\frac{\\goélette}{2} + \\sqrt{x}",
        "{&quot;goélette&quot;: {&quot;b&quot;: 1}}",
    ],
)
@pytest.mark.parametrize("name", ["code", "sourcecode", "Extrait", "my_raw-thing"])
def test_code_and_data_between_shortcodes_are_no_words(body: str, name: str) -> None:
    read = plain_text(f"{BEFORE}\n\n[{name} lang='x']\n{body}\n[/{name}]\n\n{AFTER}")
    assert read.split() == f"{BEFORE} {AFTER}".split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Elle dit [plus bas dans la page] que non.", "Elle dit [plus bas dans la page] que non."),
        ("Voir [mon atelier](https://a.example) demain.", "Voir mon atelier demain."),
        ("Un son [audio a.mp3] et [gallery ids='1,2'] puis [GALLERY ids='1'].", "Un son et puis ."),
    ],
)
def test_prose_in_brackets_and_links_stay(text: str, words: str) -> None:
    assert plain_text(text) == words


@given(st.sampled_from(["p", "a", "div", "li", "span"]), st.sampled_from(["\n", "\n  ", "\r\n\t"]))
def test_a_tag_over_several_lines_is_one_tag(tag: str, gap: str) -> None:
    html = f'<{tag}{gap}class="x"{gap}>{BEFORE}</{tag}{gap}>{gap}{AFTER}'
    assert plain_text(html).split() == f"{BEFORE} {AFTER}".split()


@pytest.mark.parametrize(
    "unseen",
    [
        f"<template><p>{SECRET}</p></template>",
        f"<div hidden><div>{SECRET}</div>{SECRET}</div>",
        f'<p style="color:red; display : none">{SECRET}</p>',
        f"<audio src=a.mp3>{SECRET}</audio>",
        f"<video><p>{SECRET}</p></video>",
        f'<!-- wp:group {{"metadata":{{"blockVisibility":false}}}} --><!-- wp:paragraph --><p>{SECRET}</p>'
        f"<!-- /wp:paragraph --><p>{SECRET}</p><!-- /wp:group -->",
        f"<p>$latex \\{SECRET}{{a}}$ $$\\{SECRET}$$ \\(\\{SECRET}\\)</p>",
    ],
)
def test_what_no_reader_sees_is_not_read(unseen: str) -> None:
    assert plain_text(f"<p>{BEFORE}</p>{unseen}<p>{AFTER}</p>").split() == f"{BEFORE} {AFTER}".split()


@pytest.mark.parametrize("tag", ["code", "pre", "figure"])
def test_an_element_left_open_ends_with_its_block(tag: str) -> None:
    read = lines(f"<div><p>{BEFORE} <{tag}>{SECRET}</p></div><p>{AFTER}</p><p>Un <code>mot</code> encore.</p>")
    assert AFTER in read
    assert "Un encore." in read
    assert SECRET not in " ".join(read)


@pytest.mark.parametrize(
    "html",
    [
        f"<figure><table><tr><td>{BEFORE}</td></tr></table><figcaption>{SECRET}</figcaption></figure>",
        f"<pre class=wp-block-verse>{BEFORE}\nEt la pluie sur le toit, et le vent, et la nuit.</pre>",
        f'<!-- wp:acme/avis {{\'texte\':\'x\'}} /--><!-- wp:acme/avis {{"a":{{"texte":"{BEFORE}","_t":"f"}}}} /-->',
    ],
)
def test_tables_verses_and_words_in_settings_of_blocks_are_read(html: str) -> None:
    read = plain_text(html)
    assert BEFORE in read
    assert SECRET not in read


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("[:fr]Le four[:en]The kiln[:]", "en", "The kiln"),
        ("[:fr]Le four[:en]The kiln[:]", "de", "Le four"),
        ("<!--:en--><p>The kiln</p><!--:--><!--:fr--><p>Le four</p><!--:-->", "fr", "Le four"),
        ("{:en}The kiln{:}{:fr}Le four{:} 2026", "fr", "Le four 2026"),
        ("Il dit : four", "fr", "Il dit : four"),
    ],
)
def test_of_a_text_with_its_translations_one_is_read(text: str, language: str, words: str) -> None:
    assert plain_text(text, language=language) == words


@pytest.mark.parametrize("tag", ["blockquote", "pre", "figure", "summary", "details", "p", "td", "figcaption"])
def test_the_end_of_a_block_ends_a_word(tag: str) -> None:
    assert "motmot" not in plain_text(f"mot<{tag}>x</{tag}>mot")


@given(st.sampled_from(["trésorerie", "offre efficace", "marché"]), st.sampled_from("\u00ad\u200b\u200d\u2060\ufeff"))
def test_signs_that_nobody_sees_change_no_word(text: str, sign: str) -> None:
    written = "".join(letter + sign for letter in text)
    assert list(tokens(plain_text(written), "fr")) == list(tokens(text, "fr"))


@pytest.mark.parametrize(
    ("written", "word"),
    [("o\ufb00re", "offre"), ("pro\ufb01l", "profil"), ("tre\u0301sorerie", "trésorerie"), ("\uff21telier", "atelier")],
)
def test_letters_are_the_same_however_they_are_composed(written: str, word: str) -> None:
    assert list(tokens(written, "fr")) == list(tokens(word, "fr"))


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("मेरी कार्यशाला में", "hi", "कार्यशाला"),
        ("என் தமிழ் மொழி", "ta", "தமிழ்"),
        ("สวัสดี", "th", "วัส"),
    ],
)
def test_vowel_signs_belong_to_their_word(text: str, language: str, word: str) -> None:
    assert word in [written for _, written in tokens(text, language)]


def test_a_compound_is_found_whole_joined_and_by_its_parts() -> None:
    terms = dict(tokens("Notre cash-flow", "fr"))
    assert {"cash", "flow"} <= terms.keys()
    assert dict(tokens("cashflow", "fr")).keys() <= terms.keys()
    assert [word for _, word in tokens("un mot\u2010clé, un mot\u2011clé", "fr")] == ["mot-clé", "clé"] * 2
    assert dict(tokens("well-being and know-how", "en")).keys() == dict(tokens("wellbeing, knowhow", "en")).keys()
    assert [word for _, word in tokens("celui-ci la main-d'œuvre", "fr")] == ["main", "œuvre"]


def test_of_two_forms_as_frequent_the_first_one_stands_for_a_word() -> None:
    assert count_terms("", "relancer puis relance", "fr").surfaces == ("relancer",)


@pytest.mark.parametrize(
    "piece",
    [
        '[a ="',
        "[a ='x' ",
        "[a][/a]",
        "[a]",
        "[/a]",
        "[a b=[a b=",
        '="[a "',
        "[:fr]",
        "{:fr}",
        "$latex ",
        "\\(",
        "$$ ",
        "<p\n",
        "<div hidden>",
        "<table><figure>",
        "<pre>",
        "<code>",
        "</p>",
        "<!-- wp:a -->",
        '<!-- wp:a {"a":{ /-->',
        "{{",
        "[[[[",
    ],
)
def test_any_piece_again_and_again_takes_a_time_that_grows_with_the_text(piece: str) -> None:
    took = []
    for length in (50_000, 200_000):
        began = time.process_time()
        plain_text(piece * (length // len(piece)))
        took.append(time.process_time() - began)
    assert took[1] < 12 * took[0] + 0.3
