"""What authors and commenters write, or their page builders: read in little time, into words that can be shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from bridge.contract.fields import storable_text
from bridge.model import Comment, Post, Version
from bridge.storage.content.intake import AnalysedPost
from bridge.text import html as reading
from bridge.text.shortcodes import in_one_language, languages_in, without_shortcodes
from bridge.text.titles import plain_title
from bridge.worker.intake import absorb
from bridge.worker.intake.post_analysis import load_models
from tests.fuzz.chance import Chance
from tests.fuzz.trials import Fault, Trial

MOMENT = datetime(2026, 1, 31, tzinfo=UTC)
VERSION = Version(1, 1)


class Html(Trial):
    """Posts and comments of any markup, through all that is read from them."""

    name = "html"
    inputs = 8_000

    @contextmanager
    def opened(self) -> Iterator[None]:
        load_models()
        yield

    def try_one(self, chance: Chance, number: int) -> None:
        content, title = (
            storable_text(text) for text in (chance.html() + chance.choice(("", chance.shortcodes())), chance.text())
        )
        language = chance.choice(("fr-CA", "en", "", "de", chance.text()[:35]))
        self.tried = (title, content, language)
        where = f"https://a.example/{number}"
        post = Post("a", "1", VERSION, "1", where, title, content, chance.text(), language, MOMENT, MOMENT)
        read = absorb.prepare(post, "fr")
        if not isinstance(read, AnalysedPost):
            raise Fault("a post is not read as one")
        if number % 4 == 0:
            comment = Comment(
                "a", "1", VERSION, "1", "", "", "anonymous", title, "", False, False, "comment", content, MOMENT
            )
            absorb.prepare(comment, "fr")
        text = reading.plain_text(content)
        short = reading.excerpt(text, 200)
        if len(short) > 201:
            raise Fault(f"an excerpt of {len(short)} characters")
        if any("\ud800" <= sign <= "\udfff" or sign == "\0" for sign in text + plain_title(title)):
            raise Fault("a text that no database takes")


class Shortcodes(Trial):
    """Marks in a text: taken out, and never more than was there."""

    name = "shortcodes"
    inputs = 12_000

    def try_one(self, chance: Chance, number: int) -> None:
        text = chance.shortcodes()
        self.tried = text
        plain = without_shortcodes(text)
        if len(plain) > 2 * len(text):
            raise Fault("longer without its marks")
        for language in (*languages_in(text), "fr", ""):
            in_one_language(text, language)
        reading.plain_text(text)
