"""What a person reads of a post: no code, no quotations, no markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

# Left out with all that is inside: not the author's words, or no words at all.
SILENT = frozenset(
    {"script", "style", "pre", "code", "blockquote", "figure", "svg", "math", "iframe", "noscript", "textarea"}
)
BREAKS = frozenset({
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "section", "article",
    "header", "footer", "table", "dl", "dt", "dd", "hr", "main", "aside", "nav",
})  # fmt: skip
SHORTCODE = re.compile(r"\[/?[a-z][\w-]*(?:\s[^\[\]]{0,500})?/?\]")
# Each stops at the next sign of its kind: a hostile text of a megabyte takes no longer than another.
FENCE = re.compile(r"^ {0,3}(```|~~~)[^\n]*$", re.MULTILINE)
LIQUID = re.compile(r"\{%[^%]{0,500}%\}|\{\{[^{}]{0,500}\}\}")
MARKDOWN_CODE = re.compile(r"`[^`\n]{1,500}`")
MARKDOWN_QUOTE = re.compile(r"^ {0,3}>.*$", re.MULTILINE)
MARKDOWN_IMAGE = re.compile(r"!\[([^\[\]\n]{0,300})\]\([^)\n]{0,2000}\)")
ATTRIBUTE = r"[a-z][\w-]*\s[^\[\]\n]{0,300}=[\"']"  # a shortcode, however many stand side by side
MARKDOWN_LINK = re.compile(rf"\[((?!{ATTRIBUTE})[^\[\]\n]{{1,300}})\](?:\([^()\n]{{0,2000}}\)|\[[^\]\n]{{0,100}}\])")
MARKDOWN_TARGET = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*\S+.*$", re.MULTILINE)
MARKDOWN_LINKED = re.compile(
    r"(?:\]\(|^ {0,3}\[[^\]\n]{1,300}\]:[ \t]{0,9}<?)(https?://[^\s()<>]{1,2000})", re.MULTILINE
)
ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,255}")
SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")  # but the one that stays as it is
LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Page:
    """A post as it is read: the author's own words, characters of quotations, addresses that it links to."""

    text: str
    quoted: int
    links: tuple[str, ...]


class _Reader(HTMLParser):
    """Collects text outside of silent elements; an element left open ends with the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []
        self.quoted = 0
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links += [value for name, value in attrs if name == "href" and value]
        if tag in SILENT:
            self._silent.append(tag)
        elif tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag in BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
        elif "blockquote" in self._silent:
            self.quoted += len(data)


def plain_text(html: str) -> str:
    """The author's own words, one paragraph a line. Takes HTML as well as Markdown."""
    return read(html).text


def read(html: str) -> Page:
    """A post in HTML or Markdown."""
    text = html.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    text = _without_fences(text)
    if "{%" in text or "{{" in text:
        text = LIQUID.sub(" ", text)
    own = MARKDOWN_QUOTE.sub("", text) if ">" in text else text
    quoted = len(text) - len(own)
    reader = _Reader()
    reader.feed(own)
    reader.close()
    text = "".join(reader.parts)
    links = tuple(reader.links)
    if "[" in text:
        links += tuple(MARKDOWN_LINKED.findall(text))
        text = MARKDOWN_LINK.sub(r"\1", MARKDOWN_IMAGE.sub(" ", MARKDOWN_TARGET.sub("", text)))
    if "`" in text:
        text = MARKDOWN_CODE.sub(" ", text)
    if "[" in text:
        text = SHORTCODE.sub(" ", text)
    if "@" in text or "://" in text or "www." in text:
        text = ADDRESS.sub(" ", text)
    return Page(LINES.sub("\n", SPACES.sub(" ", text)).strip(), quoted + reader.quoted, links)


def _without_fences(text: str) -> str:
    if "```" not in text and "~~~" not in text:
        return text
    kept: list[str] = []
    place, opened = 0, None
    for line in FENCE.finditer(text):
        if opened is None:
            opened = line
        elif line[1] == opened[1] and not line[0].strip(" `~\r\t"):
            kept += [text[place : opened.start()], "\n"]
            place, opened = line.end(), None
    return "".join([*kept, text[place:]])


def excerpt(text: str, limit: int) -> str:
    """The beginning of a text, cut at a word, with an ellipsis if shortened."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    cut = flat[:limit]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.") + "…"
