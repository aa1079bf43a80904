"""What a comment is read to do, in both languages."""

from __future__ import annotations

import pytest

from bridge.text.comment_traits import CommentTraits, read_comment


def remark(text: str, language: str, name: str = "Zoé", *, html: str = "", has_website: bool = False) -> CommentTraits:
    return read_comment(html or text, text, language, name, has_website=has_website)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Comment avez-vous trouvé vos premiers clients ?", "fr"),
        ("Pourriez-vous en dire plus", "fr"),
        ("Je me demande si cela tient en hiver.", "fr"),
        ("Est-ce que le bail était cher", "fr"),
        ("How did you find the first people?", "en"),
        ("I wonder whether that holds in winter.", "en"),
        ("Could you say more about the lease", "en"),
        ("¿Cómo lo hicieron?", "es"),
    ],
)
def test_questions(text: str, language: str) -> None:
    assert remark(text, language).question


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Merci pour ce billet.", "fr"),
        ("Pourquoi pas. On verra.", "fr"),
        ("What a year that was.", "en"),
        ("Voir https://example.org/?p=3&x=y pour la suite.", "fr"),
        ("Como lo hicieron ustedes", "es"),  # without a mark, in a language whose sentences are not known here
    ],
)
def test_what_is_no_question(text: str, language: str) -> None:
    assert not remark(text, language).question


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("J'ai moi aussi échoué avec ma première boutique.", "fr", True),
        ("Chez nous, c'était pareil.", "fr", True),
        ("Je me suis trompée de bail.", "fr", True),
        ("C'est un bon billet.", "fr", False),
        ("We once failed with our first shop.", "en", True),
        ("In my experience leases are long.", "en", True),
        ("It is a good post.", "en", False),
        ("I failed", "de", False),
    ],
)
def test_what_was_lived(text: str, language: str, told: bool) -> None:
    assert remark(text, language).experience is told


def test_links_praise_commerce_and_length() -> None:
    twice = '<a href="https://a.example/x">ici</a> https://a.example/x. et https://b.example'
    assert remark("ici et là", "fr", html=twice).links == 2
    assert remark("Great post, thanks!", "en").praise
    assert remark("Merci beaucoup pour cet article", "fr").praise
    assert not remark("Merci, mais le bail est trop long", "fr").praise
    assert remark("x", "fr", "Plombier pas cher Lyon", has_website=True).commercial
    assert not remark("x", "fr", "Plombier pas cher Lyon").commercial, "a name that links nowhere sells nothing"
    assert not remark("x", "fr", "Sylvie Services-Roy".replace("Services-", ""), has_website=True).commercial
    assert remark("un deux  trois", "fr").words == 3
