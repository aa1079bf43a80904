"""What a person reads of a post, also of a hostile one."""

from __future__ import annotations

import time
from unicodedata import normalize

import pytest

from bridge.errors import TooCostly
from bridge.text.html import MAX_READ_CHARACTERS, leading_text, plain_text, read_post_html


def test_fenced_code_goes_and_the_words_around_it_stay() -> None:
    assert plain_text("Before.\n```python\nx = 1\n```\nBetween.\n~~~\ny\n~~~\nAfter.") == "Before.\nBetween.\nAfter."
    assert plain_text("Before.\n```\nnever closed") == "Before.\n```\nnever closed"


def test_addresses_go_and_the_words_around_them_stay() -> None:
    assert plain_text("See https://a.example/x?y=1 or (me@a.example) soon.") == "See or ( ) soon."


@pytest.mark.parametrize("piece", ["a", "a@", "[", "{{", "```x\n", "![", "[a](", "<", "« "])
def test_a_megabyte_of_anything_is_read_in_seconds(piece: str) -> None:
    began = time.process_time()
    plain_text(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 20  # by backtracking it was minutes


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("Before. <a href=x", "Before. <a href=x"),
        ("If a<b then so.", "If a<b then so."),
        ("I <3 you.", "I <3 you."),
        ("Before.<!-- <p>never closed</p>", "Before."),
        ("Before.<script>if (a<b) {}", "Before."),
        ("Of the <title> of a page.", "Of the of a page."),
        ("The <plaintext> of <b>old</b>.", "The of old."),
        ("Seen <iframe src='x' /> here.", "Seen here."),
        ("A&nbsp;B &amp C &eacute;", "A B & C é"),
        ("<blockquote>theirs<pre>x</blockquote>mine", "mine"),
        ("<pre/>mine", "mine"),
        ("one\r\ntwo\rthree", "one\ntwo three"),
        ("<P>One</P ><Code>x</CODE>two", "One\ntwo"),
        ("a\ud800b\x00c", "a?bc"),
    ],
)
def test_what_never_ends_hides_nothing_before_it(html: str, words: str) -> None:
    assert plain_text(html) == words


def test_links_are_those_of_tags_outside_of_scripts() -> None:
    page = read_post_html('<a href="https://a.example/?x=1&amp;y=2">A</a><a>no</a><script>"<a href=x>"</script>')
    assert page.links == ("https://a.example/?x=1&y=2",)


def test_what_is_quoted_is_counted_and_not_read() -> None:
    assert read_post_html("<blockquote>theirs <b>too</b></blockquote>mine").quoted == len("theirs too")


@pytest.mark.parametrize("text", ["mot " * 100_000, "x" * 400_000, "語" * 400_000, "\ufdfa" * 400_000, "각 " * 200_000])
def test_of_a_book_the_beginning_is_looked_at(text: str) -> None:
    begun = leading_text(text)
    assert text.startswith(begun)
    assert len(normalize("NFKD", begun)) <= 3 * MAX_READ_CHARACTERS
    assert len(begun) > MAX_READ_CHARACTERS // 7
    assert not begun.endswith("mo")
    assert leading_text(text[:10_000]) == text[:10_000]


def test_a_budget_that_is_spent_ends_the_reading() -> None:
    class Spent:
        def check(self) -> None:
            raise TooCostly("enough")

    with pytest.raises(TooCostly):
        plain_text("<p>" * 5000, Spent())
