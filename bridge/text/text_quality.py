"""What a post is, beside its words: how long, how varied, how much of it quoted or repeated, where it links.

Measured once, when a post is read. Whether a post counts is decided beside the author's other posts
(``mentors.post_weight``), from these figures alone.
"""

from __future__ import annotations

import json
import re
import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlsplit

import numpy as np

from bridge.model import stable_id
from bridge.text.html import PostText
from bridge.text.patterns import fold_text, load_patterns
from bridge.text.sketches import Hashes, sketch_of
from bridge.text.tokens import fold, stop_words, words_of

VARIETY_WINDOW_WORDS = 200  # words over which variety is taken, so that a long text is not blamed for its length
MAX_LINKED_HOSTS = 50  # hosts of a post; who links to more has made a list
GUEST_EDGE_CHARACTERS = 400  # characters at either end, where a guest is introduced
REPEAT_SPAN_POSTS = 20  # successive posts in which a paragraph is looked for again
MAX_PARAGRAPHS = 10_000  # of a post; more of them are lines of a table, and each is kept
MIN_REPEATING_POSTS = 3  # of them that must have it
SHORT_PARAGRAPH_WORDS = 5  # words of a paragraph that must stand in half of them
SENTENCE_BREAK = re.compile(r"(?<=[.!?…])\s+|\n+")
HOST = re.compile(r"(?=.{4,100}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class TextQuality:
    """Figures of one post.

    `variety` and `joining` (share of different words; of words that only join others) are None where too short, or in
    a language without a list of such words, to be told. `paragraphs` as `paragraphs_of` gives them, in order.
    """

    characters: int
    variety: float | None
    joining: float | None
    quoted: float  # share of the text that is a quotation
    guest: bool  # says that somebody else wrote it
    paragraphs: tuple[tuple[int, int], ...]
    sketch: Hashes
    hosts: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """Compact, and the same for the same figures."""
        head = json.dumps(
            [self.characters, self.variety, self.joining, self.quoted, self.guest, self.hosts, len(self.paragraphs)],
            ensure_ascii=False,
        ).encode()
        numbers = np.array([number for number, _ in self.paragraphs], "<i8").tobytes()
        words = np.array([min(count, 65_535) for _, count in self.paragraphs], "<u2").tobytes()
        return struct.pack("<I", len(head)) + head + numbers + words + self.sketch.astype("<u4").tobytes()

    @classmethod
    def from_bytes(cls, raw: bytes) -> TextQuality:
        """The way back."""
        (size,) = struct.unpack_from("<I", raw)
        characters, variety, joining, quoted, guest, hosts, count = json.loads(raw[4 : 4 + size])
        at = 4 + size
        numbers, words = np.frombuffer(raw, "<i8", count, at), np.frombuffer(raw, "<u2", count, at + 8 * count)
        pairs = tuple(zip(numbers.tolist(), words.tolist(), strict=True))
        sketch = np.frombuffer(raw, "<u4", -1, at + 10 * count).astype(np.uint32)
        return cls(characters, variety, joining, quoted, guest, pairs, sketch, tuple(hosts))

    @staticmethod
    def hosts_in(raw: bytes) -> tuple[str, ...]:
        """The hosts alone."""
        (size,) = struct.unpack_from("<I", raw)
        return tuple(json.loads(raw[4 : 4 + size])[5])


def measure_quality(page: PostText, language: str) -> TextQuality:
    """Take the figures of what was read of a post."""
    lines = [words_of(line) for line in page.text.split("\n")]
    words = list(chain.from_iterable(lines))
    characters, quoted = len(page.text), page.quoted
    hosts = sorted({host for link in page.links if (host := linked_host(link))})
    return TextQuality(
        characters,
        _variety(_said_once(page.text, words)),
        _joining(words, language),
        round(quoted / (characters + quoted), 3) if quoted else 0.0,
        _by_guest(page.text, language),
        _name_paragraphs(lines[:MAX_PARAGRAPHS]),
        sketch_of(words),
        tuple(hosts[:MAX_LINKED_HOSTS]),
    )


def paragraphs_of(text: str) -> tuple[tuple[int, int], ...]:
    """(name, number of words) of each paragraph of a plain text; the name is that of its words alone."""
    return _name_paragraphs(map(words_of, text.split("\n", MAX_PARAGRAPHS)[:MAX_PARAGRAPHS]))


def _name_paragraphs(lines: Iterable[Sequence[str]]) -> tuple[tuple[int, int], ...]:
    return tuple((_named(words), len(words)) for words in lines if words)


def without_paragraphs(text: str, repeated: frozenset[int]) -> str:
    """A plain text without some paragraphs."""
    if not repeated:
        return text
    return "\n".join(line for line in text.split("\n") if _named(words_of(line)) not in repeated)


def _named(words: Sequence[str]) -> int:
    return stable_id("paragraph", " ".join(words))


def _said_once(text: str, words: Sequence[str]) -> Sequence[str]:
    """The words of a text without the sentences that it says again: they add nothing, and are no list of words."""
    sentences = SENTENCE_BREAK.split(text)
    distinct = dict.fromkeys(sentences)
    return words if len(distinct) == len(sentences) else words_of(" ".join(distinct))


def _variety(words: Sequence[str]) -> float | None:
    """Different words in each 200, on average (moving-average type-token ratio: Covington and McFall, 2010)."""
    if len(words) < VARIETY_WINDOW_WORDS // 2:
        return None
    parts = [
        words[start : start + VARIETY_WINDOW_WORDS]
        for start in range(0, max(1, len(words) - VARIETY_WINDOW_WORDS + 1), VARIETY_WINDOW_WORDS)
    ]
    return round(sum(len(set(part)) / len(part) for part in parts) / len(parts), 3)


def _joining(words: Sequence[str], language: str) -> float | None:
    stops = stop_words(language)
    if not stops or len(words) < VARIETY_WINDOW_WORDS // 4:
        return None
    joining = sum(times for word, times in Counter(words).items() if fold(word) in stops)
    return round(joining / len(words), 3)


def _by_guest(text: str, language: str) -> bool:
    guest = load_patterns(language).get("guest")
    edges = (
        text
        if len(text) <= 2 * GUEST_EDGE_CHARACTERS
        else f"{text[:GUEST_EDGE_CHARACTERS]}\n{text[-GUEST_EDGE_CHARACTERS:]}"
    )
    return guest is not None and guest.search(fold_text(edges)) is not None


def linked_host(link: str) -> str:
    """The site that a link leads to, without "www."; "" for what leads to none."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""
    host = host.removeprefix("www.")
    return host if HOST.fullmatch(host) else ""


def repeated_paragraphs(
    posts: Iterable[tuple[int, Sequence[tuple[int, int]]]], posts_of_author: int
) -> dict[int, frozenset[int]]:
    """Paragraphs that an author puts under post after post: signatures, calls to subscribe; by the place of the post.

    Args:
        posts: the place in order of time and the paragraphs of different posts, all those around some place or none.
        posts_of_author: how many different ones there are.

    A paragraph is one when it stands in a fifth of twenty successive posts, and in three at least; a short one, such
    as a heading, in half of them. It is one in those posts: what is a habit of some months is none of all years. The
    same text posted again is looked at once.
    """
    span = min(posts_of_author, REPEAT_SPAN_POSTS)
    places: dict[int, list[int]] = {}
    short: set[int] = set()
    for place, paragraphs in sorted(posts, key=lambda post: post[0]):
        for number, words in set(paragraphs):
            places.setdefault(number, []).append(place)
            if words < SHORT_PARAGRAPH_WORDS:
                short.add(number)
    repeated: dict[int, set[int]] = {}
    for number, positions in places.items():
        times = max(MIN_REPEATING_POSTS, -(-span // (2 if number in short else 5)))
        for first, last in enumerate(positions[times - 1 :]):
            if last - positions[first] < REPEAT_SPAN_POSTS:
                for place in positions[first : first + times]:
                    repeated.setdefault(place, set()).add(number)
    return {place: frozenset(numbers) for place, numbers in repeated.items()}


def omitted_paragraphs(paragraphs: Sequence[tuple[int, int]], often: frozenset[int]) -> frozenset[int]:
    """Which of a post's paragraphs are left out: those that are repeated, unless they are most of it.

    Then it is the same text again, and judged as that.
    """
    of_post = {number for number, _ in paragraphs} & often
    left_out = sum(words for number, words in paragraphs if number in of_post)
    return frozenset(of_post) if 2 * left_out <= sum(words for _, words in paragraphs) else frozenset()
