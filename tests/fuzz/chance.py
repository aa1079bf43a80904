"""What chance makes: odd texts, markup, JSON and bytes, each the same again from the same seed."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.lab.odd_values import ODD_TEXTS, SCALARS, SHAPES, odd_numbers
from tests.text.hostile import ENGLISH, FRENCH, HOSTILE


def corpus(name: str) -> tuple[str, ...]:
    """What chance chooses from, under a name in `corpus.json`."""
    listed: dict[str, list[str]] = json.loads(Path(__file__).with_name("corpus.json").read_text("utf-8"))
    return tuple(listed[name])


MOMENTS = corpus("moments")
WORDS = (*FRENCH.split(), *ENGLISH.split(), "l’", "a@b.example", "https://a.example/x", "C++", "Zoé", "12,5", "№", "ß")
NUMBERS = tuple(odd_numbers())
ELEMENTS = corpus("elements")
ATTRIBUTES = corpus("attributes")
SHORTCODES = corpus("shortcodes")
MARKS = corpus("marks")
BLOCKS = corpus("blocks")
PARTS = (*(part.encode("latin-1") for part in corpus("bytes")), b"9" * 400)


class Chance(random.Random):
    """The dice of one input."""

    def text(self) -> str:
        """A few words, a text that is odd, or several of both."""
        kinds: Sequence[Callable[[], str]] = (self.words, self.odd_text, self.hostile, self.signs)
        return "".join(self.choice(kinds)() for _ in range(self.choice((1, 1, 1, 2, 5))))

    def words(self) -> str:
        """Words that could be anybody's."""
        return " ".join(self.choices(WORDS, k=self.randint(1, 30)))

    def odd_text(self) -> str:
        """One of those that stand in a list."""
        return self.choice(ODD_TEXTS)

    def hostile(self) -> str:
        """A beginning of what never ends."""
        return HOSTILE[self.choice(tuple(HOSTILE))](self.choice((3, 20, 300)))

    def signs(self) -> str:
        """Signs of any plane; half of a surrogate pair is none that travels in UTF-8."""
        codes = (self.choice((0x7F, 0x7FF, 0xFFFF, 0x10FFFF)) for _ in range(self.randint(0, 12)))
        return "".join(chr(code) for most in codes if not 0xD800 <= (code := self.randint(0, most)) <= 0xDFFF)

    def escaped(self, most: int, safe: str = "/") -> str:
        """A text as it stands in an address."""
        return quote(self.text()[:most], safe=safe, errors="replace")

    def html(self, depth: int = 0) -> str:
        """Markup, more or less well-formed."""
        pieces = []
        for _ in range(self.randint(1, 6)):
            name = self.choice(ELEMENTS)
            opening = f"<{name} {' '.join(self.choices(ATTRIBUTES, k=self.randint(0, 3)))}>"
            inside = self.html(depth + 1) if depth < 4 and self.random() < 0.4 else self.text()
            closing = f"</{self.choice((name, name, name, self.choice(ELEMENTS)))}>" if self.random() < 0.9 else ""
            pieces += [opening, inside, closing, self.choice((self.words(), self.choice(BLOCKS), "\n\n"))]
        return "".join(pieces)

    def shortcodes(self, depth: int = 0) -> str:
        """Marks of page builders and translation plugins among words."""
        pieces = []
        for _ in range(self.randint(1, 6)):
            name = self.choice(SHORTCODES)
            values = " ".join(self.choice(("a=1", 'b="]"', "c='[x]'", "d", "“e”", '"', "=")) for _ in range(depth % 4))
            inside = self.shortcodes(depth + 1) if depth < 4 and self.random() < 0.4 else self.text()
            closing = self.choice((f"[/{name}]", f"[/{name}]", "", f"[/{self.choice(SHORTCODES)}", "]]"))
            pieces += [f"[{name} {values}]", inside, closing, self.choice((*MARKS, "[[a]]", self.words()))]
        return "".join(pieces)

    def like(self, document: Any) -> Any:
        """The same document but for some places: often of the same type there, so that what reads it goes on."""
        changed = copy.deepcopy(document)
        for _ in range(self.choice((1, 1, 1, 1, 2, 5))):
            places = list(_places(changed))
            if not places:
                return self.scalar()
            inner, name = self.choice(places)
            before = inner[name]
            if self.random() < 0.85:
                inner[name] = self._alike(before)
            elif self.random() < 0.5:
                inner[name] = self.scalar()
            elif isinstance(inner, list):
                inner.insert(name, copy.deepcopy(before))
            else:
                del inner[name]
                inner[self.choice((self.text(), name, "id", "type"))] = before
        return changed

    def _alike(self, value: Any) -> Any:
        if isinstance(value, bool):
            return not value
        if isinstance(value, str):
            if value[:4].isdigit() and value.endswith("Z") and self.random() < 0.8:
                return self.choice(MOMENTS)
            if value.startswith("https://") and self.random() < 0.8:
                return value + self.escaped(300)
            return self.choice((self.text, self.html, self.shortcodes, lambda: value + self.text(), lambda: ""))()
        if isinstance(value, int):
            return self.choice((value + 1, max(0, value - 1), self.randint(1, 40), *self.choices(NUMBERS, k=2)))
        if isinstance(value, list):
            return [*value, *([self.text()] * self.choice((1, 3, 200)))]
        return value

    def scalar(self) -> Any:
        """One thing, or a shape of things."""
        return copy.deepcopy(self.choice((*SCALARS, self.text(), self.choice(NUMBERS))))

    def json(self, document: Any) -> bytes:
        """What is like a document, as bytes; now and then no JSON, or not quite."""
        if self.random() < 0.03:
            return self.choice(SHAPES).encode(errors="replace")
        raw = json.dumps(self.like(document), ensure_ascii=self.random() < 0.5).encode(errors="surrogatepass")
        return self.bytes_like(raw) if self.random() < 0.1 else raw

    def bytes_like(self, raw: bytes) -> bytes:
        """The same bytes but for some places."""
        changed = bytearray(raw)
        for _ in range(self.randint(1, 4)):
            start = self.randint(0, len(changed))
            end = min(len(changed), start + self.choice((0, 0, 1, 2, 40)))
            changed[start:end] = self.choice(
                (*PARTS, bytes(changed[end : end + 30]), self.randbytes(self.randint(0, 4)))
            )
        return bytes(changed)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """(container, key) of all that is inside."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    places = [(value, name) for name, _ in inner]
    return [*places, *(place for container, name in places for place in _places(container[name]))]
