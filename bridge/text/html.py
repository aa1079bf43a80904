"""What a person reads of a post: no code, no quotations, no markup."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.text.blocks import BlockComments
from bridge.text.budget import UNLIMITED, Budget
from bridge.text.shape import is_prose
from bridge.text.shortcodes import FORMULA, POSITIONAL, in_one_language, without_shortcodes

if TYPE_CHECKING:
    from turbohtml import Token

# Left out with all that is inside: not the author's words, what readers do not see, or no words at all.
RAW_TEXT_TAGS = frozenset(
    {"script", "style", "iframe", "noscript", "textarea"}
)  # up to their end, nothing inside is a tag
SKIPPED_TAGS = RAW_TEXT_TAGS | frozenset(
    "pre code blockquote figure svg math template audio video object canvas select".split()  # noqa: SIM905
)
BREAK_TAGS = frozenset(
    "p div br li ul ol h1 h2 h3 h4 h5 h6 tr td th section article header footer table dl dt dd hr main aside nav "  # noqa: SIM905
    "blockquote pre figure figcaption summary details address form fieldset legend caption audio video".split()
)
EMPTY_TAGS = frozenset({"br", "hr", "img", "input", "meta", "link", "source", "embed", "wbr", "col", "area", "track"})
UNSEEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# Closed where they begin, as in XML: to a browser still open, to who wrote it empty.
END_OF_SKIPPED = re.compile(rf"</({'|'.join(sorted(SKIPPED_TAGS))})\b", re.IGNORECASE)
LOSABLE_TAGS = frozenset({"code", "pre", "figure"})  # a block that begins behind them is none of theirs
SELF_CLOSED_RAW_TAG = re.compile(rf"<(?:{'|'.join(sorted(RAW_TEXT_TAGS))})\b[^<>]{{0,2000}}/>", re.IGNORECASE)
# Raw as well, but no part of any post: named in one, as "the <title> of a page", they hide none of it.
MENTIONED_RAW_TAG = re.compile(r"<(/?)(?=(?:title|xmp|plaintext|noembed|noframes)\b)", re.IGNORECASE)
MAX_READ_CHARACTERS = 75_000  # characters, some 12,500 words: no post of ours is half as long
LETTERS_FROM_EACH_SIGN = 3  # letters that a sign is taken apart into, as a Korean syllable is
MAX_LETTERS_FROM_ONE_SIGN = 18  # into which one sign is, which stands for a sentence (U+FDFA)
BUDGET_CHECK_TOKENS = 1000  # tags and texts
# Each stops at the next sign of its kind: a hostile text of a megabyte takes no longer than another.
FENCE = re.compile(r"^ {0,3}(```|~~~)[^\n]*$", re.MULTILINE)
LIQUID = re.compile(r"\{%[^%]{0,500}%\}|\{\{[^{}]{0,500}\}\}")
MARKDOWN_CODE = re.compile(r"`[^`\n]{1,500}`")
MARKDOWN_QUOTE = re.compile(r"^ {0,3}>.*$", re.MULTILINE)
MARKDOWN_IMAGE = re.compile(r"!\[([^\[\]\n]{0,300})\]\([^)\[\n]{0,2000}\)")
SHORTCODE_ATTRIBUTE = r"[a-z][\w-]*\s[^\[\]\n]{0,300}=[\"']"  # a shortcode, however many stand side by side
MARKDOWN_LINK = re.compile(
    rf"\[((?!{SHORTCODE_ATTRIBUTE})[^\[\]\n]{{1,300}})\](?:\([^()\n]{{0,2000}}\)|\[[^\]\n]{{0,100}}\])"
)
MARKDOWN_TARGET = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*\S+.*$", re.MULTILINE)
MARKDOWN_LINKED = re.compile(
    r"(?:\]\(|^ {0,3}\[[^\]\n]{1,300}\]:[ \t]{0,9}<?)(https?://[^\s()<>]{1,2000})", re.MULTILINE
)
WEB_OR_EMAIL_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,255}")
TAG_OVER_LINES = re.compile(r"<[a-zA-Z/][^<>\n]*\n[^<>]*>")  # to Markdown the lines of a tag are none
INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b\u200e\u200f\u2060\ufeff]")  # in the middle of words
JOINERS = re.compile("[\u200c\u200d]")
JOINER_IN_WORD = re.compile(r"(?<=\w)[\u200c\u200d](?=\w)")


@dataclass(frozen=True, slots=True)
class PostText:
    """A post as it is read: the author's own words, characters of quotations, addresses that it links to."""

    text: str
    quoted: int
    links: tuple[str, ...]


class _Reader:
    """Collects text outside of silent elements; one left open ends with the block that it stands in."""

    def __init__(self, html: str) -> None:
        self.parts: list[str] = []
        self.links: list[str] = []
        self.quoted = 0
        self._silent: list[tuple[str, int]] = []  # (tag, blocks that were open)
        self._open: Counter[str] = Counter()  # how often each stands in `_silent`, which may be long
        self._blocks: list[str] = []
        self._block_counts: Counter[str] = Counter()
        self._ends = Counter(tag.lower() for tag in END_OF_SKIPPED.findall(html))  # that are still to come
        self._comments = BlockComments()
        self._preformatted: list[str] = []

    def read(self, html: str, budget: Budget) -> None:
        from turbohtml import TokenType, tokenize  # 50 ms, which commands that read no text do without

        for number, token in enumerate(tokenize(html)):
            if number % BUDGET_CHECK_TOKENS == 0:
                budget.check()
            kind = token.type
            if kind is TokenType.TEXT:
                self._hear(token.data or "")
            elif kind is TokenType.START_TAG:
                self._begin(token.tag or "", token)
            elif kind is TokenType.END_TAG:
                self._end(token.tag or "")
            elif kind is TokenType.COMMENT:
                self.parts += [f"\n{text}\n" for text in self._comments.read(token.data or "")]
        self._end_preformatted()

    def _begin(self, tag: str, token: Token) -> None:
        if tag == "a":
            self.links += [value for name, value in token.attrs or () if name == "href" and value]
        if tag in BREAK_TAGS:
            self._end_lost(tag)
            self.parts.append("\n")
        if tag in SKIPPED_TAGS or self._open[tag] or (token.attrs and tag not in EMPTY_TAGS and _is_unseen(token)):
            if tag in RAW_TEXT_TAGS or not token.self_closing:
                self._silent.append((tag, len(self._blocks)))
                self._open[tag] += 1
        elif tag in BREAK_TAGS and tag not in EMPTY_TAGS and not token.self_closing:
            self._blocks.append(tag)
            self._block_counts[tag] += 1

    def _end_lost(self, tag: str) -> None:
        """A new block ends what no tag will end any more."""
        while self._silent and tag != "br" and self._silent[-1][0] in LOSABLE_TAGS:
            if self._ends[self._silent[-1][0]]:
                return
            self._end_silent()

    def _end(self, tag: str) -> None:
        if tag in self._ends:
            self._ends[tag] -= 1
        if self._open[tag]:
            while self._end_silent() != tag:
                pass
        elif self._block_counts[tag]:
            while True:
                ended = self._blocks.pop()
                self._block_counts[ended] -= 1
                if ended == tag:
                    break
            while self._silent and self._silent[-1][1] > len(self._blocks):
                self._end_silent()
        if tag in BREAK_TAGS:
            self.parts.append("\n")

    def _end_silent(self) -> str:
        tag, _ = self._silent.pop()
        self._open[tag] -= 1
        if tag == "pre" and not self._open["pre"]:
            self._end_preformatted()
        return tag

    def _end_preformatted(self) -> None:
        """Verses and letters are set so, too, not only code."""
        text = "".join(self._preformatted)
        self._preformatted = []
        if text and is_prose(text):
            self.parts += ["\n", text, "\n"]

    def _hear(self, data: str) -> None:
        if self._comments.hidden:
            return
        if not self._silent:
            self.parts.append(data)
        elif self._open["blockquote"]:
            self.quoted += len(data)
        elif self._open["pre"] and self._open.total() == self._open["pre"]:
            self._preformatted.append(data)
        elif self._block_counts["table"] and self._open.total() == self._open["figure"]:
            self.parts.append(data)  # the block editor wraps tables in figures


def _is_unseen(token: Token) -> bool:
    return any(
        name == "hidden" or (name == "style" and UNSEEN_STYLE.search(value or "")) for name, value in token.attrs or ()
    )


def plain_text(html: str, budget: Budget = UNLIMITED, language: str = "") -> str:
    """The author's own words, one paragraph a line. Takes HTML as well as Markdown."""
    return read_post_html(html, budget, language).text


def read_post_html(html: str, budget: Budget = UNLIMITED, language: str = "") -> PostText:
    """A post in HTML or Markdown; of one that holds its translations the part in a language, else in the first.

    Raises:
        TooCostly: beyond the budget.
    """
    text = html.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    text = TAG_OVER_LINES.sub(lambda tag: tag[0].replace("\n", " "), text)
    text = _without_fences(text)
    text = in_one_language(text, language)
    if "[" in text:
        text = without_shortcodes(text)
    if "{%" in text or "{{" in text:
        text = LIQUID.sub(" ", text)
    unquoted = MARKDOWN_QUOTE.sub("", text) if ">" in text else text
    quoted = len(text) - len(unquoted)
    unquoted = _as_meant(unquoted)
    reader = _Reader(unquoted)
    reader.read(unquoted, budget)
    text, links = _without_markdown("".join(reader.parts))
    text = _without_addresses(text)
    if not text.isascii():
        text = INVISIBLE.sub("", text)
        text = JOINER_IN_WORD.sub("", text) if JOINERS.search(text) else text
    return PostText(_evenly_spaced(text), quoted + reader.quoted, (*reader.links, *links))


def _without_addresses(text: str) -> str:
    if not _may_hold_address(text):
        return text
    lines = text.split("\n")  # over which no address goes, and most of which hold none
    return "\n".join(WEB_OR_EMAIL_ADDRESS.sub(" ", line) if _may_hold_address(line) else line for line in lines)


def _may_hold_address(text: str) -> bool:
    return "@" in text or "://" in text or "www." in text


def _evenly_spaced(text: str) -> str:
    """One space between two words, one line break between two lines that hold any."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def _without_markdown(text: str) -> tuple[str, Sequence[str]]:
    """(text, addresses that it links to)."""
    links: Sequence[str] = ()
    if "$" in text or "\\" in text:
        text = FORMULA.sub(" ", text)
    if "[" in text:
        links = MARKDOWN_LINKED.findall(text)
        text = MARKDOWN_LINK.sub(r"\1", MARKDOWN_IMAGE.sub(" ", MARKDOWN_TARGET.sub("", text)))
    if "`" in text:
        text = MARKDOWN_CODE.sub(" ", text)
    if "[" in text:
        text = POSITIONAL.sub(" ", text)
    return text, links


def _as_meant(html: str) -> str:
    """What who wrote it meant, where a browser would see no more text."""
    html = MENTIONED_RAW_TAG.sub(r"<\1x-", html.replace("\r", " "))
    if "/>" in html:
        html = SELF_CLOSED_RAW_TAG.sub("", html)
    end = html.rfind(">") + 1  # behind the last one no tag ends: there "a<b" is text
    return html[:end] + html[end:].replace("<", "&lt;")


def _without_fences(text: str) -> str:
    if "```" not in text and "~~~" not in text:
        return text
    parts: list[str] = []
    place, opened = 0, None
    for line in FENCE.finditer(text):
        if opened is None:
            opened = line
        elif line[1] == opened[1] and not line[0].strip(" `~\r\t"):
            parts += [text[place : opened.start()], "\n"]
            place, opened = line.end(), None
    return "".join([*parts, text[place:]])


def leading_text(text: str) -> str:
    """As much of a plain text as is looked at word by word, up to the end of a word.

    It tells what a whole book is about; all of it would keep everybody else waiting.
    """
    begun = text[:MAX_READ_CHARACTERS]
    if not begun.isascii() and len(begun) * MAX_LETTERS_FROM_ONE_SIGN > MAX_READ_CHARACTERS * LETTERS_FROM_EACH_SIGN:
        from_each = len(unicodedata.normalize("NFKD", begun)) / len(begun)
        if from_each > LETTERS_FROM_EACH_SIGN:
            begun = begun[: int(MAX_READ_CHARACTERS * LETTERS_FROM_EACH_SIGN / from_each)]
    if len(begun) == len(text):
        return text
    return begun[: begun.rfind(" ", len(begun) - 100) + 1 or len(begun)]


def excerpt(text: str, limit: int) -> str:
    """The beginning of a text, cut at a word, with an ellipsis if shortened."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    cut = flat[:limit]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.") + "…"
