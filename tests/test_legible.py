"""Foreign text as it is shown: nothing unseen acts, and no letter is lost."""

from __future__ import annotations

import pytest

from bridge.language_tags import language_code, language_tag
from bridge.legible import isolated, legible, one_line, web_address

KEPT = (
    "Élodie",
    "Nguyễn Thị",
    "عائشة",
    "می\u200cخواهم",
    "क्\u200dष",
    "ශ්\u200dරී",
    "דָּנָה",
    "山田 太郎",
    "❤\ufe0f",
    "👩\u200d👩\u200d👧",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "e\u0301",
    "a\u00a0b",
    "C#, C++ & Co.",
)


@pytest.mark.parametrize("name", KEPT)
def test_letters_and_what_joins_them_stay(name: str) -> None:
    assert legible(name) == name


UNSEEN = (
    *range(0x09),
    *range(0x0E, 0x20),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    0x061C,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
    0xD800,
    0xDFFF,
    0xE0041,
    0xFFFE,
)


@pytest.mark.parametrize("sign", UNSEEN)
def test_what_is_not_seen_is_not_there(sign: int) -> None:
    assert one_line(f"Ali{chr(sign)}ce") == "Alice"
    assert legible(legible(f"{chr(sign)}A")) == "A"


def test_a_line_is_one_line_and_a_letter_carries_few_marks() -> None:
    assert one_line("Alice\u2028\u2029\x85\r\nBob") == "Alice Bob"
    assert legible("one\u2028two") == "one\ntwo"
    assert len(legible("a" + "\u0301" * 5000)) == 5


def test_a_title_from_right_to_left_keeps_to_itself() -> None:
    assert isolated("Alice") == "Alice"
    assert isolated("\u202eעדנה") == "\u2068עדנה\u2069"


@pytest.mark.parametrize(
    "odd",
    [
        "javascript:alert(1)",
        "//evil.example",
        "http://[",
        "https://",
        "data:text/html,x",
        "https://a.example/\u202e",
        "https://a.example/ x",
        "https://a.example/" + "x" * 3000,
        "",
        "mailto:a@b.example",
    ],
)
def test_a_browser_is_sent_to_addresses_of_the_web_alone(odd: str) -> None:
    assert web_address(odd) == ""
    assert web_address("https://bücher.example/?p=1#x") == "https://bücher.example/?p=1#x"


def test_a_language_is_a_tag_and_no_name() -> None:
    said = ("fr", "fr_CA", "fr_FR.UTF-8", "fr_FR@x", "zh-Hant-x-y", "rcf", "de_DE_formal")
    tags = ["fr", "fr-CA", "fr-FR", "fr-FR", "zh-Hant-x-y", "rcf", "de-DE-formal"]
    assert [language_tag(one) for one in said] == tags
    odd = ("anglais", "aaaaaaaa", "", "x-klingon", "fr-", "c#", "français", "fr OR en", "%00", "f", "fr--CA", "*")
    assert {language_code(said) for said in odd} == {""}
    assert language_code("FR-ca") == "fr"
