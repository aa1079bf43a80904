"""A handle is read by its form alone, and a newsletter is the blog's own or none."""

from __future__ import annotations

import pytest

from bridge.mentors.elsewhere import handle_address, newsletter_of_blog, read_handle


@pytest.mark.parametrize(
    ("text", "handle", "address"),
    [
        ("@zoe@blog.example", "@zoe@blog.example", "https://blog.example/@zoe"),
        (" @Zoe_B.c@Social.Example ", "@Zoe_B.c@social.example", "https://social.example/@Zoe_B.c"),
        ("@blog.example@blog.example", "@blog.example@blog.example", "https://blog.example/@blog.example"),
        ("@zoe@xn--caf-dma.example", "@zoe@xn--caf-dma.example", "https://xn--caf-dma.example/@zoe"),
    ],
)
def test_a_handle_leads_to_its_page(text: str, handle: str, address: str) -> None:
    assert read_handle(text) == handle
    assert handle_address(handle) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zoe@blog.example",  # an e-mail address
        "@zoe",
        "@zoe@localhost",
        "@zoe@127.0.0.1",
        "@zoe@blog.example/path",
        "@zoe@blog.example:8000",
        "@zoe@user@blog.example",
        "@zo e@blog.example",
        "@z\u202eoe@blog.example",
        "javascript:alert(1)//@a@blog.example",
        f"@{'z' * 65}@blog.example",
        f"@zoe@{'a.' * 200}example",
    ],
)
def test_what_is_no_handle_is_none(text: str) -> None:
    assert read_handle(text) == ""
    assert handle_address(text) == ""


def test_a_newsletter_stands_on_the_blog() -> None:
    home = "https://blog.example/zoe"
    for own in ("https://blog.example/zoe/letter/", "http://blog.example/zoe/?page_id=7"):
        assert newsletter_of_blog(own, home) == own
    for other in ("https://blog.example/bob/", "https://letters.example/zoe", "javascript:alert(1)", "", "letter"):
        assert newsletter_of_blog(other, home) == ""
    assert newsletter_of_blog("https://letters.example/", "") == ""
